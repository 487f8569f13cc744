"""What goes into the recycle bin with an object, and comes back with it.

A row that belongs to another goes with it and bears the same moment; what was deleted before bears an earlier
one and stays deleted when the owner comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F

from hengke.engines.access import journal
from hengke.engines.access.models import Event
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.kernel.errors import Conflict

LOT = 2_000


@dataclass(frozen=True)
class Belonging:
    """Rows of `model` (a label) whose foreign key `field` names their owner (a label too)."""

    owner: str
    model: str
    field: str

    @property
    def manager(self) -> Any:
        """All rows, deleted ones included."""
        return apps.get_model(self.model)._base_manager

    @property
    def has_bin(self) -> bool:
        """Whether the rows can be deleted and brought back; others only go when the owner is purged."""
        return hasattr(apps.get_model(self.model), "deleted_at")


_belongings: dict[tuple[str, str, str], Belonging] = {}


def declare(owner: str, model: str, field: str) -> None:
    """State that rows of `model` belong to the owner that `field` names."""
    made = Belonging(owner.lower(), model.lower(), field)
    _belongings[made.owner, made.model, field] = made


def all_of(owner: str) -> list[Belonging]:
    """Everything that belongs to objects of `owner`, in the order of declaration."""
    return [one for one in _belongings.values() if one.owner == owner]


def of(owner: str, *, without: Sequence[type[models.Model]] = ()) -> list[Belonging]:
    """What goes into the recycle bin with objects of `owner`."""
    left_out = {model._meta.label_lower for model in without}
    return [one for one in all_of(owner) if one.has_bin and one.model not in left_out]


def hide(owner: str, at: datetime, *, without: Sequence[type[models.Model]] = ()) -> None:
    """Put away what belongs to the objects that were put away at `at`; no journal, for derived states."""
    for one in of(owner, without=without):
        one.manager.filter(**{f"{one.field}__deleted_at": at}, deleted_at=None).update(deleted_at=at)


def show(owner: str, back: models.QuerySet[Any], *, without: Sequence[type[models.Model]] = ()) -> None:
    """Bring back what went with the objects of `back`, which are still put away; no journal."""
    for one in of(owner, without=without):
        gone = _gone_with(one, back)
        one.manager.filter(pk__in=list(gone.values_list("pk", flat=True))).update(deleted_at=None)


def take_along(event: Event, owner: str, ids: Iterable[int], at: datetime) -> dict[str, int]:
    """Put what belongs to these objects into the bin with them, journalled; how many of which model."""
    return _move(event, owner, ids, at, lambda one, chunk: one.manager.filter(
        **{f"{one.field}__in": chunk}, deleted_at=None
    ))  # fmt: skip


def bring_along(event: Event, owner: str, ids: Iterable[int]) -> dict[str, int]:
    """Bring back what went with these objects, before they come back themselves."""
    return _move(event, owner, ids, None, _gone_with)


def require_owner(model: str, ids: Sequence[int]) -> None:
    """Conflict when one of these live rows belongs to something that is in the bin."""
    for one in _belongings.values():
        if one.model == model and one.has_bin:
            dead = one.manager.filter(
                pk__in=ids, deleted_at=None, **{f"{one.field}__deleted_at__isnull": False}
            )
            if dead.exists():
                raise Conflict(
                    "owner_deleted", "What it belongs to is in the recycle bin. Restore that first."
                )


def require_nothing_left(owner: str, ids: Sequence[int]) -> None:
    """Conflict when something live belongs to one of these rows that is gone."""
    for one in of(owner):
        left = one.manager.filter(
            **{f"{one.field}__in": ids, f"{one.field}__deleted_at__isnull": False}, deleted_at=None
        )
        if left.exists():
            raise Conflict("still_owns", "Something else belongs to it by now. Delete it instead.")


def _gone_with(one: Belonging, owners: Any) -> Any:
    return one.manager.filter(**{f"{one.field}__in": owners, "deleted_at": F(f"{one.field}__deleted_at")})


def _move(event: Event, owner: str, ids: Iterable[int], at: datetime | None, rows_of: Any) -> dict[str, int]:
    wanted, counts = list(ids), dict[str, int]()
    for one in of(owner):
        model = apps.get_model(one.model)
        for start in range(0, len(wanted), LOT):
            rows = list(rows_of(one, wanted[start : start + LOT]))
            put(event, model, rows, at)
            if rows:
                counts[one.model] = counts.get(one.model, 0) + len(rows)
    return counts


def put(event: Event, model: type[models.Model], rows: Sequence[Any], at: datetime | None) -> None:
    """Delete rows (`at` None: bring them back) with their journal and index entries."""
    before = journal.states(rows)
    ids = [row.pk for row in rows]
    for row in rows:
        row.deleted_at, row.version = at, row.version + 1
    for start in range(0, len(ids), LOT):
        manager: Any = model._base_manager
        manager.filter(pk__in=ids[start : start + LOT]).update(deleted_at=at, version=F("version") + 1)
    journal.write(event, model, before, journal.states(rows))
    record = registry.by_subject(model._meta.label_lower)
    if record is not None:
        index.index_records(record, ids)
