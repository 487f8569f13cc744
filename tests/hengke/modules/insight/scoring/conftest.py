"""A warehouse of 160 customers over five years, and the customers in the database."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hengke.modules.customers.models import Customer, CustomerSummary
from hengke_analytics.warehouse import star
from hengke_analytics.warehouse.build import Sums, build
from tests.factories.histories import Bill, bills
from tests.hengke.modules.insight.dashboard.conftest import _feed

CUSTOMERS = 160


def _line(number: int, bill: Bill) -> dict[str, Any]:
    paid = bill.paid_on.isoformat() if bill.paid_on else ""
    return {
        "line_id": number, "alias_id": bill.customer, "source_id": 1, "import_id": 1, "line_no": number + 1,
        "order_no": f"WT{number}", "submitted_on": bill.day.isoformat(), "laboratory": bill.laboratory,
        "instrument_name": "卡尺", "billed": bill.amount * 100, "received": bill.amount * 100 if paid else 0,
        "received_on": paid,
    }  # fmt: skip


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder with the warehouse, made once."""
    folder: Path = tmp_path_factory.mktemp("scored")
    lines = list(bills(CUSTOMERS))
    names = [{"customer_id": c, "number": f"C-{c}", "name": f"客户{c}"} for c in range(1, CUSTOMERS + 1)]
    feeds: dict[str, pa.Table] = {
        "line": _feed("line", [_line(n, bill) for n, bill in enumerate(lines, 1)]),
        "alias": _feed("alias", [{"alias_id": c["customer_id"], **c} for c in names]),
        "customer": _feed("customer", names),
        "source": _feed("source", [{"source_id": 1, "name": "旧系统"}]),
        "import": _feed("import", [{"import_id": 1, "source_id": 1, "file_name": "a.csv"}]),
    }
    assert set(feeds) == set(star.FEEDS)
    billed = Decimal(sum(bill.amount for bill in lines))
    received = Decimal(sum(bill.amount for bill in lines if bill.paid_on))
    build(folder / "warehouse", feeds, Sums(len(lines), billed, received))
    return folder


@pytest.fixture
def warehouse(built: Path, settings: Any, db: None) -> Path:
    """The warehouse in use, and its customers with their summary rows."""
    settings.DATA_DIR = built
    Customer.objects.bulk_create(
        Customer(pk=c, number=f"C-{c}", name=f"客户{c}") for c in range(1, CUSTOMERS + 1)
    )
    CustomerSummary.objects.bulk_create(
        CustomerSummary(customer_id=c, laboratory=place, lines=3)
        for c in range(1, CUSTOMERS + 1)
        for place in ("", "长度室")
    )
    return built
