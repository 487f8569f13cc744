"""Changes of many objects at once, as each of these objects tells them: the journal's row for it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from hengke.engines.access.models import Event, RowJournal
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field

# What is done to many objects by one event; an event about one object is told by itself.
VERBS = ("edited", "removed", "assigned", "bulk_changed", "imported")
HANDED_OVER = "user.handed_over"
QUIET = frozenset({"updated_at"})
State = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """An event's part in one object: what it did to it, the values that changed, and who took it back when."""

    event: Event
    verb: str
    changes: Sequence[tuple[Field, Any, Any]]
    undone_at: datetime | None
    undone_by: str


def parts(catalogue: Catalogue, pk: int, before: datetime | None, limit: int) -> list[Part]:
    """The newest events that changed the object among others, and when they were taken back. One query."""
    undone = Event.objects.filter(
        kind="undone", subject_type=Event._meta.label_lower, subject_id=OuterRef("event_id")
    )
    subject = catalogue.record.subject
    rows = RowJournal.objects.filter(_together(), model=subject, row_id=pk).exclude(
        event__subject_type=subject
    )
    if catalogue.laboratory:
        rows = rows.filter(event__audience__in=("", catalogue.laboratory))
    if before:
        rows = rows.filter(event__at__lt=before)
    back = {"undone_at": undone.values("at")[:1], "undone_by": undone.values("actor__name")[:1]}
    rows = rows.annotate(**{name: Subquery(value) for name, value in back.items()})
    found = rows.select_related("event__actor").order_by("-event_id", "-pk")[:limit]
    return [_part(catalogue, row) for row in found]


def _together() -> Q:
    nouns = [record.model._meta.model_name for record in registry.all_records()]
    return Q(event__kind__in=[HANDED_OVER, *(f"{noun}.{verb}" for noun in nouns for verb in VERBS)])


def _part(catalogue: Catalogue, row: Any) -> Part:
    before, after = row.before or {}, row.after or {}
    changes = [] if row.before is None else list(_changes(catalogue, before, after))
    return Part(row.event, _verb(row), changes, row.undone_at, row.undone_by or "")


def _verb(row: Any) -> str:
    """What was done to this one: of a request with many kinds of changes, the row says which."""
    if row.event.kind == HANDED_OVER:
        return "assigned"
    verb: str = row.event.kind.partition(".")[2]
    if verb != "bulk_changed":
        return verb
    if row.before is None:
        return "created"
    return "deleted" if (row.after or {}).get("deleted_at") else "changed"


def _changes(catalogue: Catalogue, before: State, after: State) -> Iterator[tuple[Field, Any, Any]]:
    """The fields that exist for the person and differ, with the values as the journal keeps them."""
    for field in catalogue.fields.values():
        if field.is_elsewhere or catalogue.in_summary(field):
            continue
        old, new = _value(catalogue, field, before), _value(catalogue, field, after)
        if old != new and field.name not in QUIET:
            yield field, old, new


def _value(catalogue: Catalogue, field: Field, state: State) -> Any:
    if field.column is not None:
        return (state.get("extra") or {}).get(field.name)
    model: Any = catalogue.record.model
    return state.get(model._meta.get_field(field.path).attname)
