"""Rows before and after a change, and their way back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal
from hengke.kernel.errors import Conflict

State = dict[str, Any]


def state(row: models.Model) -> State:
    """Every stored column of a row as plain JSON values."""
    values = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
    plain: State = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def states(rows: Iterable[models.Model]) -> dict[int, State]:
    """`state` by primary key."""
    return {row.pk: state(row) for row in rows}


def write(event: Event, model: type[models.Model], before: dict[int, State], after: dict[int, State]) -> None:
    """Keep what changed between two snapshots of rows of one model."""
    entries = [
        RowJournal(event=event, model=model._meta.label_lower, row_id=pk, before=before.get(pk), after=after.get(pk))
        for pk in sorted(before.keys() | after.keys())
        if before.get(pk) != after.get(pk)
    ]
    RowJournal.objects.bulk_create(entries, batch_size=500)


def undo(event: Event, *, actor: Actor) -> Event:
    """Put every journalled row back; Conflict (nothing changed) when somebody changed one of them meanwhile."""
    with transaction.atomic():
        if Event.objects.filter(kind="undone", subject_type="access.event", subject_id=event.pk).exists():
            raise Conflict("already_undone", "This change has been undone already.")
        for entry in RowJournal.objects.filter(event=event).order_by("-pk"):
            _restore(entry)
        return events.record(
            "undone", actor=actor, subject=event, party_id=event.party_id, payload={"kind": event.kind}
        )


def _restore(entry: RowJournal) -> None:
    model = apps.get_model(entry.model)
    row = model._base_manager.filter(pk=entry.row_id).first()
    current = state(row) if row is not None else None
    touched = _changed_columns(entry)
    if current is None or any(current.get(c) != (entry.after or {}).get(c) for c in touched):
        if not (current is None and entry.after is None):
            raise Conflict("changed_since", "It was changed again meanwhile, so it cannot be undone as a whole.")
    if entry.before is None:
        if row is not None:
            row.delete()
        return
    _store(model, entry.row_id, entry.before if row is None else {c: entry.before.get(c) for c in touched}, row)


def _changed_columns(entry: RowJournal) -> list[str]:
    before, after = entry.before or {}, entry.after or {}
    bookkeeping = {"updated_at", "version"}
    return [c for c in before.keys() | after.keys() if before.get(c) != after.get(c) and c not in bookkeeping]


def _store(model: type[models.Model], pk: int, values: State, row: models.Model | None) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    plain = {name: fields[name].to_python(value) for name, value in values.items() if name in fields}
    if row is None:
        model._base_manager.create(**plain)
    else:
        model._base_manager.filter(pk=pk).update(**plain)
