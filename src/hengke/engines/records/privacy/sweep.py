"""Finds and blanks a person in every text and JSON column of every table, so that no table can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hengke.engines.access import events, lots
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, EventSeal, JournalLot, RowJournal
from hengke.engines.records.privacy import places
from hengke.engines.records.privacy.models import ErasureRequest
from hengke.engines.records.privacy.places import Finding, Person

CHUNK = 500
# Covered by the chain of seals; none of them holds what people enter.
_SEALED = frozenset({
    "kind", "channel", "subject_type", "audience", "address", "device", "salt", "digest", "chain", "model",
})  # fmt: skip
Model = type[models.Model]
Column = Any  # a model field; Django's class takes type arguments only in the stubs


def find(person: Person) -> list[Finding]:
    """Rows per table and column; one query for each table that has text."""
    found = []
    for model, columns in _tables():
        counted = {
            column.name: models.Count("pk", filter=_match(model, [column], person)) for column in columns
        }
        rows = _prepared(model, columns).filter(_match(model, columns, person))
        counts = rows.aggregate(**{f"n_{name}": count for name, count in counted.items()})
        found += [
            Finding(_words(model), _column_words(column), counts[f"n_{column.name}"])
            for column in columns
            if counts[f"n_{column.name}"]
        ]
    return found


def rows(person: Person) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """(table, key, columns that hold something of the person) of every row; what a person is handed on request."""
    for model, columns in _tables():
        for row in _prepared(model, columns).filter(_match(model, columns, person)).order_by("pk"):
            held = {
                c.name: getattr(row, c.attname) for c in columns if _is_in(getattr(row, c.attname), person)
            }
            yield _words(model), row.pk, held


def erase(person: Person, pseudonym: str, *, actor: Actor) -> dict[str, list[int]]:
    """Blank the person everywhere, in small transactions; returns the keys of the changed rows by model."""
    touched: dict[str, list[int]] = {}
    for model, columns in _tables():
        keys = list(
            _prepared(model, columns)
            .filter(_match(model, columns, person))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        for start in range(0, len(keys), CHUNK):
            with transaction.atomic():
                _blank(model, columns, keys[start : start + CHUNK], person, pseudonym, actor)
        if keys:
            touched[model._meta.label_lower] = keys
    return touched


def _blank(
    model: Model, columns: list[Column], keys: list[int], person: Person, pseudonym: str, actor: Actor
) -> None:
    scope = places.scope_of(model._meta.label_lower)
    rows = _prepared(model, columns).filter(pk__in=keys)
    # A value found alone says nothing of the name: in rows of other customers it may be somebody else's.
    own = set(rows.filter(scope(person)).values_list("pk", flat=True)) if scope and person.name else set()
    digests, lots_of = {}, set[int]()
    for row in rows:
        values = {}
        for column in columns:
            old = getattr(row, column.attname)
            new = _without(old, column, person, pseudonym, with_name=row.pk in own)
            if new != old:
                values[column.attname] = new
        if isinstance(row, Event) and values:
            digests[str(row.pk)] = events.redact(row, values["payload"])
        elif values:
            model._base_manager.filter(pk=row.pk).update(**values)
            lots_of |= {row.lot_id} if isinstance(row, RowJournal) else set()
    if digests or lots_of:
        payload = {"digests": digests, "lots": lots.redact(lots_of)}
        events.record(events.REDACTED, actor=actor, payload=payload)


def _without(value: Any, column: Column, person: Person, pseudonym: str, *, with_name: bool) -> Any:
    if isinstance(column, models.JSONField):
        return _in_json(value, person, pseudonym, with_name=with_name)
    if not value:
        return value
    if column.blank and value in (*person.values, person.name if with_name else None):
        return ""
    text = places.blanked(value, person, pseudonym, with_name=with_name)
    return text[: column.max_length] if column.max_length else text


def _in_json(value: Any, person: Person, pseudonym: str, *, with_name: bool) -> Any:
    if isinstance(value, str):
        return places.blanked(value, person, pseudonym, with_name=with_name)
    if isinstance(value, list):
        return [_in_json(item, person, pseudonym, with_name=with_name) for item in value]
    if isinstance(value, dict):
        return {
            places.blanked(str(key), person, pseudonym, with_name=with_name): _in_json(
                item, person, pseudonym, with_name=with_name
            )
            for key, item in value.items()
        }
    return value


def _is_in(value: Any, person: Person) -> bool:
    text = str(value)
    return any(word in text for word in (*person.values, person.name) if word)


def _tables() -> Iterator[tuple[Model, list[Column]]]:
    for model in apps.get_models():
        if model is ErasureRequest or not model._meta.managed or model._meta.app_label == "contenttypes":
            continue
        columns = [c for c in model._meta.concrete_fields if _may_hold(model, c)]
        if columns:
            yield model, columns


def _may_hold(model: Model, column: Column) -> bool:
    if not isinstance(column, models.CharField | models.TextField | models.JSONField):
        return False
    sealed = model in (Event, EventSeal, JournalLot, RowJournal) and column.name in _SEALED
    return not (column.primary_key or column.choices or sealed)


def _prepared(model: Model, columns: list[Column]) -> models.QuerySet[Any]:
    """All rows, with JSON columns also as text."""
    plain = {f"text_{c.name}": Cast(c.name, TextField()) for c in columns if isinstance(c, models.JSONField)}
    rows: models.QuerySet[Any] = model._base_manager.annotate(**plain)
    return rows


def _match(model: Model, columns: list[Column], person: Person) -> Q:
    """Rows in which one of `columns` holds a value, or, within the customer's rows, the name."""
    scope = places.scope_of(model._meta.label_lower)
    parts = [_holds(column, value) for column in columns for value in person.values]
    if scope is not None and person.name:
        named = [_holds(column, person.name) for column in columns]
        parts.append(scope(person) & reduce(or_, named))
    return reduce(or_, parts) if parts else Q(pk__in=())


def _holds(column: Column, value: str) -> Q:
    """Plain columns hold what people wrote; JSON may hold it escaped, or quoted within an address."""
    if not isinstance(column, models.JSONField):
        return Q(**{f"{column.name}__contains": value})
    return reduce(or_, (Q(**{f"text_{column.name}__contains": form}) for form in places.forms(value)))


def _words(model: Model) -> str:
    return places.words_of(model._meta.label_lower) or capfirst(str(model._meta.verbose_name))


def _column_words(column: Column) -> str:
    """A column that nobody named for people is just content."""
    own = column.verbose_name
    return capfirst(str(own)) if isinstance(own, Promise) else _("Content")
