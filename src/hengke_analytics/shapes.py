"""Ibis expressions that are written down before they are built: one shape, many questions.

Building and compiling an Ibis expression takes longer than many a query runs. Tables of the engine's connections
therefore record what is asked of them, which costs a microsecond a step. What was recorded has a *shape* (tables
with their columns, operations, names, numbers that stand in the text) and *values* (what went through
`ibis.literal`: days, words and whole numbers of one question). Ibis builds and compiles a shape once; every
further question of that shape runs the same SQL with its own values bound.

Whoever writes an expression imports `ibis` from here. Python around the expression runs for every question, so a
decision taken there is part of the shape; only a value wrapped in `ibis.literal` is shared by all questions.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from types import FunctionType
from typing import TYPE_CHECKING, Any

import ibis as _ibis
import ibis.expr.types as ir

if TYPE_CHECKING:
    import ibis
    import ibis.expr.schema as sch
    import pyarrow as pa

__all__ = ["Value", "Written", "build", "ibis", "written"]

_MOST_KEPT = 100_000
_EAGER = frozenset(("execute", "to_pandas", "to_polars", "to_pyarrow_batches", "to_csv", "to_parquet"))
_TYPES = {date: "date", int: "int64", str: "string"}
_ids: dict[Any, int] = {}
_schemas: dict[int, sch.Schema] = {}
_counter = itertools.count()


@dataclass(frozen=True, slots=True)
class Value:
    """What is bound into a statement, as an Ibis type; equal ones are bound once. A tuple stands for an array."""

    kind: str
    content: Any


class Written:
    """An Ibis table or column as it was written; stands wherever Ibis' own would, and is never evaluated here."""

    __slots__ = ("_arguments", "_make", "_shape", "_source", "_values")
    __hash__ = object.__hash__
    __iter__ = None

    def __init__(self, make: Callable[..., Any], arguments: tuple[Any, ...], source: Any = None) -> None:
        self._make, self._arguments = make, arguments
        self._source: Any = source or next((w._source for w in _within(arguments) if w._source), None)
        values: dict[Value, int] = {}
        key = (make, *(_key(argument, values) for argument in arguments))
        self._shape: int = _identity(key)
        self._values: tuple[Value, ...] = tuple(values)

    def __getattr__(self, name: str) -> Written:
        if name.startswith("__") or name in _EAGER:
            raise AttributeError(
                f"a written expression has no {name}: run it with engine.fetch or engine.rows"
            )
        return Written(getattr, (self, name))

    def __getitem__(self, key: Any) -> Written:
        return Written(operator.getitem, (self, key))

    def __call__(self, *arguments: Any, **named: Any) -> Written:
        return Written(_call, (self, arguments, named))

    def __bool__(self) -> bool:
        raise TypeError("an expression is neither true nor false before it is run")

    def __repr__(self) -> str:
        return repr(build(self))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of a table's columns."""
        return tuple(self.schema().names)

    def schema(self) -> sch.Schema:
        """Columns of a table with their types; built once per shape."""
        if self._shape not in _schemas:
            _keep_few(_schemas)
            _schemas[self._shape] = build(self).schema()
        return _schemas[self._shape]

    @property
    def question(self) -> tuple[int, tuple[Value, ...]]:
        """What is asked; equal for expressions that give the same on the same data."""
        return self._shape, self._values

    def get_backend(self) -> Any:
        """The connection on which it runs."""
        return self._source

    def to_pyarrow(self) -> pa.Table:
        """Run it."""
        from hengke_analytics.engine import fetch

        return fetch(self)


def written(table: ir.Table) -> ir.Table:
    """A stored table from which expressions are written down; its shape is its name and its columns."""
    leaf: Any = Written(_itself, (table,), table.get_backend())
    return leaf


def build(expression: Any, bound: Callable[[Value], ir.Value] | None = None) -> Any:
    """What Ibis makes of it; `bound` makes the values, which are literals by default."""
    bind = bound or _as_literal
    made: dict[int, Any] = {}

    def real(part: Any) -> Any:
        match part:
            case Written():
                if id(part) not in made:
                    made[id(part)] = part._make(*(real(argument) for argument in part._arguments))
                return made[id(part)]
            case Value():
                return bind(part)
            case tuple() | list():
                return type(part)(real(each) for each in part)
            case dict():
                return {name: real(each) for name, each in part.items()}
        return part

    return real(expression)


class _Functions:
    """The functions of Ibis, written down like the methods of its tables."""

    def __getattr__(self, name: str) -> Any:
        return Written(getattr, (_ibis, name))

    def literal(self, value: Any, type: Any = None) -> Any:  # Ibis' own name
        """A constant of one question; days, words and whole numbers are bound, others stand in the text."""
        kind = type or _TYPES.get(value.__class__)
        if isinstance(value, list) and type:
            return Written(_itself, (Value(str(kind), tuple(value)),))
        if value.__class__ not in _TYPES or kind is None:
            return Written(_ibis.literal, (value, type))
        return Written(_itself, (Value(str(kind), value),))


if not TYPE_CHECKING:
    ibis = _Functions()


def _operator(name: str) -> Callable[..., Written]:
    apply = getattr(operator, name)

    def record(self: Written, *others: Any) -> Written:
        return Written(apply, (self, *others))

    return record


def _reflected(name: str) -> Callable[..., Written]:
    apply = getattr(operator, name)

    def record(self: Written, other: Any) -> Written:
        return Written(apply, (other, self))

    return record


for _name in ("eq", "ne", "lt", "le", "gt", "ge", "neg", "invert"):
    setattr(Written, f"__{_name}__", _operator(f"__{_name}__"))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    setattr(Written, f"__{_name}__", _operator(f"__{_name}__"))
    setattr(Written, f"__r{_name}__", _reflected(f"__{_name}__"))


def _call(function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    return function(*arguments, **named)


def _itself(part: Any) -> Any:
    return part


def _as_literal(value: Value) -> ir.Value:
    content = value.content
    return _ibis.literal(list(content) if isinstance(content, tuple) else content, value.kind)


def _identity(key: Any) -> int:
    """A number for what is written; equal keys have equal numbers, and a forgotten one is never given again."""
    _keep_few(_ids)
    return _ids.setdefault(key, next(_counter))


def _keep_few(kept: dict[Any, Any]) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()


def _key(argument: Any, values: dict[Value, int]) -> Any:
    """What an argument adds to the shape; values are counted in the order of their first appearance."""
    match argument:
        case Written():
            places = tuple(values.setdefault(value, len(values)) for value in argument._values)
            return Written, argument._shape, places
        case Value():
            return Value, argument.kind, values.setdefault(argument, len(values))
        case tuple() | list():
            return type(argument), tuple(_key(each, values) for each in argument)
        case dict():
            return dict, tuple((name, _key(each, values)) for name, each in argument.items())
        case ir.Table():
            return _stored(argument)
        case ir.Expr():
            return ir.Expr, argument.op()
    if isinstance(argument, FunctionType):
        raise TypeError("write the expression out: a function within it has no shape")
    return type(argument), argument


def _stored(table: ir.Table) -> Any:
    import ibis.expr.operations as ops

    node = table.op()
    if isinstance(node, ops.DatabaseTable):
        return ir.Table, node.namespace, node.name, node.schema
    return ir.Table, node


def _within(arguments: Any) -> Iterator[Written]:
    for argument in arguments.values() if isinstance(arguments, dict) else arguments:
        if isinstance(argument, Written):
            yield argument
        elif isinstance(argument, tuple | list | dict):
            yield from _within(argument)
