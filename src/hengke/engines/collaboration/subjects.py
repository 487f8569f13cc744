"""The record that something belongs to: found within the rights of who asks, by address or by the row's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, User
from hengke.engines.collaboration.models import OnRecord
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.schema.declarations import RecordType
from hengke.kernel.errors import NotAllowed, NotFound


@dataclass(frozen=True)
class Subject:
    """An object that the actor may see."""

    record: RecordType
    target: Any
    actor: Actor

    @property
    def place(self) -> dict[str, Any]:
        """The words by which rows of this engine name it."""
        return {"subject_type": self.record.subject, "subject_id": self.target.pk}

    @property
    def url(self) -> str:
        return address(self.record.slug, "page", self.target.pk)

    def may(self, action: str) -> bool:
        """Whether the actor may do `action` with this very object; one query at most."""
        return Catalogue(self.record, self.actor).allows(action, self.target)

    def require(self, action: str) -> None:
        """NotAllowed unless `may`."""
        if not self.may(action):
            raise NotAllowed(
                "not_allowed", "Your role does not allow this. Ask an administrator if you need it."
            )

    def seen_by(self, user: User) -> bool:
        """Whether another person may see it; one query."""
        rows = Catalogue(self.record, Actor.of(user)).rows()
        return user.is_active and rows.filter(pk=self.target.pk).order_by().exists()

    def tell(self, kind: str, payload: dict[str, Any], *, about: Any = None) -> Event:
        """Write an event about the record, or about a row that belongs to it."""
        record, target = self.record, self.target
        return events.record(
            kind,
            actor=self.actor,
            subject=about or target,
            party_id=record.party_of(target),
            audience=getattr(target, record.audience) if record.audience else "",
            payload=payload,
        )


def gone() -> NotFound:
    """The one answer for what does not exist and for what is not to be seen."""
    return NotFound("object_not_found", "This does not exist, or it is not yours to see.")


def by_slug(slug: str, pk: int, actor: Actor) -> Subject:
    """The object of an address; NotFound out of sight."""
    return _seen(registry.by_slug(slug), pk, actor)


def of(row: OnRecord, actor: Actor) -> Subject:
    """The object that a row belongs to; NotFound out of sight."""
    record = registry.by_subject(row.subject_type)
    if record is None:
        raise gone()
    return _seen(record, row.subject_id, actor)


def subject_of(target: Any, actor: Actor) -> Subject | None:
    """The subject of an object in hand; None for what is no record."""
    record = registry.by_subject(target._meta.label_lower)
    return Subject(record, target, actor) if record is not None else None


def _seen(record: RecordType, pk: int, actor: Actor) -> Subject:
    target = Catalogue(record, actor).rows().filter(pk=pk).order_by().first()
    if target is None:
        raise gone()
    return Subject(record, target, actor)
