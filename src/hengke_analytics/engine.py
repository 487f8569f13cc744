"""The engine under every measure: a DuckDB connection seen through Ibis, and contracts for its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke_analytics.shapes import Written, build, written
from hengke_analytics.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

MOST_REMEMBERED = 1_000
_CLOSED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


def connect(
    path: Path | None = None, *, threads: int | None = None, memory_limit: str | None = None
) -> Backend:
    """Open the warehouse file read-only, or an empty database in memory, with nothing else in reach.

    Files, network, extensions and settings are closed: what a user's query can touch is in the tables.
    """
    backend = open_for_loading(path, read_only=path is not None, threads=threads, memory_limit=memory_limit)
    seal(backend)
    return backend


def open_for_loading(
    path: Path | None = None,
    *,
    read_only: bool = False,
    threads: int | None = None,
    memory_limit: str | None = None,
) -> Backend:
    """Open a database that may still read files and be written; `seal` it before anybody else's query."""
    limits = {"threads": threads, "memory_limit": memory_limit}
    config: dict[str, Any] = _CLOSED | {name: value for name, value in limits.items() if value is not None}
    from hengke_analytics.connections import Recording

    opened: Backend = Recording().connect(path or ":memory:", read_only=read_only, **config)
    return opened


def another(backend: Backend) -> Backend:
    """A further connection to the finished warehouse that `backend` has open, for another thread."""
    from hengke_analytics.connections import Reading

    opened = Reading.from_connection(backend.con.cursor())
    opened.answers = vars(backend).setdefault("answers", opened.answers)
    found: Backend = opened
    return found


def seal(backend: Backend) -> None:
    """Shut the file system and the settings of a connection for good."""
    backend.raw_sql("SET enable_external_access = false")
    backend.raw_sql("SET lock_configuration = true")


def fetch(table: ir.Table) -> pa.Table:
    """Run an expression and return Arrow in the types that the expression states.

    DuckDB is asked directly where it can be: Ibis' own way imports pandas, which costs a command a second.
    """
    if isinstance(table, Written):
        prepared = statement(table)
        if prepared is not None:
            return prepared.run(table)
        table = build(table)
    return table.to_pyarrow()


def rows(table: ir.Table) -> list[dict[str, Any]]:
    """Run an expression whose result is small and return one dict per row."""
    records: list[dict[str, Any]] = fetch(table).to_pylist()
    return records


def remembered(table: ir.Table) -> list[dict[str, Any]]:
    """`rows` of what many questions of a finished warehouse have in common; run once for each file and process.

    The rows are shared: whoever changes them changes them for others.
    """
    answers: dict[Any, list[dict[str, Any]]] | None = getattr(table.get_backend(), "answers", None)
    if answers is None or not isinstance(table, Written):
        return rows(table)
    if table.question not in answers:
        if len(answers) >= MOST_REMEMBERED:
            answers.clear()
        answers[table.question] = rows(table)
    return answers[table.question]


@contextmanager
def keeping() -> Iterator[Callable[[ir.Table], ir.Table]]:
    """Give a function that runs an expression once and returns its rows as a table to ask further.

    The tables are temporary ones of the connection, numbered so that equal questions have equal shapes; they go
    away with the block.
    """
    stored: list[tuple[Any, str]] = []

    def keep(table: ir.Table) -> ir.Table:
        backend: Any = table.get_backend()
        prepared = statement(table) if isinstance(table, Written) else None
        if prepared is None:
            return table
        names: set[str] = vars(backend).setdefault("_kept_tables", set())
        name = next(name for place in count() if (name := f"kept_{place}") not in names)
        prepared.store(table, name)
        names.add(name)
        stored.append((backend, name))
        node = ops.DatabaseTable(name, schema=table.schema(), source=backend, namespace=ops.Namespace())
        return written(node.to_expr())

    try:
        yield keep
    finally:
        for backend, name in stored:
            backend.con.execute(f'DROP TABLE IF EXISTS temp."{name}"')
            vars(backend)["_kept_tables"].discard(name)


@contextmanager
def beside(backend: Any, table: pa.Table) -> Iterator[ir.Table]:
    """Rows from elsewhere as a table that expressions of `backend` may join; it goes away with the block."""
    names: set[str] = vars(backend).setdefault("_kept_tables", set())
    name = next(name for place in count() if (name := f"beside_{place}") not in names)
    backend.con.register(name, table)
    names.add(name)
    try:
        yield written(backend.table(name))
    finally:
        backend.con.unregister(name)
        names.discard(name)


@dataclass(frozen=True)
class Kind:
    """What a column must be: `words` name it to a person, `accepts` judges an Ibis type."""

    words: str
    accepts: Callable[[dt.DataType], bool]


KEY = Kind("text or whole number", lambda kind: kind.is_string() or kind.is_integer())
DATE = Kind("date", lambda kind: kind.is_date())
COUNT = Kind("whole number", lambda kind: kind.is_integer())
MONEY = Kind(
    "amount with two decimal places", lambda kind: isinstance(kind, dt.Decimal) and kind.scale in (0, 2)
)


@dataclass(frozen=True)
class Contract:
    """Columns that a table must have, and those it may have; anything further is a dimension."""

    name: str
    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]

    def check(self, table: ir.Table) -> ir.Table:
        """Return `table`; InputError `table_contract` names every column that is missing or wrong."""
        schema = table.schema()
        faults = [f"{name} is missing" for name in self.required if name not in schema]
        faults += [
            f"{name} must be a {kind.words}, not {schema[name]}"
            for name, kind in (*self.required.items(), *self.optional.items())
            if name in schema and not kind.accepts(schema[name])
        ]
        if faults:
            raise InputError(
                "table_contract", "The table does not fit {name}: {faults}.",
                name=self.name, faults="; ".join(faults),
            )  # fmt: skip
        return table
