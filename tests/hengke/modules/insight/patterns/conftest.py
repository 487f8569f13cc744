"""A warehouse of twelve customers whose patterns are known: gauge and calliper go together, a balance follows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.warehouse.build import Sums, build
from tests.factories.customers import customer
from tests.hengke.modules.insight.dashboard.conftest import _feed

CUSTOMERS = range(1, 13)


def lines() -> list[dict[str, Any]]:
    """1–8 have a gauge, 1–6 of them a calliper in the same order; 1–7 bring a balance 100 days later; 9–12 a scale."""
    found = []
    for number in CUSTOMERS:
        items = [("压力表", "压力室", "2025-03-01")] if number <= 8 else [("衡器", "力学室", "2025-03-01")]
        items += [("卡尺", "长度室", "2025-03-01")] if number <= 6 else []
        items += [("天平", "力学室", "2025-06-09")] if number <= 7 else []
        found += [
            {"alias_id": number, "source_id": 1, "import_id": 1, "order_no": f"WT{number}-{day}", "submitted_on": day,
             "laboratory": laboratory, "instrument_name": item, "service_kind": "检定", "billed": 10_000,
             "received": 0, "received_on": ""}
            for item, laboratory, day in items
        ]  # fmt: skip
    return [{**row, "line_id": n, "line_no": n} for n, row in enumerate(found, 1)]


@pytest.fixture
def warehouse(tmp_path: Path, settings: Any, db: None) -> Path:
    settings.DATA_DIR = tmp_path
    for number in CUSTOMERS:
        customer(f"客户{number}", pk=number)
    rows = lines()
    people = [{"customer_id": n, "number": f"C-{n}", "name": f"客户{n}", "unit_path": ""} for n in CUSTOMERS]
    feeds = {
        "line": _feed("line", rows),
        "alias": _feed("alias", [{"alias_id": n, "customer_id": n, "name": f"客户{n}"} for n in CUSTOMERS]),
        "customer": _feed("customer", people),
        "source": _feed("source", [{"source_id": 1, "name": "旧系统"}]),
        "import": _feed("import", [{"import_id": 1, "source_id": 1, "file_name": "a.csv"}]),
    }
    build(tmp_path / "warehouse", feeds, Sums(len(rows), Decimal(100 * len(rows)), Decimal(0)))
    from hengke.modules.insight.patterns import mined

    mined._rules.cache_clear()
    mined._sequences.cache_clear()
    return tmp_path / "warehouse"
