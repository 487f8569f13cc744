"""Rows before and after a change, and their way back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal
from hengke.kernel import clock
from hengke.kernel.errors import Conflict

State = dict[str, Any]


def state(row: models.Model) -> State:
    """Every stored column of a row as plain JSON values."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: value if type(value) in _PLAIN else _plain(value) for name, value in values.items()}


_PLAIN = frozenset({str, int, bool, float, type(None)})
_ENCODER = DjangoJSONEncoder()


def _plain(value: Any) -> Any:
    """A moment, an amount or a structure as JSON has it."""
    if isinstance(value, (datetime, date, Decimal)):
        return _ENCODER.default(value)
    return json.loads(_ENCODER.encode(value))


def states(rows: Iterable[models.Model]) -> dict[int, State]:
    """`state` by primary key."""
    return {row.pk: state(row) for row in rows}


_INSERT = "INSERT INTO access_rowjournal (event_id, model, row_id, before, after) VALUES (%s, %s, %s, %s, %s)"


def write(event: Event, model: type[models.Model], before: dict[int, State], after: dict[int, State]) -> None:
    """Keep what changed between two snapshots of rows of one model.

    One prepared statement: an import journals ten thousand rows, and Django's bulk_create takes longer than they do.
    """
    entries = [
        (event.pk, model._meta.label_lower, pk, _text(before.get(pk)), _text(after.get(pk)))
        for pk in sorted(before.keys() | after.keys())
        if before.get(pk) != after.get(pk)
    ]
    if entries:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, entries)


def _text(state_of_row: State | None) -> str | None:
    return None if state_of_row is None else json.dumps(state_of_row, ensure_ascii=False)


def undo(event: Event, *, actor: Actor, derived: frozenset[str] = frozenset()) -> Event:
    """Put every journalled row back; Conflict (nothing changed) when somebody changed one of them meanwhile.

    Rows of the models in `derived` may have vanished since: they are made again from their source.
    """
    with transaction.atomic():
        if Event.objects.filter(kind="undone", subject_type="access.event", subject_id=event.pk).exists():
            raise Conflict("already_undone", "This change has been undone already.")
        for entry in RowJournal.objects.filter(event=event).order_by("-pk"):
            _restore(entry, may_be_gone=entry.model in derived)
        return events.record(
            "undone", actor=actor, subject=event, party_id=event.party_id, payload={"kind": event.kind}
        )


def _restore(entry: RowJournal, *, may_be_gone: bool) -> None:
    model = apps.get_model(entry.model)
    row = model._base_manager.filter(pk=entry.row_id).first()
    if row is None and may_be_gone:
        return
    touched = _changed(model, entry)
    if not _as_left(entry, row, touched):
        raise Conflict("changed_since", "It was changed again meanwhile. Undo the later change first.")
    if row is None:
        _create(model, entry.before or {})
    elif entry.before is None:
        _remove(row)
    else:
        back = _put_back(state(row), entry.before, touched)
        model._base_manager.filter(pk=row.pk).update(**_values(model, back))


# A column, or one key of a column that holds several values.
Touched = tuple[str, str | None]
_ABSENT = object()


def _as_left(entry: RowJournal, row: models.Model | None, touched: list[Touched]) -> bool:
    """Whether the row still is as the event left it, as far as the event touched it."""
    if row is None or entry.after is None:
        return row is None and entry.after is None
    if entry.before is None:
        return True
    current = state(row)
    return all(_at(current, place) == _at(entry.after, place) for place in touched)


def _changed(model: type[models.Model], entry: RowJournal) -> list[Touched]:
    """What the event changed; of a column that holds several values, only the keys that it changed."""
    before, after = entry.before or {}, entry.after or {}
    bookkeeping = {"updated_at", "version"}
    several = {f.attname for f in model._meta.concrete_fields if getattr(f, "undone_by_key", False)}
    places: list[Touched] = []
    for column in sorted((before.keys() | after.keys()) - bookkeeping):
        keys = {*(before.get(column) or {}), *(after.get(column) or {})} if column in several else (None,)
        places += [(column, key) for key in keys]
    return [place for place in places if _at(before, place) != _at(after, place)]


def _at(values: State, place: Touched) -> Any:
    column, key = place
    value = values.get(column)
    return value if key is None else (value or {}).get(key, _ABSENT)


def _put_back(current: State, before: State, touched: list[Touched]) -> State:
    """The columns to write so that what was touched is as before, and all else as it is now."""
    back: State = {}
    for column, key in touched:
        if key is None:
            back[column] = before.get(column)
            continue
        values = back.setdefault(column, dict(current[column]))
        values.pop(key, None)
        if key in (before.get(column) or {}):
            values[key] = before[column][key]
    return back


def _remove(row: models.Model) -> None:
    """Take back a row that the event made; records go to the recycle bin, so that no number is used again."""
    if hasattr(row, "deleted_at"):
        type(row)._base_manager.filter(pk=row.pk).update(deleted_at=clock.now())
    else:
        row.delete()


def _create(model: type[models.Model], values: State) -> None:
    model._base_manager.create(**_values(model, values))


def _values(model: type[models.Model], values: State) -> State:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in values.items() if name in fields}
