"""The pages of customers' values and the panel on a customer's page, by role."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role, UnitKind
from hengke.modules.customers.enums import Stage
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import CustomerOutlook, Foresight, Offer
from hengke.modules.insight.values import lists
from tests.factories.customers import customer, summary
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


def outlook(run: Foresight, of: Customer, next_year: int, **words: Any) -> CustomerOutlook:
    usual = {
        "alive": 0.95, "times": 6, "times_low": 4, "times_high": 9, "value": 1, "value_low": 0, "value_high": 2,
        "next_low": next_year // 2, "next_high": next_year * 2, "last_year": 10_000, "best_year": 20_000,
        "last_on": date(2025, 11, 3),
    }  # fmt: skip
    return CustomerOutlook.objects.create(run=run, customer=of, next_year=Decimal(next_year), **usual | words)


@pytest.fixture
def run() -> Foresight:
    facts = {"newcomers": 300_000, "error": 0.25, "naive_error": 0.3, "whole": 1}
    return Foresight.objects.create(room=Room.VALUE, as_of=date(2025, 12, 31), facts=facts)


@pytest.fixture
def three(run: Foresight) -> list[Customer]:
    made = [customer(name) for name in ("甲厂", "乙厂", "丙厂")]
    outlook(run, made[0], 30_000)
    outlook(run, made[1], 50_000)
    outlook(run, made[2], 100, alive=0.1, best_year=90_000, last_year=0)
    return made


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_before_the_first_run(boss: Client) -> None:
    assert "立即测算" in text(boss, "/value")


@pytest.mark.usefixtures("three")
def test_the_order_the_tabs_and_the_test_on_the_past(boss: Client) -> None:
    page = text(boss, "/value")
    assert page.index("乙厂") < page.index("甲厂") < page.index("丙厂")
    assert "25%" in page
    assert "30%" in page
    gone = text(boss, "/value?list=gone")
    assert "丙厂" in gone
    assert "甲厂" not in gone
    assert boss.get("/value?list=x").status_code == 400
    assert "这个名单里没有客户" in text(boss, "/value?page=7") or "丙厂" not in text(boss, "/value?page=7")


def test_who_is_lost_by_the_own_cycle_counts_as_gone(run: Foresight, three: list[Customer]) -> None:
    Customer.objects.filter(pk=three[0].pk).update(stage=Stage.LOST)
    found = lists.chosen(CustomerOutlook.objects.all(), "gone")
    assert [row.customer_id for row in found] == [three[2].pk, three[0].pk]
    assert lists.loyalty(0.99, Stage.LOST)[1] == "bad"
    assert [lists.loyalty(alive, "")[1] for alive in (0.9, 0.6, 0.2)] == ["ok", "warn", "bad"]


def test_an_account_manager_sees_the_own_units_customers(client: Client, three: list[Customer]) -> None:
    mine = unit("客户一部")
    Customer.objects.filter(pk=three[0].pk).update(unit=mine)
    client.force_login(person("m", Role.ACCOUNT_MANAGER, mine))
    page = text(client, "/value")
    assert "甲厂" in page
    assert "乙厂" not in page
    assert "按去年的新客户占比估计" not in page


def test_a_laboratory_head_and_the_desk_get_none(client: Client, three: list[Customer]) -> None:
    summary(three[0], "长度室")
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY)))
    assert "甲厂" not in text(client, "/value")
    assert "今后十二个月" not in text(client, f"/customers/{three[0].pk}")
    client.force_login(person("desk", Role.BUSINESS_DESK))
    assert client.get("/value").status_code == 403
    assert "今后十二个月" not in text(client, f"/customers/{three[0].pk}")


@pytest.mark.usefixtures("three")
def test_the_workbook(boss: Client) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(boss.get("/value.xlsx?list=most").content)).worksheets[0]
    assert [sheet.cell(row, 3).value for row in (2, 3, 4)] == ["乙厂", "甲厂", "丙厂"]
    assert sheet["G2"].value == 50_000


def test_the_panel_says_what_to_expect_and_to_offer(
    boss: Client, run: Foresight, three: list[Customer]
) -> None:
    Offer.objects.create(
        run=run,
        customer=three[0],
        kind="cross",
        item="压力表",
        because=["温度计"],
        probability=0.62,
        worth=380,
    )
    Offer.objects.create(
        run=run, customer=three[0], kind="next", item="卡尺", probability=0.8, expected_on=date(2026, 3, 9)
    )
    page = text(boss, f"/customers/{three[0].pk}")
    for words in ("3.00 万元", "很可能仍是客户", "压力表", "62%", "380.00", "2026-03-09"):
        assert words in page, words
    assert "压力表" not in text(boss, f"/customers/{three[1].pk}")


def test_queries_do_not_grow_with_customers(boss: Client, run: Foresight) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(boss, "/value")
        return len(seen)

    outlook(run, customer("甲厂"), 1)
    text(boss, "/value")
    one = count()
    for name in ("乙厂", "丙厂"):
        outlook(run, customer(name), 1)
    assert count() == one
