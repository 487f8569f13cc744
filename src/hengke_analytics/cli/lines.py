"""From a plain file to the fact table that the measures read."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from hengke.kernel.errors import InputError
from hengke_analytics import engine, files
from hengke_analytics.cli import conditions
from hengke_analytics.cli.columns import REQUIRED, choose, header
from hengke_analytics.measures import FACTS
from hengke_analytics.warehouse.totals import is_total_word

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ROLES = ("customer", "date", "amount", "received", "received_on", "cost", "lines")


@dataclass(frozen=True)
class Lines:
    """The facts, the names of their grouping columns, and how many lines were left out."""

    facts: ir.Table
    by: list[str]
    left_out: int


def load(chosen: argparse.Namespace) -> Lines:
    """Read the files into a sealed DuckDB.

    Lines without a customer, date or amount, and total lines, are left out and counted.
    """
    facts, left_out = read(chosen)
    backend = engine.open_for_loading()
    connection: Any = backend
    connection.con.register("source", facts)
    backend.raw_sql("CREATE TABLE facts AS SELECT * FROM source")
    engine.seal(backend)
    table = FACTS.check(backend.table("facts"))
    return Lines(table, [name for name in facts.column_names if name.startswith(_PREFIX)], left_out)


def read(chosen: argparse.Namespace) -> tuple[pa.Table, int]:
    """The complete lines of the files, and how many are left out."""
    source = conditions.keep(files.read_table(chosen.files, sheet=chosen.sheet), chosen.where)
    picked = choose(source.column_names, {role: getattr(chosen, role, None) for role in _ROLES})
    by = [header(name, source.column_names) for name in _grouping(chosen)]
    facts = _complete(_facts(source, picked, by))
    return facts, source.num_rows - facts.num_rows


def label(name: str) -> str:
    """The header that a grouping column had in the file."""
    return name.removeprefix(_PREFIX)


_PREFIX = "by "


def _grouping(chosen: argparse.Namespace) -> list[str]:
    return [name for name in getattr(chosen, "by", ()) if name != "month"]


def _dimension(name: str) -> str:
    """Grouping columns are kept apart from the facts, whatever they are called."""
    return f"{_PREFIX}{name}"


def _facts(source: pa.Table, picked: dict[str, tuple[str, ...]], by: Sequence[str]) -> pa.Table:
    columns = {role: _column(source, role, picked[role]) for role in _ROLES if role in picked}
    return pa.table(columns | {_dimension(name): _group(source[name]) for name in by})


def _column(source: pa.Table, role: str, names: tuple[str, ...]) -> pa.ChunkedArray:
    if len(names) == 2:
        return files.product(source[names[0]], source[names[1]])
    column = source[names[0]]
    if role == "customer":
        return files.keys(column)
    if role in ("date", "received_on"):
        return files.dates(column)
    if role == "lines":
        return files.numbers(column, pa.decimal128(18, 0)).cast(pa.int64())
    return files.money(column)


def _group(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return files.texts(column) if pa.types.is_string(column.type) else column


def _complete(facts: pa.Table) -> pa.Table:
    usable = pc.invert(_is_total(facts["customer"]))
    for role in REQUIRED:
        usable = pc.and_(usable, pc.is_valid(facts[role]))
    kept = facts.filter(usable)
    if not kept.num_rows:
        raise InputError("no_facts", "There is no line with a customer, a date and an amount.")
    return kept


def _is_total(customers: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(customers.type):
        return pc.is_null(customers)
    return pc.fill_null(files.parsed(customers, is_total_word, pa.bool_()), False)
