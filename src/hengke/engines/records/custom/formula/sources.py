"""The fields that a formula or roll-up can reckon with, as typed expressions over a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Expression, F

from hengke.engines.records.custom import columns
from hengke.engines.records.custom.formula.sql import Expr, Part, Place
from hengke.engines.records.custom.kinds import YesNo
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import (
    Choice,
    Date,
    Kind,
    LongText,
    Moment,
    Money,
    Number,
    Percent,
    Phone,
    Text,
)

Written = Callable[[str, bool], Part]


@dataclass(frozen=True)
class Source:
    """A field's type and decimals; `column` is the attribute of the model in which it lies, `written` what becomes
    of that column's name in a statement (second argument: on SQLite)."""

    type: str
    digits: int
    column: str
    written: Written

    def here(self, model: Any) -> Expr:
        """The value of the row that a formula is computed for."""
        column: Any = model._meta.get_field(self.column)

        def sql(at: Place) -> Part:
            quote = at.compiler.connection.ops.quote_name
            return self.written(f"{quote(at.alias)}.{quote(column.column)}", at.is_lite)

        return Expr(self.type, sql)

    def read(self) -> Read:
        """The value as a part of a query over the rows that hold it."""
        return Read(self)


class Read(Expression):
    """A source as an expression of Django's."""

    def __init__(self, source: Source) -> None:
        super().__init__(output_field=models.TextField())
        self.source, self.of = source, F(source.column)

    def get_source_expressions(self) -> list[Any]:
        return [self.of]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.of,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Part:
        sql, _values = compiler.compile(self.of)
        return self.source.written(sql, connection.vendor == "sqlite")


def source_of(field: Field) -> Source | None:
    """How a formula reads a field; None for what it cannot reckon with."""
    if field.computed is not None or field.is_elsewhere or field.masked:
        return None
    kind = field.kind
    column: Any = field.column
    if column is None:
        return _own(field.path, kind)

    def inside(written: Written) -> Written:
        return lambda sql, lite: written(
            columns.typed(column, field.name, sql, "sqlite" if lite else "postgresql"), lite
        )

    if isinstance(column, columns.NumberColumn):
        return Source("number", column.digits, "extra", inside(_scaled(column.digits)))
    found = _own("extra", kind)
    return None if found is None else Source(found.type, found.digits, "extra", inside(found.written))


def _own(path: str, kind: Kind) -> Source | None:
    if isinstance(kind, Number):
        return Source(
            "number",
            _digits(kind),
            path,
            lambda x, lite: (f"CAST({x} AS REAL)" if lite else f"{x}::numeric", ()),
        )
    if isinstance(kind, Moment):
        return Source("date", 0, path, _day_here)
    if isinstance(kind, Date):
        return Source("date", 0, path, lambda x, lite: (x, ()))
    if isinstance(kind, YesNo):
        return Source("bool", 0, path, lambda x, lite: (x, ()))
    if isinstance(kind, Choice):
        return Source("text", 0, path, _word_of(kind)) if not kind.many else None
    if isinstance(kind, (Text, LongText, Phone)) or type(kind) is Kind:
        return Source("text", 0, path, lambda x, lite: (f"NULLIF({x}, '')", ()))
    return None


def _digits(kind: Kind) -> int:
    return 2 if isinstance(kind, Money) else 4 if isinstance(kind, Percent) else 0


def _scaled(digits: int) -> Written:
    divisor = 10**digits
    return lambda x, lite: (f"({x} / {divisor}.0)" if lite else f"({x}::numeric / {divisor})", ())


def _day_here(x: str, lite: bool) -> Part:
    return (f"date({x}, '+8 hours')" if lite else f"({x} AT TIME ZONE 'Asia/Shanghai')::date", ())


def _word_of(kind: Choice) -> Written:
    def written(x: str, lite: bool) -> Part:
        values = tuple(word for key, words in kind.choices for word in (key, str(words)))
        if not values:
            return f"NULLIF({x}, '')", ()
        cases = " ".join(["WHEN %s THEN %s" if lite else "WHEN %s THEN %s::text"] * len(kind.choices))
        return f"(CASE {x} {cases} END)", values

    return written
