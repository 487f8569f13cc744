"""Catalogue, commissions, certificates and recalls for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hengke.modules.catalog.models import (
    Bundle,
    BundleLine,
    Fee,
    ItemClass,
    ItemOption,
    PriceList,
    PriceListLine,
    Promotion,
    ServiceItem,
)
from hengke.modules.customers.models import Customer, Instrument
from hengke.modules.orders.models import (
    CERTIFICATE_NUMBER,
    COMMISSION_NUMBER,
    RECALL_NUMBER,
    Certificate,
    Commission,
    CommissionLine,
    RecallItem,
    RecallProposal,
)

DAY = date(2026, 1, 1)


def item_class(name: str = "长度", **values: Any) -> ItemClass:
    return ItemClass.objects.create(name=name, **values)


def item(name: str = "千分尺检定", **values: Any) -> ServiceItem:
    """A saved service item at 100.00."""
    return ServiceItem.objects.create(
        name=name, **{"price": Decimal("100.00"), "laboratory": "长度室"} | values
    )


def fee(of: ServiceItem, amount: str = "120.00", **values: Any) -> Fee:
    return Fee.objects.create(item=of, amount=Decimal(amount), **{"from_on": DAY} | values)


def option(of: ServiceItem, name: str = "加急", **values: Any) -> ItemOption:
    return ItemOption.objects.create(item=of, name=name, **{"percent": Decimal(50)} | values)


def price_list(name: str = "协议价", **values: Any) -> PriceList:
    return PriceList.objects.create(name=name, **{"from_on": DAY} | values)


def price(of: PriceList, **values: Any) -> PriceListLine:
    return PriceListLine.objects.create(price_list=of, **values)


def promotion(name: str = "春季优惠", **values: Any) -> Promotion:
    return Promotion.objects.create(
        name=name, **{"kind": "class_discount", "percent": Decimal(10), "from_on": DAY} | values
    )


def bundle(name: str = "套餐", **values: Any) -> Bundle:
    return Bundle.objects.create(name=name, **values)


def bundle_line(of: Bundle, what: ServiceItem, quantity: int = 1) -> BundleLine:
    return BundleLine.objects.create(bundle=of, item=what, quantity=quantity)


def commission(customer: Customer, *names: str, laboratory: str = "长度室", **values: Any) -> Commission:
    """A commission with a line for every name."""
    made = Commission.objects.create(
        number=COMMISSION_NUMBER.take(1)[0], customer=customer, received_on=DAY, code="ABCD2345", **values
    )
    for position, name in enumerate(names, start=1):
        CommissionLine.objects.create(
            commission=made, customer=customer, position=position, label=f"{made.number}-{position:03}",
            name=name, laboratory=laboratory,
        )  # fmt: skip
    return made


def line(
    customer: Customer, name: str = "千分尺", laboratory: str = "长度室", **values: Any
) -> CommissionLine:
    """The only line of a new commission."""
    made = commission(customer, name, laboratory=laboratory).lines.get()
    CommissionLine.objects.filter(pk=made.pk).update(**values)
    made.refresh_from_db()
    return made


def certificate(
    customer: Customer, name: str = "千分尺", laboratory: str = "长度室", **values: Any
) -> Certificate:
    number = CERTIFICATE_NUMBER.take(1)[0]
    return Certificate.objects.create(
        number=number, line=line(customer, name, laboratory), customer=customer, laboratory=laboratory,
        code=number[-12:], **values,
    )  # fmt: skip


def recall(instrument: Instrument, **values: Any) -> RecallProposal:
    """A proposal with one instrument."""
    made = RecallProposal.objects.create(
        number=RECALL_NUMBER.take(1)[0], customer=instrument.customer, due_from=DAY, due_to=DAY, instruments=1,
        **values,
    )  # fmt: skip
    RecallItem.objects.create(proposal=made, instrument=instrument, due=DAY)
    return made
