"""Custom fields whose values are keys of objects of one model, and their way when two such objects become one.

No foreign key tells of them, so that whoever joins, parts or erases objects asks here. Rows in the recycle bin count
too, and so do fields and objects that were removed, since all of them can be brought back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from hengke.engines.access import journal
from hengke.engines.access.models import Event
from hengke.engines.records.custom import definitions, made, services
from hengke.engines.records.custom.columns import ReferenceColumn, path_of
from hengke.engines.records.custom.models import CustomObject
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bulk
from hengke.kernel import clock

Model = type[models.Model]


@dataclass(frozen=True)
class CustomReference:
    """The values under `key` in rows of `model`, whose record type has the address `slug`."""

    slug: str
    model: Model
    key: str
    path: str

    def rows(self, target: int) -> models.QuerySet[Any]:
        """Every row that names this object, those in the recycle bin included."""
        manager: Any = self.model._base_manager
        found: models.QuerySet[Any] = manager.filter(**{self.path: target}).order_by("pk")
        return found


def leading_to(model: Model) -> list[CustomReference]:
    """All custom references to objects of `model`; two queries."""
    definitions.refresh()
    record = registry.by_subject(model._meta.label_lower)
    if record is None:
        return []
    where = holders()
    column = ReferenceColumn(to=record.model)
    rows = CustomField.objects.filter(kind="reference", options__of=record.slug).order_by("pk")
    return [
        CustomReference(row.record, where[row.record], row.key, path_of(row.key, column))
        for row in rows
        if row.record in where
    ]


def move(event: Event, *, model: Model, absorbed: int, survivor: int) -> None:
    """Let everything that names `absorbed` name `survivor` instead, as part of `event`.

    An object cannot refer to what it has become itself: the survivor's own reference to the other one ends.
    """
    for reference in leading_to(model):
        for rows in services.chunks(reference.rows(absorbed)):
            before = journal.states(rows)
            for row in rows:
                row.version, row.updated_at = row.version + 1, clock.now()
                if reference.model is model and row.pk == survivor:
                    del row.extra[reference.key]
                else:
                    row.extra[reference.key] = survivor
            bulk.update(reference.model, rows, ("extra", "version", "updated_at"))
            journal.write(event, reference.model, before, journal.states(rows))


def clear(model: Model, gone: Sequence[int]) -> int:
    """Take the keys of objects that are gone for good out of everything that names them; how many rows did.

    It is no change that somebody could take back, so the journal does not keep it.
    """
    count = 0
    for reference in leading_to(model):
        manager: Any = reference.model._base_manager
        named = manager.filter(**{f"{reference.path}__in": list(gone)}).order_by("pk")
        for rows in services.chunks(named):
            for row in rows:
                row.extra = {key: value for key, value in row.extra.items() if key != reference.key}
                row.version, row.updated_at = row.version + 1, clock.now()
            bulk.update(reference.model, rows, ("extra", "version", "updated_at"))
            count += len(rows)
    return count


def joined(model: Model, survivor: Any, absorbed: Any) -> Mapping[str, Any]:
    """The custom values of two objects that become one: the survivor's own, and what only the other one has."""
    own = {reference.key for reference in leading_to(model) if reference.model is model}
    kept = {key: value for key, value in absorbed.extra.items() if key not in own or value != survivor.pk}
    return {**kept, **survivor.extra}


def holders() -> dict[str, Model]:
    """The models by slug that can have custom fields."""
    removed = {row.slug: made.model_of(row) for row in CustomObject.objects.exclude(deleted_at=None)}
    return removed | {record.slug: record.model for record in registry.all_records()}
