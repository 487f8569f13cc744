"""Patterns and offers on their pages: known rules, thresholds, rights, files, cost."""

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
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Foresight, Offer
from hengke.modules.insight.patterns import mined
from hengke.modules.insight.patterns.mined import Asked
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


@pytest.mark.usefixtures("warehouse")
def test_rules_by_customer_are_those_counted_by_hand() -> None:
    found = mined.rules(actor("boss"), Asked(support=2, confidence=70))
    said = {
        (tuple(row["antecedent"]), row["consequent"][0]): round(row["confidence"], 3) for row in found.rows
    }
    assert found.baskets == 12
    assert said[("压力表",), "卡尺"] == 0.75
    assert said[("卡尺",), "压力表"] == 1.0
    assert said[("压力表",), "天平"] == 0.875
    assert (("卡尺", "天平"), "压力表") not in said  # the calliper alone says it as well
    assert not any("衡器" in one for one, _other in said)


@pytest.mark.usefixtures("warehouse")
def test_by_order_the_balance_goes_with_nothing(boss: Client) -> None:
    page = text(boss, "/patterns?by=order&support=1&confidence=50")
    assert "卡尺" in page
    assert "天平" not in page.split("<tbody>")[1]
    assert "天平" in text(boss, "/patterns?support=2&confidence=70").split("<tbody>")[1]


@pytest.mark.usefixtures("warehouse")
def test_the_graph_and_an_item_of_ones_choice(boss: Client) -> None:
    page = text(boss, "/patterns?support=2&confidence=70")
    assert 'class="knot"' in page
    only = text(boss, "/patterns?support=2&confidence=70&item=天平").split("<tbody>")[1]
    assert all("天平" in row for row in only.split("<tr>")[1:])
    assert "没有这么常见又这么准的规律" in text(boss, "/patterns?support=90&confidence=90")
    for wrong in ("by=x", "support=0", "confidence=101", "support=²"):
        assert boss.get(f"/patterns?{wrong}").status_code == 400


@pytest.mark.usefixtures("warehouse")
def test_a_laboratory_head_finds_only_what_the_own_lines_say(client: Client) -> None:
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("力学室", UnitKind.LABORATORY)))
    page = text(client, "/patterns?support=1&confidence=20")
    assert "压力表" not in page
    assert "压力表" not in text(client, "/patterns/sequences")
    assert "卡尺" not in client.get("/patterns.xlsx?support=1&confidence=20").content.decode("latin-1")
    client.force_login(person("desk", Role.BUSINESS_DESK))
    for url in ("/patterns", "/patterns/sequences", "/patterns/offers", "/patterns.xlsx"):
        assert client.get(url).status_code == 403


@pytest.mark.usefixtures("warehouse")
def test_sequences_say_how_many_months_later(boss: Client) -> None:
    found = mined.sequences(actor("other"))
    step = next(row for row in found if (row["before"], row["then"]) == ("压力表", "天平"))
    assert (step["customers"], step["confidence"], step["days"], step["again"]) == (7, 0.875, 100, False)
    assert "天平" in text(boss, "/patterns/sequences")


def test_before_the_first_import(boss: Client, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    for url in ("/patterns", "/patterns/sequences"):
        assert "这里没有可显示的内容" in text(boss, url)
    assert "立即测算" in text(boss, "/patterns/offers")


@pytest.fixture
def offers(warehouse: object) -> Foresight:
    run = Foresight.objects.create(room=Room.PATTERNS, as_of=date(2025, 6, 9))
    for number, item, worth in ((7, "卡尺", 75), (8, "天平", 300)):
        Offer.objects.create(
            run=run,
            customer_id=number,
            kind="cross",
            item=item,
            because=["压力表"],
            probability=0.75,
            worth=worth,
        )
    return run


@pytest.mark.usefixtures("offers")
def test_offers_the_most_valuable_first_and_as_a_file(boss: Client) -> None:
    page = text(boss, "/patterns/offers")
    assert page.index("客户8") < page.index("客户7")
    assert "客户8" not in text(boss, "/patterns/offers?item=卡尺")
    sheet = openpyxl.load_workbook(io.BytesIO(boss.get("/patterns/offers.xlsx").content)).worksheets[0]
    assert [(sheet.cell(row, 2).value, sheet.cell(row, 7).value) for row in (2, 3)] == [
        ("客户8", 300),
        ("客户7", 75),
    ]


@pytest.mark.usefixtures("offers")
def test_offers_to_whom_one_may_see(client: Client) -> None:
    mine = unit("客户一部")
    Customer.objects.filter(pk=7).update(unit=mine)
    client.force_login(person("m", Role.ACCOUNT_MANAGER, mine))
    page = text(client, "/patterns/offers")
    assert "客户7" in page
    assert "客户8" not in page
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("力学室", UnitKind.LABORATORY)))
    assert "客户8" not in text(client, "/patterns/offers")


def test_queries_do_not_grow_with_offers(boss: Client, offers: Foresight) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(boss, "/patterns/offers")
        return len(seen)

    text(boss, "/patterns/offers")
    two = count()
    Offer.objects.create(run=offers, customer_id=1, kind="cross", item="x", probability=0.5, worth=Decimal(1))
    assert count() == two
