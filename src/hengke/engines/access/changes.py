"""One change of people or rights: guard, transaction, journal, event, stamp; and its way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction

from hengke.engines.access import events, grants, journal, stamp, table
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal, User
from hengke.kernel.errors import Conflict, NotFound

# Nothing that proves who somebody is may stand in a journal.
SECRET = frozenset({"password", "last_login", "preferences"})
USERS, UNITS, ROLES = "access.user", "access.unit", "access.role"
# The first part of an event's kind -> the subject whose "change" its undo needs.
UNDO_NEEDS = {
    "user": USERS, "absence": USERS, "share": USERS, "unit": UNITS, "team": UNITS, "territory": UNITS, "role": ROLES,
}  # fmt: skip
# What people arrange themselves they may also take back themselves.
OWN = frozenset({"absence", "share"})


class Change:
    """Rows before and after; `event` is set when the change is done."""

    def __init__(self) -> None:
        self.payload: dict[str, Any] = {}
        self.subject: models.Model | None = None
        self.event: Event | None = None
        self._before: dict[type[models.Model], dict[int, journal.State]] = {}
        self._after: dict[type[models.Model], dict[int, journal.State]] = {}

    def watch(self, rows: models.QuerySet[Any]) -> None:
        """Remember rows as they are now."""
        self._before.setdefault(rows.model, {}).update(_states(rows))

    def see(self, rows: models.QuerySet[Any]) -> None:
        """Remember rows as they are after the change."""
        self._after.setdefault(rows.model, {}).update(_states(rows))

    def write(self, event: Event) -> None:
        """Journal what differs, model by model."""
        for model in [*self._before, *(m for m in self._after if m not in self._before)]:
            journal.write(event, model, self._before.get(model, {}), self._after.get(model, {}))


@contextmanager
def changing(kind: str, *, actor: Actor) -> Iterator[Change]:
    """Run a block as one change: afterwards event, journal and stamp are written, or nothing at all."""
    change = Change()
    with transaction.atomic():
        yield change
        change.event = events.record(kind, actor=actor, subject=change.subject, payload=change.payload)
        change.write(change.event)
        stamp.renew()
        require_somebody_in_charge()


def undo(event_id: int, *, actor: Actor) -> Event:
    """Take a change of people or rights back; NotFound for any other event or without the right."""
    event = Event.objects.filter(pk=event_id).first()
    noun = event.kind.partition(".")[0] if event else ""
    if event is None or noun not in UNDO_NEEDS or not RowJournal.objects.filter(event=event).exists():
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    own = noun in OWN and event.actor_id == actor.user_id
    if not own and not grants.may(actor, "change", UNDO_NEEDS[noun]):
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    with transaction.atomic():
        undone = journal.undo(event, actor=actor)
        stamp.renew()
        require_somebody_in_charge()
    return undone


def require_somebody_in_charge() -> None:
    """Conflict unless somebody who may log in can still change people and rights."""
    from hengke.engines.access import standing

    people = list(User.objects.filter(is_active=True))
    number = stamp.current()
    stand = standing.of_many([person.pk for person in people], number)
    known = table.of(number).grants

    def somebody(subject: str) -> bool:
        return any(
            "change" in grant.actions
            for person in people
            for role in (person.role, *stand[person.pk].roles)
            for grant in known.get((role, subject), ())
        )

    if people and not (somebody(USERS) and somebody(ROLES)):
        raise Conflict(
            "nobody_in_charge", "Somebody must remain who may change people and rights. Nothing was changed."
        )


def _states(rows: Iterable[models.Model]) -> dict[int, journal.State]:
    found = journal.states(rows)
    return {pk: {name: v for name, v in state.items() if name not in SECRET} for pk, state in found.items()}
