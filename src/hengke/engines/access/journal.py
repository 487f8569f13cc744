"""Rows before and after a change, and their way back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction

from hengke.engines.access import events, labels, lots
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal
from hengke.kernel import clock
from hengke.kernel.errors import Conflict

State = dict[str, Any]
LOT = 500
# What every write changes; no part of what a row says.
BOOKKEEPING = frozenset({"updated_at", "version"})


def state(row: models.Model) -> State:
    """Every stored column of a row as plain JSON values."""
    held = vars(row)
    return {
        name: value if type(value) in _PLAIN else _plain(value)
        for name in _columns(type(row))
        for value in (held[name] if name in held else getattr(row, name),)
    }


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


_PLAIN = frozenset({str, int, bool, float, type(None)})
_ENCODER = DjangoJSONEncoder()


def _plain(value: Any) -> Any:
    """A moment, an amount, a choice or a structure as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()  # to the microsecond, which JSON's usual form would cut off
    if isinstance(value, (date, Decimal)):
        return _ENCODER.default(value)
    if isinstance(value, Enum):
        return value.value
    return json.loads(_ENCODER.encode(value)) if value else type(value)()


def states(rows: Iterable[models.Model]) -> dict[int, State]:
    """`state` by primary key."""
    return {row.pk: state(row) for row in rows}


def write(event: Event, model: type[models.Model], before: dict[int, State], after: dict[int, State]) -> None:
    """Keep what changed between two snapshots of rows of one model."""
    entries = [
        (event.pk, model._meta.label_lower, pk, lots.text(before.get(pk)), lots.text(after.get(pk)))
        for pk in sorted(before.keys() | after.keys())
        if before.get(pk) != after.get(pk)
    ]
    if entries:
        lots.keep(event.pk, entries)


def undo(event: Event, *, actor: Actor, derived: frozenset[str] = frozenset()) -> Event:
    """Put every journalled row back; Conflict (nothing changed) when somebody changed one of them meanwhile.

    Rows of the models in `derived` may have vanished since: they are made again from their source.
    """
    with transaction.atomic():
        if Event.objects.filter(kind="undone", subject_type="access.event", subject_id=event.pk).exists():
            raise Conflict("already_undone", "This change has been undone already.")
        for entries in _backwards(event):
            _restore(entries, may_be_gone=entries[0].model in derived)
        return events.record(
            "undone", actor=actor, subject=event, party_id=event.party_id, payload={"kind": event.kind}
        )


def _backwards(event: Event) -> Iterator[list[RowJournal]]:
    """The entries of an event, last first, in lots of one model in which every row comes once."""
    rows, last = RowJournal.objects.filter(event=event).order_by("-pk"), None
    while piece := list((rows if last is None else rows.filter(pk__lt=last))[:LOT]):
        last, lot, seen = piece[-1].pk, list[RowJournal](), set[int]()
        for entry in piece:
            if lot and (entry.model != lot[0].model or entry.row_id in seen):
                yield lot
                lot, seen = [], set()
            lot.append(entry)
            seen.add(entry.row_id)
        yield lot


def _restore(entries: Sequence[RowJournal], *, may_be_gone: bool) -> None:
    model = labels.model_of(entries[0].model)
    rows = {row.pk: row for row in model._base_manager.filter(pk__in=[entry.row_id for entry in entries])}
    changed: dict[tuple[str, ...], list[tuple[int, State]]] = {}
    for entry in entries:
        row = rows.get(entry.row_id)
        if row is None and may_be_gone:
            continue
        touched = _changed(model, entry)
        if not _as_left(entry, row, touched):
            raise _changed_since()
        if row is None:
            _create(model, entry.before or {})
        elif entry.before is None:
            _remove(row)
        else:
            back = _as_before(state(row), entry.before, touched)
            changed.setdefault(tuple(sorted(back)), []).append((entry.row_id, back))
    for columns, ones in changed.items():
        if columns:
            _put_back(model, columns, ones)


def _put_back(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[int, State]]) -> None:
    """Write the former values of some columns by one prepared statement."""
    fields: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
    quote: Any = connection.ops.quote_name
    key: Any = model._meta.pk
    sets = ", ".join(f"{quote(fields[name].column)} = %s" for name in columns)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(key.column)} = %s"  # noqa: S608 (names of the model)
    values = [(*(_stored(fields[name], back[name]) for name in columns), pk) for pk, back in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _stored(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(field.to_python(value), connection)


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
    several = {f.attname for f in model._meta.concrete_fields if getattr(f, "undone_by_key", False)}
    places: list[Touched] = []
    for column in sorted((before.keys() | after.keys()) - BOOKKEEPING):
        keys = {*(before.get(column) or {}), *(after.get(column) or {})} if column in several else (None,)
        places += [(column, key) for key in keys]
    return [place for place in places if _at(before, place) != _at(after, place)]


def _at(values: State, place: Touched) -> Any:
    column, key = place
    value = values.get(column)
    return value if key is None else (value or {}).get(key, _ABSENT)


def _as_before(current: State, before: State, touched: list[Touched]) -> State:
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
    """Take back a row that the event made; a record stays as deleted, so that no number is used again. One that was
    deleted since stays where it is.
    """
    if hasattr(row, "deleted_at"):
        type(row)._base_manager.filter(pk=row.pk, deleted_at=None).update(deleted_at=clock.now())
    else:
        row.delete()


def fingerprint(row: models.Model) -> str:
    """A hash of what a row says, bookkeeping left out; equal before a change and after it was taken back."""
    said = {name: value for name, value in state(row).items() if name not in BOOKKEEPING}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _create(model: type[models.Model], values: State) -> None:
    try:
        with transaction.atomic():
            model._base_manager.create(**_values(model, values))
    except IntegrityError:  # another row has taken its place
        raise _changed_since() from None


def _changed_since() -> Conflict:
    return Conflict("changed_since", "It was changed again meanwhile. Undo the later change first.")


def _values(model: type[models.Model], values: State) -> State:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in values.items() if name in fields}
