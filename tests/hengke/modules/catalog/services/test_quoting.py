"""Prices out of what stands in the catalogue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hengke.kernel.errors import NotFound
from hengke.modules.catalog.services.quoting import Wanted, price
from tests.factories import customers as make
from tests.factories import orders

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
D = Decimal


def test_fee_list_promotion_and_options_together() -> None:
    customer = make.customer()
    make.summary(customer, tier="vip")
    wide = orders.item_class("长度")
    item = orders.item("千分尺", item_class=orders.item_class("量具", parent=wide))
    orders.fee(item, "120.00", document="皖价〔2026〕1号")
    orders.option(item, "加急", percent=D(50))
    orders.price(orders.price_list("VIP", tier="vip"), item_class=wide, percent=D(90))
    orders.promotion("春季", item_class=wide, percent=D(10))
    found = price([Wanted(item.pk, 2, ("加急",))], customer=customer, on=DAY)
    assert found.total == D("291.60")  # 120 x .9 = 108, + 50 % = 162, - 10 % = 145.80, twice
    assert [step.code for step in found.lines[0].steps] == [
        "standard_fee",
        "price_list",
        "option",
        "class_discount",
    ]


def test_what_has_not_begun_or_has_ended_does_not_hold() -> None:
    item = orders.item("千分尺")
    orders.price(orders.price_list("早", from_on=DAY, to_on=DAY), item=item, price=D("1.00"))
    orders.promotion("迟", percent=D(50), from_on=date(2026, 6, 2))
    assert price([Wanted(item.pk)], customer=None, on=DAY).total == D("1.00")
    assert price([Wanted(item.pk)], customer=None, on=date(2026, 6, 2)).total == D("50.00")
    assert price([Wanted(item.pk)], customer=None, on=date(2026, 5, 31)).total == D("100.00")


def test_a_list_holds_for_its_customer_its_region_and_its_contract_only() -> None:
    mine, other = make.customer(), make.customer("另一家", city="芜湖市")
    item = orders.item("千分尺")
    orders.price(orders.price_list("我的", customer=mine), item=item, price=D("70.00"))
    orders.price(orders.price_list("合同", customer=mine, contract="H1"), item=item, price=D("60.00"))
    orders.price(orders.price_list("芜湖", province="安徽省", city="芜湖市"), item=item, price=D("80.00"))

    def cost(customer: object, contract: str = "") -> D:
        return price([Wanted(item.pk)], customer=customer, on=DAY, contract=contract).total  # type: ignore[arg-type]

    assert (cost(mine), cost(mine, "H1"), cost(other), cost(None)) == (
        D("70.00"), D("60.00"), D("80.00"), D("100.00"),
    )  # fmt: skip


def test_an_item_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(NotFound):
        price([Wanted(7)], customer=None, on=DAY)


@pytest.mark.parametrize("lines", [1, 30])
def test_the_same_queries_however_many_lines(lines: int) -> None:
    customer = make.customer()
    items = [orders.item(f"千分尺{n}") for n in range(lines)]
    with CaptureQueriesContext(
        connection,
    ) as seen:
        price([Wanted(item.pk) for item in items], customer=customer, on=DAY)
    assert len(seen) == 7
