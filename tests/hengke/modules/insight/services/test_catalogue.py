"""Items out of the ledger."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.engines.records.writing import services as records
from hengke.modules.catalog.models import ServiceItem
from hengke.modules.insight.services import catalogue
from tests.factories import customers as make
from tests.factories import ledgers
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def test_items_come_out_of_what_was_handed_in_and_go_again() -> None:
    boss, customer = actor("boss"), make.customer()
    make.instrument(customer, "压力表", laboratory="压力室", interval_months=6)
    make.instrument(customer, "压力表", laboratory="压力室", interval_months=6, serial="2")
    make.instrument(customer, "压力表", laboratory="压力室", interval_months=12, serial="3")
    prices = ("100.00", "120.00", "500.00")
    rows = [ledgers.row(f"W{n}", 出厂编号=f"A{n}", 应收费=price) for n, price in enumerate(prices)]
    ledgers.bring([*rows, ledgers.row("W9", 器具名称="一次性的")])

    (proposed,) = catalogue.proposed()
    assert (proposed.name, proposed.laboratory, proposed.lines) == ("压力表", "压力室", 3)
    assert (proposed.price, proposed.interval_months) == (Decimal("120.00"), 6)

    event = catalogue.take(actor=boss)
    assert event is not None
    item = ServiceItem.objects.get()
    assert (item.name, item.price, item.interval_months, item.number) == (
        "压力表",
        Decimal("120.00"),
        6,
        "SI-00001",
    )
    assert catalogue.proposed() == []
    assert catalogue.take(actor=boss) is None
    records.undo(event.pk, actor=boss)
    assert not ServiceItem.objects.filter(deleted_at=None).exists()
