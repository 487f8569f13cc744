"""SQL of written expressions: compiled once per shape, run with the values of each question bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import ibis.expr.datashape as ds
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops

from hengke_analytics.shapes import Value, Written, build

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_KEPT = 2_000
_kept: dict[int, Statement | None] = {}


@dataclass(frozen=True)
class Statement:
    """SQL of a shape, the types of its answer, and which of a question's values it uses."""

    sql: str
    schema: pa.Schema
    used: tuple[int, ...]

    def run(self, question: Written) -> pa.Table:
        """Arrow in the types that the expression states; DuckDB plans with the values in place."""
        found = self._executed(question, self.sql).to_arrow_table()
        return found if found.schema == self.schema else found.cast(self.schema)

    def store(self, question: Written, name: str) -> None:
        """Put the answer into a temporary table of the question's connection."""
        self._executed(question, f'CREATE OR REPLACE TEMP TABLE "{name}" AS {self.sql}')

    def _executed(self, question: Written, sql: str) -> Any:
        values = {f"p{place}": _plain(question._values[place]) for place in self.used}
        return question.get_backend().con.execute(sql, values)


def statement(question: Written) -> Statement | None:
    """The statement of a question's shape; None when Ibis must first hand over tables that live in memory."""
    shape = question._shape
    if shape not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[shape] = _compiled(question)
    return _kept[shape]


class Placeholder(ops.Scalar):  # type: ignore[misc]  # Ibis ships no types for its operations
    """Where a value is bound."""

    label: str
    dtype: dt.DataType
    shape = ds.scalar


def _compiled(question: Written) -> Statement | None:
    import sqlglot.expressions as sge

    places = {value: place for place, value in enumerate(question._values)}
    table = build(question, lambda value: _placeholder(places[value], value))
    if table.op().find(ops.InMemoryTable):
        return None
    tree = _compiler().to_sqlglot(table)
    used = {int(found.name[1:]) for found in tree.find_all(sge.Placeholder)}
    return Statement(tree.sql(dialect="duckdb"), table.schema().to_pyarrow(), tuple(sorted(used)))


def _placeholder(place: int, value: Value) -> Any:
    return Placeholder(f"p{place}", dt.dtype(value.kind)).to_expr()


def _plain(value: Value) -> Any:
    return list(value.content) if isinstance(value.content, tuple) else value.content


@cache
def _compiler() -> Any:
    import sqlglot.expressions as sge
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

    class Compiler(DuckDBCompiler):  # type: ignore[misc]  # Ibis ships no types for its backends
        def visit_Placeholder(self, op: ops.Node, *, label: str, dtype: dt.DataType) -> Any:  # noqa: N802
            return self.cast(sge.Placeholder(this=label), dtype)

    return Compiler()
