"""A warehouse of four years in two laboratories, with the customers in the database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hengke.modules.customers.models import Customer
from hengke_analytics.warehouse.build import Sums, build
from tests.factories.people import unit
from tests.hengke.modules.insight.dashboard.conftest import _feed

#: customer -> laboratory, project group, instrument, city, months between submissions, yuan
HABITS = {
    1: ("长度室", "卡尺组", "游标卡尺", "合肥市", 1, 400),
    2: ("长度室", "量块组", "量块", "芜湖市", 2, 900),
    3: ("热工室", "温度组", "温度计", "合肥市", 1, 300),
    4: ("热工室", "温度组", "温度计", "蚌埠市", 3, 250),
    5: ("长度室", "卡尺组", "千分尺", "合肥市", 1, 150),
}
FIRST, LAST = 12 * 2022, 12 * 2025 + 11


def lines() -> list[dict[str, Any]]:
    """One line a month or fewer; customer 5 came the last time in June 2024, months vary by season and year."""
    found = []
    for month in range(FIRST, LAST + 1):
        for customer, (laboratory, group, name, _city, every, yuan) in HABITS.items():
            if month % every or (customer == 5 and month > 12 * 2024 + 5):
                continue
            billed = yuan + 10 * (month % 12) + (month * 7 + customer) % 23
            found.append(
                {"alias_id": customer, "source_id": 1, "import_id": 1, "order_no": f"WT{month}-{customer}",
                 "submitted_on": date(month // 12, month % 12 + 1, 15).isoformat(), "laboratory": laboratory,
                 "project_group": group, "instrument_name": name, "service_kind": "校准", "billed": billed * 100,
                 "received": 0, "received_on": ""}
            )  # fmt: skip
    end = {**found[-1], "submitted_on": "2025-12-31", "order_no": "WT-END"}
    return [{**row, "line_id": n, "line_no": n} for n, row in enumerate([*found, end], 1)]


@pytest.fixture
def warehouse(tmp_path: Path, settings: Any, db: None) -> Path:
    """The folder of the warehouse in use; customers and department exist as rows too."""
    settings.DATA_DIR = tmp_path
    one = unit("客户一部")
    for customer, habit in HABITS.items():
        Customer.objects.create(
            pk=customer,
            name=f"客户{customer}",
            city=habit[3],
            province="安徽省",
            unit=one if customer != 2 else None,
        )
    people = [
        {"customer_id": c, "number": f"C-{c}", "name": f"客户{c}", "province": "安徽省", "city": habit[3],
         "unit_path": one.path if c != 2 else ""}
        for c, habit in HABITS.items()
    ]  # fmt: skip
    rows = lines()
    feeds = {
        "line": _feed("line", rows),
        "alias": _feed("alias", [{"alias_id": c, "customer_id": c, "name": f"客户{c}"} for c in HABITS]),
        "customer": _feed("customer", people),
        "source": _feed("source", [{"source_id": 1, "name": "旧系统"}]),
        "import": _feed("import", [{"import_id": 1, "source_id": 1, "file_name": "a.csv"}]),
    }
    billed = Decimal(sum(row["billed"] for row in rows)) / 100
    build(tmp_path / "warehouse", feeds, Sums(len(rows), billed, Decimal(0)))
    return tmp_path / "warehouse"


def quiet(*_rest: object) -> None:
    """Nobody listens to the progress."""
