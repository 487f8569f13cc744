"""Builds the warehouse file from what the operational database feeds, and refuses to publish wrong sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengke.kernel.errors import HengkeError
from hengke_analytics import engine
from hengke_analytics.warehouse import own, star, swap

Report = Callable[[str, int, int], None]
"""What is being done, and how far: (step, done, total)."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Lines and their money; what the database counts beside what the warehouse holds."""

    lines: int
    billed: Decimal
    received: Decimal


@dataclass(frozen=True, slots=True)
class Built:
    """A published warehouse; `checks` are (name, expected, found), all equal."""

    number: int
    sums: Sums
    checks: tuple[tuple[str, str, str], ...]


_SUMMED = (
    ("fact_line", "count(*)", "billed"),
    ("agg_customer_day", "coalesce(sum(lines), 0)", "amount"),
    ("agg_customer_month", "coalesce(sum(lines), 0)", "amount"),
    ("agg_region_month", "coalesce(sum(lines), 0)", "amount"),
    ("agg_whole_month", "coalesce(sum(lines), 0)", "amount"),
    ("agg_kind_month", "coalesce(sum(lines), 0)", "amount"),
    ("agg_work_month", "coalesce(sum(lines), 0)", "amount"),
    ("agg_item_month", "coalesce(sum(lines), 0)", "amount"),
    ("agg_laboratory_month", "coalesce(sum(lines), 0)", "amount"),
)


class SumsDiffer(HengkeError):
    """The warehouse would not hold what the ledger says; it is not published."""


def build(
    folder: Path, feeds: Mapping[str, Any], expected: Sums, *, report: Report = lambda *_: None
) -> Built:
    """Write, check and publish a warehouse.

    `feeds` holds an Arrow table or record-batch reader for each name of `star.FEEDS`, and those of `own`; a reader is
    used once.
    `expected` is what the database itself sums over the same lines. Raises SumsDiffer.
    """
    with swap.draft(folder) as (number, path):
        backend = engine.open_for_loading(path)
        try:
            connection: Any = backend.con
            _load(connection, feeds, report)
            checks = check(connection, expected)
        finally:
            backend.disconnect()
        report("publish", 3, 3)
    return Built(number, expected, checks)


def _load(connection: Any, feeds: Mapping[str, Any], report: Report) -> None:
    report("facts", 0, 3)
    for name, table in feeds.items():
        connection.register(f"feed_{name}", table)
    connection.execute(star.FACT_LINE)
    report("dimensions", 1, 3)
    connection.execute(star.DIMENSIONS)
    own.load(connection, feeds)
    report("aggregates", 2, 3)
    connection.execute(star.AGGREGATES)
    connection.execute("CREATE TABLE build_info AS SELECT ? AS layout, 0 AS increments", [star.layout()])
    make_views(connection)
    connection.execute("CHECKPOINT")


def make_views(connection: Any) -> None:
    """The fact views, without what no source fills."""
    filled = ("has_received", "has_cost", "has_list_price", "has_done", "has_paid")
    asked = ", ".join(f"coalesce(bool_or({name}), false)" for name in filled)
    found = connection.execute(f"SELECT {asked} FROM dim_source").fetchone()  # noqa: S608
    connection.execute(star.views(**dict(zip(filled, found, strict=True))))


def check(connection: Any, expected: Sums) -> tuple[tuple[str, str, str], ...]:
    """Facts against the database, roll-ups against the facts; (name, expected, found) of each."""
    wanted = {"lines": expected.lines, "billed": expected.billed, "received": expected.received}
    checks = []
    for table, lines, billed in _SUMMED:
        found = connection.execute(
            f"SELECT {lines}, coalesce(sum({billed}), 0), coalesce(sum(received), 0) FROM {table}"  # noqa: S608
        ).fetchone()
        checks += [
            (f"{table}.{name}", want, have) for (name, want), have in zip(wanted.items(), found, strict=True)
        ]
    for name, want, have in checks:
        if want != have:
            raise SumsDiffer(
                "sums_differ", "The warehouse was not replaced: {name} is {have} where the ledger has {want}.",
                name=name, have=have, want=want,
            )  # fmt: skip
    return tuple((name, str(want), str(have)) for name, want, have in checks)
