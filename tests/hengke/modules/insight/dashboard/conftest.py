"""A small real warehouse: four customers, two laboratories, two years, every amount known by heart."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hengke_analytics.warehouse import star
from hengke_analytics.warehouse.build import Sums, build

# customer, day, laboratory, billed, received (whole yuan)
LINES = [
    (1, "2024-03-05", "长度室", 400, 400),
    (1, "2025-03-06", "长度室", 500, 500),
    (1, "2025-07-01", "热工室", 300, 0),
    (2, "2024-05-01", "热工室", 200, 200),
    (2, "2025-05-02", "热工室", 150, 150),
    (3, "2025-06-01", "长度室", 50, 50),
    (4, "2024-02-11", "热工室", 100, 0),
    (4, "2024-11-11", "热工室", 30, 0),
]
CITIES = {1: "合肥市", 2: "芜湖市", 3: "合肥市", 4: "蚌埠市"}
OWNERS = {1: 11, 2: 12, 3: 11, 4: 12}
NUMBERS = {
    "line_id",
    "alias_id",
    "source_id",
    "import_id",
    "line_no",
    "customer_id",
    "owner_id",
    "variant",
    "is_demo",
}
CENTS = {"list_price", "billed", "received", "cost"}


def _feed(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    fields = [(c, pa.int64() if c in NUMBERS | CENTS else pa.string()) for c in star.FEEDS[name]]
    filled = [
        {c: row.get(c, None if c in CENTS else 0 if c in NUMBERS else "") for c, _type in fields}
        for row in rows
    ]
    return pa.Table.from_pylist(filled, schema=pa.schema(fields))


def _line(number: int, line: tuple[int, str, str, int, int]) -> dict[str, Any]:
    customer, day, laboratory, billed, received = line
    return {
        "line_id": number, "alias_id": customer, "source_id": 1, "import_id": 1, "line_no": number + 1,
        "order_no": f"WT{number}", "submitted_on": day, "laboratory": laboratory, "instrument_name": "卡尺",
        "billed": billed * 100, "received": received * 100, "received_on": day if received else "",
    }  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path, settings: Any) -> Path:
    """The folder of a warehouse built from LINES, in use by the pages."""
    from hengke.modules.insight.dashboard import views

    settings.DATA_DIR = tmp_path
    customers = [
        {"customer_id": c, "number": f"C-{c}", "name": f"客户{c}", "province": "安徽省", "city": city,
         "owner_id": OWNERS[c], "unit_path": f"/1/{OWNERS[c]}/"}
        for c, city in CITIES.items()
    ]  # fmt: skip
    feeds = {
        "line": _feed("line", [_line(n, line) for n, line in enumerate(LINES, 1)]),
        "alias": _feed("alias", [{"alias_id": c, "customer_id": c, "name": f"客户{c}"} for c in CITIES]),
        "customer": _feed("customer", customers),
        "source": _feed("source", [{"source_id": 1, "name": "旧系统"}]),
        "import": _feed("import", [{"import_id": 1, "source_id": 1, "file_name": "a.csv"}]),
    }
    billed, received = (Decimal(sum(line[i] for line in LINES)) for i in (3, 4))
    build(tmp_path / "warehouse", feeds, Sums(len(LINES), billed, received))
    views._content.cache_clear()
    return tmp_path / "warehouse"
