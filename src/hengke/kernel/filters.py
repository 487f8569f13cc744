"""One filter language for views, grants, segments, API queries and URLs.

A filter is a tree of And / Or / Not over conditions on catalogue fields. It is data: it can be stored as JSON, and
it compiles to a Django `Q` (engines/access) and to an Ibis predicate (`to_ibis`) with the same meaning.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from typing import Any

from hengke.kernel.errors import InputError

OPERATORS = ("eq", "ne", "lt", "lte", "gt", "gte", "in", "contains", "startswith", "empty")
MAX_CONDITIONS = 100
MAX_VALUES = 1_000


@dataclass(frozen=True)
class Condition:
    """`field operator value`, e.g. city eq 合肥市; `empty` takes True or False."""

    field: str
    op: str
    value: Any

    def __post_init__(self) -> None:
        if self.op not in OPERATORS:
            raise InputError("filter_operator", "Unknown filter operator: {op}.", op=self.op)


@dataclass(frozen=True)
class And:
    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class Or:
    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class Not:
    part: Filter


Filter = Condition | And | Or | Not
EVERYTHING = And(())
NOTHING = Or(())


def from_json(data: Any) -> Filter:
    """Read the stored form: ["city","eq","合肥市"], {"and":[…]}, {"or":[…]}, {"not":…}; InputError when malformed."""
    tree = _read(data, depth=0)
    if sum(1 for _ in conditions(tree)) > MAX_CONDITIONS:
        raise InputError("filter_too_long", "The filter has more than {n} conditions.", n=MAX_CONDITIONS)
    return tree


def _read(data: Any, depth: int) -> Filter:
    if depth > 10:
        raise InputError("filter_too_deep", "The filter is nested too deeply.")
    match data:
        case [str(field), str(op), value]:
            if isinstance(value, list):
                if len(value) > MAX_VALUES:
                    raise InputError("filter_too_long", "A filter may name at most {n} values.", n=MAX_VALUES)
                value = tuple(value)
            return Condition(field, op, value)
        case {"and": list(parts)}:
            return And(tuple(_read(p, depth + 1) for p in parts))
        case {"or": list(parts)}:
            return Or(tuple(_read(p, depth + 1) for p in parts))
        case {"not": part}:
            return Not(_read(part, depth + 1))
    raise InputError("filter_malformed", "The filter cannot be read.")


def to_json(tree: Filter) -> Any:
    """The stored form of `tree`; `from_json(to_json(t)) == t`."""
    match tree:
        case Condition(field, op, value):
            return [field, op, list(value) if isinstance(value, tuple) else value]
        case And(parts):
            return {"and": [to_json(p) for p in parts]}
        case Or(parts):
            return {"or": [to_json(p) for p in parts]}
        case Not(part):
            return {"not": to_json(part)}


def conditions(tree: Filter) -> list[Condition]:
    """Every condition of `tree`, left to right."""
    match tree:
        case Condition():
            return [tree]
        case Not(part):
            return conditions(part)
        case And(parts) | Or(parts):
            return [c for p in parts for c in conditions(p)]


def bind(tree: Filter, values: Mapping[str, Any]) -> Filter:
    """Replace places such as "@me" by the values of the person asking."""
    match tree:
        case Condition(field, op, value):
            return Condition(field, op, values.get(value, value) if isinstance(value, str) else value)
        case Not(part):
            return Not(bind(part, values))
        case And(parts):
            return And(tuple(bind(p, values) for p in parts))
        case Or(parts):
            return Or(tuple(bind(p, values) for p in parts))


def within(tree: Filter, words: Container[str]) -> Filter:
    """`tree` without those of its outermost alternatives that speak of anything but `words`.

    Rights are alternatives: one that a table cannot answer shows nothing there, whatever stands inside it.
    """
    parts = tree.parts if isinstance(tree, Or) else (tree,)
    kept = tuple(part for part in parts if all(c.field in words for c in conditions(part)))
    if len(kept) == len(parts):
        return tree
    return kept[0] if len(kept) == 1 else Or(kept)


def matches(tree: Filter, row: Mapping[str, Collection[Any]]) -> bool:
    """Whether `tree` holds for one row: its values by field name, several where a field leads to several rows.

    The same meaning as in SQL; a field without values is empty. `contains` and the orders are not needed here.
    """
    match tree:
        case Condition(field, op, value):
            values = row.get(field, ())
            if op == "empty":
                return bool(value) is not bool(values)
            if op == "ne":
                return not any(found == value for found in values)
            return any(_HOLDS[op](found, value) for found in values)
        case Not(part):
            return not matches(part, row)
        case And(parts):
            return all(matches(part, row) for part in parts)
        case Or(parts):
            return any(matches(part, row) for part in parts)


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "in": lambda found, values: found in values,
    "startswith": lambda found, value: str(found).startswith(value),
}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "contains": lambda column, value: column.contains(value),
    "startswith": lambda column, value: column.startswith(value),
}


def holds(tree: Filter, values: Mapping[str, Any]) -> bool:
    """Whether one object with these values fits `tree`, as the database would answer."""
    match tree:
        case Condition(field, "empty", value):
            return (values[field] is None) == bool(value)
        case Condition(field, "ne", value):
            return not holds(Condition(field, "eq", value), values)
        case Condition(field, "in", wanted):
            return values[field] in tuple(_alike(values[field], value) for value in wanted)
        case Condition(field, op, value):
            return values[field] is not None and _compare(op, values[field], value)
        case Not(part):
            return not holds(part, values)
        case And(parts):
            return all(holds(part, values) for part in parts)
        case Or(parts):
            return any(holds(part, values) for part in parts)


def _compare(op: str, stored: Any, value: Any) -> bool:
    if op == "contains":
        return str(value) in str(stored)
    if op == "startswith":
        return str(stored).startswith(str(value))
    return bool(_COMPARE[op](stored, _alike(stored, value)))


def _alike(stored: Any, value: Any) -> Any:
    """A day beside a moment means its first moment, in the moment's own zone."""
    if isinstance(stored, datetime) and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min, tzinfo=stored.tzinfo)
    return value


def to_ibis(tree: Filter, table: Any, literal: Callable[[Any], Any]) -> Any:
    """The predicate of `tree` on an Ibis table whose columns carry the field names; `literal` is `ibis.literal`.

    Empty values never satisfy a comparison and always satisfy its negation, as in Django's `exclude`.
    """
    match tree:
        case Condition(field, "empty", value):
            return table[field].isnull() if value else table[field].notnull()
        case Condition(field, "ne", value):
            return ~(table[field] == literal(value)).fill_null(False)
        case Condition(field, "in", values):
            return table[field].isin([literal(value) for value in values]).fill_null(False)
        case Condition(field, op, value):
            return _COMPARE[op](table[field], literal(value)).fill_null(False)
        case Not(part):
            return ~to_ibis(part, table, literal)
        case And(parts):
            return reduce(operator.and_, (to_ibis(p, table, literal) for p in parts), literal(True))
        case Or(parts):
            return reduce(operator.or_, (to_ibis(p, table, literal) for p in parts), ~literal(True))
