"""Carries the current warehouse on to what the ledger says now, without building all of it anew.

What changed is found by comparing every line's key, alias and content hash with those in the warehouse, so no
marker of changes has to be trusted. Lines that differ are replaced, small tables are made anew, and sums are made
anew for the customers that are touched. The result equals a full build; it is checked and published like one.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hengke_analytics import engine
from hengke_analytics.warehouse import own, star, swap
from hengke_analytics.warehouse.build import Built, Report, Sums, SumsDiffer, check, make_views

MOST_SHARE = 0.1
"""Lines changed of all lines, above which a full build is as fast."""
LEAST_LINES = 1_000
"""So many changed lines are carried on in any case."""
MOST_INCREMENTS = 50
"""In a row: rows that are replaced lose their order, and with it what makes reading fast."""

_SAME = "f.line_id = n.line_id AND f.alias_id IS NOT DISTINCT FROM n.alias_id AND f.row_hash = n.row_hash"
_FIND_LINES = f"""
CREATE TEMP TABLE now AS SELECT line_id, alias_id, row_hash FROM feed_version;
CREATE TEMP TABLE stale AS SELECT f.line_id, f.alias_id FROM fact_line f ANTI JOIN now n ON {_SAME};
CREATE TEMP TABLE fresh AS SELECT n.line_id, n.alias_id FROM now n ANTI JOIN fact_line f ON {_SAME};
"""  # noqa: S608
_WORDS = star.CUSTOMER_WORDS.replace("c.", "")
_FIND_CUSTOMERS = f"""
CREATE TEMP TABLE touched AS
WITH moved AS (
    (SELECT alias_id, customer_id FROM bridge_alias_customer EXCEPT SELECT alias_id, customer_id FROM feed_alias)
    UNION ALL
    (SELECT alias_id, customer_id FROM feed_alias EXCEPT SELECT alias_id, customer_id FROM bridge_alias_customer)
), reworded AS (
    (SELECT customer_id, {_WORDS} FROM dim_customer EXCEPT SELECT customer_id, {_WORDS} FROM feed_customer)
    UNION ALL
    (SELECT customer_id, {_WORDS} FROM feed_customer EXCEPT SELECT customer_id, {_WORDS} FROM dim_customer)
), aliases AS (SELECT alias_id FROM stale UNION SELECT alias_id FROM fresh)
SELECT customer_id FROM moved UNION SELECT customer_id FROM reworded
UNION SELECT customer_id FROM bridge_alias_customer SEMI JOIN aliases USING (alias_id)
UNION SELECT customer_id FROM feed_alias SEMI JOIN aliases USING (alias_id);
"""  # noqa: S608
_REPLACE_LINES = f"""
DELETE FROM fact_line WHERE line_id IN (SELECT line_id FROM stale);
INSERT INTO fact_line {star.LINES};
"""  # noqa: S608
_DROPPED = (
    "bridge_alias_customer", "dim_customer", "dim_import", "dim_source", "dim_laboratory", "dim_group", "dim_item",
    "dim_date", "agg_region_month", "agg_whole_month", "agg_kind_month", "agg_work_month", "agg_item_month",
    "agg_laboratory_month",
)  # fmt: skip
# Lines that nobody has assigned have no customer; their sums are always made anew.
_AMONG = "({0} IS NULL OR {0} IN (SELECT customer_id FROM touched))"


class Changes(Protocol):
    """The ledger at one moment, asked in this order."""

    def versions(self) -> Any:
        """Arrow: line_id, alias_id and row_hash of every line that counts."""

    def lines_of(self, ids: list[int]) -> Any:
        """Arrow: those lines as `star.FEEDS` says."""

    def tables(self) -> Mapping[str, Any]:
        """Arrow: every other feed, whole."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A published warehouse, and the customers whose lines or words are not what they were."""

    built: Built
    touched: tuple[int, ...]


class _BuildAnewError(Exception):
    """The warehouse at hand cannot be carried on, or it would not pay."""


def carry_on(
    folder: Path, changes: Changes, expected: Sums, *, report: Report = lambda *_: None
) -> Carried | None:
    """Publish the next warehouse made from the current one; None when it has to be built in full."""
    import duckdb

    current = swap.current_number(folder)
    if current is None:
        return None
    try:
        with swap.draft(folder) as (number, path):
            shutil.copyfile(folder / f"warehouse-{current}.duckdb", path)
            backend = engine.open_for_loading(path)
            try:
                touched = _apply(backend.con, changes, report)
                checks = check(backend.con, expected)
            finally:
                backend.disconnect()
            report("publish", 3, 3)
    except (_BuildAnewError, SumsDiffer, FileNotFoundError, duckdb.Error):
        # Whatever is wrong with the file at hand, a full build does not need it.
        return None
    return Carried(Built(number, expected, checks), touched)


def _apply(connection: Any, changes: Changes, report: Report) -> tuple[int, ...]:
    report("facts", 0, 3)
    _require_same_layout(connection)
    ids = _changed_lines(connection, changes)
    connection.register("feed_line", changes.lines_of(ids))
    tables = changes.tables()
    for name, table in tables.items():
        connection.register(f"feed_{name}", table)
    connection.execute(_FIND_CUSTOMERS)
    connection.execute(_REPLACE_LINES)
    report("dimensions", 1, 3)
    for name in _DROPPED:
        connection.execute(f"DROP TABLE {name}")
    connection.execute(star.DIMENSIONS)
    own.load(connection, tables)
    report("aggregates", 2, 3)
    _sum_anew(connection)
    make_views(connection)
    connection.execute("UPDATE build_info SET increments = increments + 1")
    connection.execute("CHECKPOINT")
    found = connection.execute("SELECT customer_id FROM touched WHERE customer_id IS NOT NULL ORDER BY 1")
    return tuple(customer for (customer,) in found.fetchall())


def _require_same_layout(connection: Any) -> None:
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "build_info" not in tables:  # built by an older version
        raise _BuildAnewError
    layout, increments = connection.execute("SELECT layout, increments FROM build_info").fetchone()
    if layout != star.layout() or increments >= MOST_INCREMENTS:
        raise _BuildAnewError


def _changed_lines(connection: Any, changes: Changes) -> list[int]:
    """The lines to be fetched; what is to be compared and replaced is left in temporary tables."""
    connection.register("feed_version", changes.versions())
    connection.execute(_FIND_LINES)
    stale, lines = connection.execute(
        "SELECT (SELECT count(*) FROM stale), (SELECT count(*) FROM now)"
    ).fetchone()
    ids = [line for (line,) in connection.execute("SELECT line_id FROM fresh ORDER BY 1").fetchall()]
    if stale + len(ids) > max(LEAST_LINES, MOST_SHARE * lines):
        raise _BuildAnewError
    return ids


def _sum_anew(connection: Any) -> None:
    by_customer, by_line = _AMONG.format("customer"), _AMONG.format("customer_id")
    for table, sums in (
        ("agg_customer_day", star.customer_day(by_line)),
        ("agg_customer_month", star.customer_month(by_customer)),
    ):
        connection.execute(f"DELETE FROM {table} WHERE {by_customer}")  # noqa: S608
        connection.execute(f"INSERT INTO {table} {sums}")
    connection.execute(star.COMMON_MONTHS)
