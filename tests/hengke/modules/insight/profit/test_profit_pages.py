"""The page of profit: known answers, with whose eyes they are seen, its file and its empty states."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.kernel.clock import CHINA
from hengke.modules.activities.enums import ActivityKind, ActivityState
from hengke.modules.insight.profit import figures
from hengke.modules.insight.profit.asked import Asked
from tests.factories import customers as make

from .conftest import client_of, declared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
DIRECTOR = Actor(user_id=1, role=Role.DIRECTOR)
LENGTH_HEAD = Actor(user_id=2, role=Role.LABORATORY_HEAD, laboratory="长度室")
MANAGER = Actor(user_id=12, role=Role.ACCOUNT_MANAGER, unit_path="/1/12/")


def _profit(actor: Actor = DIRECTOR, unit: str = "") -> dict[int, tuple[Any, Any]]:
    from hengke_analytics.engine import rows

    with Asked.of(actor, unit).profit() as found:
        return {row["customer"]: (row["profit"], row["cause"]) for row in rows(found)}


def test_twelve_months_up_to_the_last_day_count() -> None:
    declared()
    assert str(Asked.of(DIRECTOR).period) == "2024-07-02 – 2025-07-01"
    # 800 billed, 500 received, 400 spent; 150 and 75; 50 and 25; 30 billed, nothing received
    assert _profit() == {1: (100, None), 2: (75, None), 3: (25, None), 4: (-15, "unpaid")}


def test_declared_rates_are_allotted_and_name_the_cause() -> None:
    declared(winning="30.00", keeping="5.00", order="10.00")
    assert _profit() == {
        1: (75, None), 2: (60, None), 3: (-20, "winning"), 4: (-30, "unpaid"),
    }  # fmt: skip


def test_calls_and_visits_that_were_held_are_counted() -> None:
    from datetime import datetime

    declared(call="3.00", visit="100.00", travel=[["", "", "20.00"]])
    customer = make.customer("客户1", pk=1)
    at = datetime(2025, 5, 5, 9, tzinfo=CHINA)
    for kind in (ActivityKind.CALL, ActivityKind.VISIT):
        make.activity(customer, kind=kind, state=ActivityState.DONE, starts_at=at)
    make.activity(customer, kind=ActivityKind.VISIT, state=ActivityState.OPEN, starts_at=at)
    make.activity(customer, kind=ActivityKind.CALL, state=ActivityState.DONE, starts_at=at.replace(year=2023))
    assert _profit()[1] == (-23, "unpaid")


def test_everybody_sees_the_own_lines_only() -> None:
    declared(keeping="5.00", order="10.00")
    assert _profit(LENGTH_HEAD) == {1: (240, None), 3: (15, None)}  # no keeping: that is the institution's
    assert set(_profit(MANAGER)) == {2, 4}
    assert _profit(DIRECTOR, "laboratory:长度室") == _profit(LENGTH_HEAD)


def test_the_page_says_who_and_why() -> None:
    declared()
    text = client_of(Role.DIRECTOR).get("/profit").content.decode()
    assert "客户4" in text
    assert "应收 30 元，其中 30 元尚未到账" in text
    assert "客户3" not in text
    assert "开发、维系、服务与差旅成本尚未申报" not in text


def test_work_without_a_cost_is_said_to_be_free() -> None:
    text = client_of(Role.DIRECTOR).get("/profit").content.decode()
    assert "这部分工作按零成本计算" in text


def test_a_cause_narrows_the_list_and_an_unknown_one_is_refused() -> None:
    declared(winning="30.00")
    client = client_of(Role.DIRECTOR)
    assert "客户4" not in client.get("/profit?cause=winning").content.decode()
    assert client.get("/profit?cause=x").status_code == 400


@pytest.mark.parametrize(
    ("role", "page", "golden", "costs"),
    [
        (Role.DIRECTOR, 200, 200, 200), (Role.ADMINISTRATOR, 200, 200, 200), (Role.LABORATORY_HEAD, 200, 200, 403),
        (Role.BUSINESS_DESK, 403, 403, 403), (Role.SYSTEM_ADMINISTRATOR, 403, 403, 403),
    ],
)  # fmt: skip
def test_who_may_look(role: str, page: int, golden: int, costs: int) -> None:
    client = client_of(role)
    assert [client.get(url).status_code for url in ("/profit", "/golden", "/profit/costs")] == [
        page,
        golden,
        costs,
    ]
    assert client.get("/profit/customers.xlsx").status_code == page


def test_a_manager_without_customers_is_told_so_and_nobody_comes_in_without_log_in() -> None:
    answer = client_of(Role.ACCOUNT_MANAGER).get("/profit")
    assert answer.status_code == 200
    assert "客户4" not in answer.content.decode()
    assert Client().get("/profit").status_code == 302


def test_the_file_holds_every_customer_and_is_an_event() -> None:
    declared()
    answer = client_of(Role.DIRECTOR).get("/profit/customers.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[1] for row in rows] == ["客户4", "客户3", "客户2", "客户1"]
    assert [row[-3] for row in rows] == [-15, 25, 75, 100]
    assert Event.objects.get(kind="exported").payload["what"] == "profit"


def test_the_page_takes_the_same_queries_however_many_lose() -> None:
    client, counts = client_of(Role.DIRECTOR), []
    for keeping in ("0.00", "40.00", "900.00"):
        declared(keeping=keeping)
        client.get("/profit")
        with CaptureQueriesContext(connection) as seen:
            client.get("/profit")
        counts.append(len(seen))
    assert len(set(counts)) == 1
    with Asked.of(DIRECTOR).profit() as found:
        assert figures.customers(found, 1).count == 4


def test_leaks_are_told_by_laboratory() -> None:
    declared()
    found = figures.leaks(Asked.of(DIRECTOR))
    assert [(row["laboratory"], row["late"]) for row in found["places"]] == [("热工室", 30)]
