"""Who asks: the person, the rights that come with the role, and the door used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hengke.engines.access.enums import Channel

if TYPE_CHECKING:
    from hengke.engines.access.models import User

SYSTEM_ROLE = "system"


@dataclass(frozen=True)
class Actor:
    """Everything rights depend on; plain values, so that a job can carry it."""

    user_id: int | None
    role: str
    name: str = ""
    unit_path: str = ""
    laboratory: str = ""
    channel: str = Channel.PAGE

    @classmethod
    def of(cls, user: User, channel: str = Channel.PAGE) -> Actor:
        """The actor for a logged-in person; reads the unit (one query unless it is already loaded)."""
        unit = user.unit
        return cls(
            user_id=user.pk,
            role=user.role,
            name=user.name,
            unit_path=unit.path if unit else "",
            laboratory=unit.name if unit and unit.kind == "laboratory" else "",
            channel=channel,
        )

    @classmethod
    def system(cls, channel: str = Channel.SYSTEM) -> Actor:
        """The product itself: sees all, answers to nobody's scope; never built from a request."""
        return cls(user_id=None, role=SYSTEM_ROLE, name="system", channel=channel)

    def through(self, channel: str) -> Actor:
        """The same person through another door."""
        return replace(self, channel=channel)
