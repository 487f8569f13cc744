"""Lines of a few customers, with everything that the warehouse knows of a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from hengke_analytics import engine, files

MakeLines = Callable[[Iterable[dict[str, Any]]], ir.Table]
_DAYS = ("date", "received_on", "done_on", "valid_until", "known_from", "known_until")
_MONEY = ("amount", "received", "list_price")
_WORDS = ("customer", "order_no", "item", "serial", "laboratory", "project_group", "service_kind", "province")


@pytest.fixture
def lines() -> MakeLines:
    """Make a table of lines; what a line does not say is null, no payment is 0.00."""

    def make(rows: Iterable[dict[str, Any]]) -> ir.Table:
        given = [{"received": "0.00", "list_price": row["amount"]} | row for row in rows]
        table = pa.table(
            {
                **{name: pa.array([_day(row.get(name)) for row in given], pa.date32()) for name in _DAYS},
                **{name: pa.array([Decimal(row[name]) for row in given], files.MONEY) for name in _MONEY},
                **{name: pa.array([row.get(name) for row in given], pa.string()) for name in _WORDS},
            }
        )
        backend: Any = engine.open_for_loading()
        backend.con.register("source", table)
        backend.raw_sql(
            "CREATE TABLE facts AS SELECT * REPLACE (coalesce(known_from, date) AS known_from) FROM source"
        )
        return backend.table("facts")

    return make


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
