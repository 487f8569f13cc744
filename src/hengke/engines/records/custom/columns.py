"""Custom values inside one JSON column, read by the database as if each had a typed column of its own.

A value lies in `extra` under a key that the system made ("c12"). A path such as "extra__c12_n2" names the key and
the type, so that filters, orders, sums and values work by path like those of any column. The key is written into the
statement, not bound to it, because only then does an index over the same expression match; nothing but `c` and
digits passes `_PATH`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Transform
from django.db.models.lookups import Exact, In
from django.db.models.sql.compiler import SQLCompiler

from hengke.engines.access import labels
from hengke.engines.records.custom import computed

_PATH = re.compile(r"(c[0-9]{1,18})_(s|d|t|b|m|h|n[0-6]|r[a-z_]+-[a-z0-9_]+)")
_WORKED = re.compile(r"c[0-9]{1,18}_x([0-9]{1,18})")
_WHOLE = "(CASE jsonb_typeof({json} -> {key}) WHEN 'number' THEN ({json} ->> {key})::bigint END)"
MAX_TEXT, MAX_LONG = 500, 100_000


class Stored:
    """A column of a custom field: `word` is its type in paths, `cast` what PostgreSQL makes of the JSON.

    A cast gives nothing for what does not fit rather than fail: PostgreSQL also puts into a new index what a change of
    kind has just replaced, as long as somebody may still see it.
    """

    word: ClassVar[str]
    cast: ClassVar[str] = "({json} ->> {key})"

    @property
    def type_word(self) -> str:
        return self.word

    def to_json(self, value: Any) -> Any:
        """The value as it lies in `extra`; None for what is not stored at all."""
        return None if value is None or value == "" else value

    def from_json(self, value: Any) -> Any:
        """The way back."""
        return value


class TextColumn(Stored, models.TextField):  # type: ignore[type-arg]
    """Any text."""

    word = "s"

    def from_json(self, value: Any) -> Any:
        return "" if value is None else value

    def formfield(self, **options: Any) -> Any:
        """A line, unless the caller wants several; no longer than `max_length`."""
        from django import forms

        return super().formfield(**{"widget": forms.TextInput} | options)


class EmailColumn(Stored, models.EmailField):  # type: ignore[type-arg]
    word = "s"
    from_json = TextColumn.from_json


class UrlColumn(Stored, models.URLField):  # type: ignore[type-arg]
    word = "s"
    from_json = TextColumn.from_json

    def formfield(self, **options: Any) -> Any:
        """An address without a scheme is one of the safe kind."""
        return super().formfield(**{"assume_scheme": "https"} | options)


class NumberColumn(Stored, models.BigIntegerField):  # type: ignore[type-arg]
    """A number with `digits` decimals, kept as a whole number of its smallest unit: exact, and fast to compare."""

    word, cast = "n", _WHOLE

    def __init__(self, *args: Any, digits: int = 0, low: Decimal | None = None, high: Decimal | None = None,
                 **options: Any) -> None:  # fmt: skip
        self.digits, self.low, self.high = digits, low, high
        super().__init__(*args, **options)

    @property
    def type_word(self) -> str:
        return f"n{self.digits}"

    @property
    def validators(self) -> list[Any]:
        from django.core.validators import MaxValueValidator, MinValueValidator

        # What the database can hold bounds what was not bounded by the administrator.
        most = Decimal(2**63 - 1).scaleb(-self.digits)
        return [
            MinValueValidator(self.low if self.low is not None else -most),
            MaxValueValidator(self.high if self.high is not None else most),
        ]

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None or value == "" else int(Decimal(str(value)).scaleb(self.digits))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.from_json(value)

    def to_json(self, value: Any) -> Any:
        return self.get_prep_value(value)

    def from_json(self, value: Any) -> Any:
        if value is None:
            return None
        return Decimal(int(value)).scaleb(-self.digits) if self.digits else int(value)

    def formfield(self, **options: Any) -> Any:
        """A number within the bounds."""
        from django import forms

        bounds = {"min_value": self.low, "max_value": self.high}
        common = {"required": not self.blank, "help_text": self.help_text} | bounds | options
        if not self.digits:
            return forms.IntegerField(validators=self.validators, **common)
        return forms.DecimalField(max_digits=18, decimal_places=self.digits, **common)


class DateColumn(Stored, models.DateField):  # type: ignore[type-arg]
    word, cast = "d", "hengke_day({json} ->> {key})"

    def to_json(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def from_json(self, value: Any) -> Any:
        return date.fromisoformat(value) if value else None


class MomentColumn(Stored, models.DateTimeField):  # type: ignore[type-arg]
    """A point in time, kept as UTC in the words in which SQLite compares moments."""

    word, cast = "t", "hengke_moment({json} ->> {key})"

    def to_json(self, value: Any) -> Any:
        return str(value.astimezone(UTC).replace(tzinfo=None)) if value else None

    def from_json(self, value: Any) -> Any:
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


class YesNoColumn(Stored, models.BooleanField):  # type: ignore[type-arg]
    word = "b"
    cast = "(CASE jsonb_typeof({json} -> {key}) WHEN 'boolean' THEN ({json} ->> {key})::boolean END)"


class ManyColumn(Stored, models.TextField):  # type: ignore[type-arg]
    """Several words of a choice, kept as a JSON list; equal to a word means that it is among them."""

    word = "m"

    def to_json(self, value: Any) -> Any:
        return list(value) or None if value else None

    def from_json(self, value: Any) -> Any:
        return tuple(value or ())

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return tuple(json.loads(value)) if value else ()


@ManyColumn.register_lookup
class Among(Exact):
    """Whether the list holds one word."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return _holds_any(compiler, self.lhs, (self.rhs,))


@ManyColumn.register_lookup
class AmongAny(In):
    """Whether the list holds one of several words."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return _holds_any(compiler, self.lhs, tuple(self.rhs))


def _holds_any(compiler: SQLCompiler, of: Any, words: tuple[Any, ...]) -> tuple[str, Any]:
    sql, parameters = compiler.compile(of)
    # Keys of choices hold letters and digits only, so that there is nothing to escape.
    tests = " OR ".join([f"{sql} LIKE %s"] * len(words)) or "1 = 0"
    marks = [f'%"{word}"%' for word in words]
    return f"({tests})", [part for mark in marks for part in (*parameters, mark)]


class ReferenceColumn(Stored, models.BigIntegerField):  # type: ignore[type-arg]
    """The key of an object of another type; paths go on to its columns, "extra__c7_rcustomers-customer__name"."""

    word, cast = "r", _WHOLE

    def __init__(self, *args: Any, to: type[models.Model], **options: Any) -> None:
        self.to = to
        super().__init__(*args, **options)

    @property
    def type_word(self) -> str:
        return f"r{self.to._meta.label_lower.replace('.', '-')}"

    def get_transform(self, name: str) -> Any:
        """One value of the object that the key names."""
        if name in {field.name for field in self.to._meta.concrete_fields}:
            return partial(_Of, self.to, name)
        return super().get_transform(name)


class _Of(Transform):
    """A column of the object whose key the expression is."""

    def __init__(self, model: type[models.Model], name: str, expression: Any) -> None:
        super().__init__(expression)
        self.model = model
        self.column: Any = model._meta.get_field(name)

    def _resolve_output_field(self) -> Any:
        return self.column

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        key, parameters = compiler.compile(self.get_source_expressions()[0])
        quote, meta = connection.ops.quote_name, self.model._meta
        key_column: Any = meta.pk
        wanted, table, pk = (quote(n) for n in (self.column.column, meta.db_table, key_column.column))
        return f"(SELECT named.{wanted} FROM {table} named WHERE named.{pk} = {key})", parameters  # noqa: S608 (names of the model)


class _Value(Transform):
    """One custom value, typed."""

    def __init__(self, key: str, column: Any, expression: Any) -> None:
        super().__init__(expression)
        self.key, self.column = key, column

    def _resolve_output_field(self) -> Any:
        return self.column

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        sql, parameters = compiler.compile(self.get_source_expressions()[0])
        return typed(self.column, self.key, sql, connection.vendor), parameters


def typed(column: Any, key: str, sql: str, vendor: str) -> str:
    """The expression for the value under `key` in the JSON column `sql`; the same in statements and in indexes."""
    if vendor == "postgresql":
        return str(column.cast.format(json=sql, key=f"'{key}'"))
    return f"json_extract({sql}, '$.{key}')"


class Extra(models.JSONField):
    """All custom values of a row; what changed in it is journalled and taken back key by key."""

    undone_by_key = True

    def get_transform(self, name: str) -> Any:
        """The typed value that a path names; other names are no path of ours."""
        worked = _WORKED.fullmatch(name)
        if worked is not None:
            return computed.transform_of(int(worked[1]))
        found = _PATH.fullmatch(name)
        return partial(_Value, found[1], column_of_word(found[2])) if found else super().get_transform(name)


_PLAIN: dict[str, Callable[[], Any]] = {
    "s": TextColumn, "d": DateColumn, "t": MomentColumn, "b": YesNoColumn, "m": ManyColumn,
}  # fmt: skip


def column_of_word(word: str) -> Any:
    """The column that a type word of a path stands for."""
    if word[0] == "n":
        return NumberColumn(digits=int(word[1:]))
    if word[0] == "r":
        return ReferenceColumn(to=labels.model_of(word[1:].replace("-", ".")))
    if word == "h":
        from hengke.engines.records.custom.markup import MarkupColumn

        return MarkupColumn()
    return _PLAIN[word]()


def path_of(key: str, column: Any) -> str:
    """The path of the value under `key`."""
    return f"extra__{key}_{column.type_word}"


def longest(column: Any) -> int | None:
    """How many characters a text may have."""
    found = [v.limit_value for v in column.validators if isinstance(v, MaxLengthValidator)]
    return min(found) if found else None
