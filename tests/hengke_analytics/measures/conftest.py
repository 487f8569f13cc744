"""Small fact tables made in a test, and the published data sets as facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from hengke_analytics import engine, files
from hengke_analytics.measures import FACTS

MakeFacts = Callable[..., ir.Table]
_TYPES = {
    "date": pa.date32(), "received_on": pa.date32(), "amount": files.MONEY, "received": files.MONEY,
    "cost": files.MONEY, "list_price": files.MONEY, "lines": pa.int64(),
}  # fmt: skip


def fact_table(
    rows: Iterable[tuple[Any, ...]], columns: str = "customer date amount", *, backend: Any = None
) -> ir.Table:
    """Facts of `rows`, dates and amounts as text if need be; in `backend` they replace the former ones."""
    names = columns.split()
    cells = list(zip(*rows, strict=True)) or [()] * len(names)
    table = pa.table({name: _array(name, column) for name, column in zip(names, cells, strict=True)})
    backend = backend or engine.connect()
    backend.con.register("lines", table)
    backend.raw_sql("CREATE OR REPLACE TABLE facts AS SELECT * FROM lines")
    return FACTS.check(backend.table("facts"))


def _array(name: str, cells: Iterable[Any]) -> pa.Array:
    kind = _TYPES.get(name)
    if kind == pa.date32():
        return pa.array([date.fromisoformat(cell) if isinstance(cell, str) else cell for cell in cells], kind)
    if kind == files.MONEY:
        return pa.array([None if cell is None else Decimal(cell) for cell in cells], kind)
    return pa.array(list(cells), kind if kind else (pa.string() if not cells else None))


@pytest.fixture
def facts() -> MakeFacts:
    """Make a fact table: `facts([("A", "2024-01-31", "10.00")])`."""
    return fact_table


@pytest.fixture(scope="session")
def retail(shared: Path) -> ir.Table:
    """UCI Online Retail: known customers, quantity and price above zero, amount rounded per line."""
    source = files.read_table([shared / "data/transactions/online_retail_2011.parquet"])
    backend = engine.connect()
    amount = files.product(source["Quantity"], source["UnitPrice"])
    backend.con.register("source", source.append_column("amount", amount))
    backend.raw_sql(
        """CREATE TABLE facts AS
        SELECT CustomerID AS customer, CAST(InvoiceDate AS DATE) AS date, amount, Country AS country
        FROM source WHERE CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0"""
    )
    return FACTS.check(backend.table("facts"))


@pytest.fixture(scope="session")
def ledgers(shared: Path) -> ir.Table:
    """The seven legacy ledgers by source name, without total and junk lines."""
    source = files.read_table(sorted((shared / "data/legacy").glob("ledger_*.csv.gz")))
    columns = {
        "customer": files.keys(source["单位名称"]), "date": files.dates(source["送检日期"]),
        "amount": files.money(source["应收费"]), "received": files.money(source["实收费"]),
        "received_on": files.dates(source["收费日期"]), "laboratory": files.texts(source["检定室"]),
    }  # fmt: skip
    backend = engine.connect()
    backend.con.register("source", pa.table(columns))
    backend.raw_sql(
        """CREATE TABLE facts AS
        FROM source WHERE customer IS NOT NULL AND date IS NOT NULL AND amount IS NOT NULL"""
    )
    return FACTS.check(backend.table("facts"))
