"""The ledgers of the shared data as billed lines of known customers, for benchmarks and their tests."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa

from hengke_analytics import engine, files

COLUMNS = {
    "送检日期": "date", "检定日期": "done_on", "有效期至": "valid_until", "收费日期": "received_on",
    "应收费": "amount", "实收费": "received", "标准收费": "list_price",
    "单位名称": "name", "委托单号": "order_no", "器具名称": "item", "出厂编号": "serial", "检定室": "laboratory",
    "项目组": "project_group", "服务类别": "service_kind",
}  # fmt: skip
_DAYS = ("date", "done_on", "valid_until", "received_on")
_MONEY = ("amount", "received", "list_price")


def legacy_facts(data: Path) -> Any:
    """An Ibis table of the lines whose name stands for one customer, with that customer's region and kind."""
    table = files.read_table(sorted((data / "legacy").glob("ledger_*.csv.gz")))
    lines = pa.table({name: _read(table[header], name) for header, name in COLUMNS.items()})
    backend: Any = engine.open_for_loading()
    backend.con.register("lines", lines)
    backend.con.register("names", _entities(data))
    backend.raw_sql(
        "CREATE TABLE facts AS SELECT n.customer, l.* REPLACE (coalesce(l.received, 0) AS received), "
        "n.name AS alias_id, n.province, n.city, n.category FROM lines l JOIN names n USING (name) "
        "WHERE l.date IS NOT NULL AND l.amount IS NOT NULL"
    )
    return backend.table("facts").drop("name")


def _read(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    if name in _DAYS:
        return files.dates(column)
    return files.money(column) if name in _MONEY else files.texts(column)


def _entities(data: Path) -> pa.Table:
    with (data / "legacy/truth_customers.csv").open(encoding="utf-8") as handle:
        customers = {row["id"]: row for row in csv.DictReader(handle)}
    with (data / "legacy/truth_names.csv").open(encoding="utf-8") as handle:
        names = [row for row in csv.DictReader(handle) if row["ambiguous"] == "0"]
    found = [(row["name"], row["entity"], customers[row["entity"]]) for row in names]
    return pa.table(
        {
            "name": [name for name, _, _ in found],
            "customer": [entity for _, entity, _ in found],
            "province": [row["prov"] for _, _, row in found],
            "city": [row["city"] for _, _, row in found],
            "category": [row["kind"] for _, _, row in found],
        }
    )
