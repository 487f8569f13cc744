"""Hand everything that a leaver owns to one or several others, in one step that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.db.models import F

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, User
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotAllowed

CHUNK = 500


@dataclass(frozen=True)
class Holding:
    """How many objects of one type a person owns, and how many of them the actor may hand over."""

    record: RecordType
    owned: int
    movable: int


def owned_types() -> list[RecordType]:
    """The record types whose objects have an owner of their own."""
    return [record for record in registry.all_records() if _has_owner(record.model)]


def preview(person: User, *, actor: Actor) -> list[Holding]:
    """What a hand-over would move, two counts per type."""
    found = []
    for record in owned_types():
        owned, movable = _owned(record, person, Actor.system()), _owned(record, person, actor)
        found.append(Holding(record, owned.count(), movable.count()))
    return found


def hand_over(person: User, takers: Sequence[User], *, actor: Actor) -> Event:
    """Give what `person` owns to the takers, in turn, as far as the actor may assign it."""
    takers = list({taker.pk: taker for taker in takers}.values())
    if not takers or any(not taker.is_active or taker.pk == person.pk for taker in takers):
        raise InputError("owner_unknown", "Choose the person who takes over.")
    if not any(grants.may(actor, "assign", record.subject) for record in owned_types()):
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    with transaction.atomic():
        moved = {record: _keys(record, person, actor) for record in owned_types()}
        if not any(moved.values()):
            raise InputError("nothing_to_hand_over", "There is nothing to hand over.")
        event = events.record("user.handed_over", actor=actor, subject=person, payload={
            "name": person.name,
            "to": [taker.name for taker in takers],
            "counts": {record.slug: len(keys) for record, keys in moved.items()},
        })  # fmt: skip
        for record, keys in moved.items():
            for place, taker in enumerate(takers):
                mine = keys[place :: len(takers)]
                for start in range(0, len(mine), CHUNK):
                    _give(record, mine[start : start + CHUNK], taker, event)
    return event


def _owned(record: RecordType, person: User, actor: Actor) -> models.QuerySet[Any]:
    """What the person owns, as far as the actor may assign it and it is not over."""
    whole = Catalogue(record, Actor.system())
    manager: Any = record.model._default_manager
    rows: models.QuerySet[Any] = manager.visible_to(actor, "assign").filter(owner=person)
    return rows.filter(whole.q(whole.read(record.handed_over))).distinct()


def _keys(record: RecordType, person: User, actor: Actor) -> list[int]:
    return list(_owned(record, person, actor).order_by("pk").values_list("pk", flat=True))


def _give(record: RecordType, keys: Sequence[int], taker: User, event: Event) -> None:
    manager: Any = record.model._default_manager
    rows = manager.filter(pk__in=keys)
    before = journal.states(rows)
    rows.update(owner=taker, version=F("version") + 1, updated_at=clock.now())
    journal.write(event, record.model, before, journal.states(rows.all()))


def _has_owner(model: type[models.Model]) -> bool:
    try:
        return bool(model._meta.get_field("owner").related_model is User)
    except FieldDoesNotExist:
        return False
