"""Who asks: the person, the rights that come with the role, and the door used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hengke.engines.access.enums import Channel
from hengke.engines.access.standing import NOWHERE, Standing

if TYPE_CHECKING:
    from hengke.engines.access.models import User

SYSTEM_ROLE = "system"
UNREAD = object()


@dataclass(frozen=True)
class Actor:
    """Everything rights depend on; plain values, so that a job can carry it."""

    user_id: int | None
    role: str
    name: str = ""
    unit_path: str = ""
    laboratory: str = ""
    channel: str = Channel.PAGE
    standing: Standing = NOWHERE
    # What an API token may do at most: (subject, "read" or "write"); None without bounds. See token_scope.
    scope: tuple[tuple[str, str], ...] | None = None
    token: int | None = None

    @property
    def unit_id(self) -> int | None:
        """The key of the person's own unit, the last of its path."""
        last = self.unit_path.strip("/").rpartition("/")[2]
        return int(last) if last else None

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that the person holds, the main one first."""
        return (self.role, *self.standing.roles)

    @classmethod
    def of(cls, user: User, channel: str = Channel.PAGE) -> Actor:
        """The actor for a logged-in person.

        Reads unit and stamp (no query when the person was read by `stamp.with_stamp`), and the person's standing when
        rights have changed since this process last asked.
        """
        from hengke.engines.access import stamp, standing

        unit = user.unit
        known: Any = getattr(user, "rights_stamp", UNREAD)
        number = stamp.current() if known is UNREAD else known
        return cls(
            user_id=user.pk,
            role=user.role,
            name=user.name,
            unit_path=unit.path if unit else "",
            laboratory=unit.name if unit and unit.kind == "laboratory" else "",
            channel=channel,
            standing=standing.of(user, number or stamp.UNCHANGED),
        )

    @classmethod
    def system(cls, channel: str = Channel.SYSTEM) -> Actor:
        """The product itself: sees all, answers to nobody's scope; never built from a request."""
        return cls(user_id=None, role=SYSTEM_ROLE, name="system", channel=channel)

    def standing_at(self, standing: Standing) -> Actor:
        """The same person with another standing."""
        return replace(self, standing=standing)

    def within(self, scope: tuple[tuple[str, str], ...] | None, *, token: int) -> Actor:
        """The same person asking through an API token."""
        return replace(self, scope=scope, token=token)

    def reaches(self, subject: str) -> bool:
        """Whether the scope of the token, if there is one, knows of a subject at all."""
        return self.scope is None or any(known == subject for known, _level in self.scope)

    def through(self, channel: str) -> Actor:
        """The same person through another door."""
        return replace(self, channel=channel)
