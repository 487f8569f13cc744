"""Queries whose SQL is written once and run with other values from then on.

Django takes longer to write a short query than the database takes to answer it, and a page of twenty short queries
spends most of its time on that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

T = TypeVar("T")
MOST_KEPT = 1_000
# Stand for values while the SQL is written; no query has such a number or such a character in its text.
FIRST_MARK, MARK = 2_000_000_000, "\ue000"


_every: list[Prepared[Any]] = []


def forget_all() -> None:
    """Let every prepared query be written anew."""
    for prepared in _every:
        prepared.forget()


class Prepared(Generic[T]):
    """Called with `arguments`, gives what `list(build(*arguments))` gives.

    Whole numbers, texts and lists of whole numbers are values: `build` only compares with them, so that the SQL is the
    same whatever they are. Everything else, such as a tree of rights, belongs to the shape and has SQL of its own; so
    does each length of a list.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._kept: dict[Hashable, _Statement] = {}
        _every.append(self)

    def forget(self) -> None:
        """Write every query anew: what rights compare with may lie elsewhere now."""
        self._kept.clear()

    def __call__(self, *arguments: Any) -> list[T]:
        shape = tuple(map(_shape, arguments))
        statement = self._kept.get(shape)
        if statement is None:
            statement = _written(self._build, arguments)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[shape] = statement
        return statement.run(_values(arguments))


@dataclass(frozen=True)
class _Statement:
    """A query as Django wrote it, with the places of the values among its parameters."""

    rows: QuerySet[Any]
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]

    def run(self, values: Sequence[Any]) -> list[Any]:
        """Django reads the answer as ever; only the writing is left out."""
        parameters = list(self.parameters)
        for place, number in self.places:
            # PostgreSQL's driver has whole numbers of several sizes.
            parameters[place] = type(parameters[place])(values[number])
        compiler = copy(self.compiler)
        compiler.connection = connections[self.rows.db]
        compiler.as_sql = lambda *_arguments, **_named: (self.sql, tuple(parameters))
        query: Any = object.__new__(type(self.rows.query))
        vars(query).update(vars(self.rows.query), get_compiler=lambda *_arguments, **_named: compiler)
        rows: Any = object.__new__(type(self.rows))
        vars(rows).update(vars(self.rows), _query=query)
        return list(rows._iterable_class(rows))


def _shape(argument: Any) -> Hashable:
    if isinstance(argument, list):
        return "list", len(argument)
    shape: Hashable = argument if type(argument) not in (int, str) else type(argument).__name__
    return shape


def _written(build: Callable[..., QuerySet[Any]], arguments: Sequence[Any]) -> _Statement:
    marks: list[Any] = []
    rows = build(*(_marked(argument, marks) for argument in arguments))
    compiler: Any = rows.query.get_compiler(rows.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:  # nothing can be found, as within an empty list
        return _Statement(rows, compiler, "", (), ())
    numbers = {mark: number for number, mark in enumerate(marks)}
    places = tuple(
        (at, numbers[value])
        for at, value in enumerate(parameters)
        if isinstance(value, (int, str)) and value in numbers
    )
    if {number for _place, number in places} != set(range(len(marks))):
        raise ValueError("a prepared query must compare with each of its values as it is")
    return _Statement(rows, compiler, sql, tuple(parameters), places)


def _marked(argument: Any, marks: list[Any]) -> Any:
    """Marks in place of a value; they are added to `marks` in the order of `_values`."""
    if isinstance(argument, list):
        return [_marked(value, marks) for value in argument]
    if type(argument) not in (int, str):
        return argument
    marks.append(FIRST_MARK + len(marks) if type(argument) is int else f"{MARK}{len(marks)}")
    return marks[-1]


def _values(arguments: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for argument in arguments:
        if isinstance(argument, list):
            found += argument
        elif type(argument) in (int, str):
            found.append(argument)
    return found
