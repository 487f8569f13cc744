"""Two people changed the same object: what only one of them touched goes together by itself, the rest is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.declarations import Field, Values, column_of
from hengke.engines.records.writing.forms import RecordForm, in_words_of, initial_values, writable

SALT = "records.base"
STORED, MINE = "stored", "mine"


@dataclass(frozen=True)
class Difference:
    """One field in words: when the form was opened (None: not known), as stored now, and as entered."""

    field: Field
    base: str | None
    stored: str
    entered: str


class _Encoder(DjangoJSONEncoder):
    """Values of fields as JSON."""


class _Serializer:
    def dumps(self, obj: Any) -> bytes:
        import json

        return json.dumps(obj, cls=_Encoder, ensure_ascii=False).encode()

    def loads(self, data: bytes) -> Any:
        import json

        return json.loads(data)


def pack(catalogue: Catalogue, target: models.Model) -> str:
    """What the form was opened with, signed, to be sent back with it."""
    values = initial_values(catalogue, target)
    return signing.dumps([target.pk, values], salt=SALT, serializer=_Serializer, compress=True)


def unpack(catalogue: Catalogue, target: models.Model, text: str) -> Values | None:
    """What `pack` gave out for this object; None when it is not known."""
    try:
        pk, said = signing.loads(text, salt=SALT, serializer=_Serializer)
    except signing.BadSignature:
        return None
    if pk != target.pk:
        return None
    columns: dict[str, Any] = {
        field.name: column_of(type(catalogue.record), field)
        for field in writable(catalogue)
        if field.name in said
    }
    return {name: column.to_python(said[name]) for name, column in columns.items()}


def chosen(entered: Values, base: Values | None, choices: Mapping[str, str]) -> Values:
    """What was entered, with the stored value wherever a person chose that one."""
    taken = {name for name in entered if choices.get(f"take-{name}") == STORED}
    return entered if base is None else entered | {name: base[name] for name in taken if name in base}


def own_changes(entered: Values, base: Values | None) -> Values:
    """The fields that the person changed; all of them when it is not known what the form was opened with."""
    if base is None:
        return entered
    return {name: value for name, value in entered.items() if name not in base or base[name] != value}


def both_changed(catalogue: Catalogue, stored: Values, base: Values | None, mine: Values) -> list[str]:
    """The fields that both sides changed to something different."""
    return [
        field.name
        for field in writable(catalogue)
        if field.name in mine
        and _differ(stored[field.name], mine[field.name])
        and (base is None or field.name not in base or _differ(stored[field.name], base[field.name]))
    ]


def describe(
    form: RecordForm, names: Sequence[str], stored: Values, base: Values | None, mine: Values
) -> list[Difference]:
    """The fields to be chosen between, in words."""
    fields = [field for field in writable(form.catalogue) if field.name in names]
    return [
        Difference(
            field,
            None if base is None or field.name not in base else in_words_of(form, field, base[field.name]),
            in_words_of(form, field, stored[field.name]),
            in_words_of(form, field, mine[field.name]),
        )
        for field in fields
    ]


def _differ(one: Any, other: Any) -> bool:
    return one != other and bool(one or other)
