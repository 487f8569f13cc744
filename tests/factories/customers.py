"""Customers, contacts and instruments for tests; every one differs from the others in every searched field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Contact, Customer, CustomerSummary, Instrument

CITIES = ("合肥市", "芜湖市", "蚌埠市")


def customer(name: str = "合肥供水集团有限公司", **values: Any) -> Customer:
    """A saved customer with its summary row."""
    return Customer.objects.create(name=name, **{"city": "合肥市", "province": "安徽省"} | values)


def summary(of: Customer, laboratory: str = "", **values: Any) -> CustomerSummary:
    """The summary row of a customer for a laboratory, with some figures."""
    figures = {
        "this_year": Decimal("1000.00"),
        "billed": Decimal("5000.00"),
        "by_year": {"2024": "10.00", "2025": "20.00"},
    }
    row, _made = CustomerSummary.objects.update_or_create(
        customer=of, laboratory=laboratory, defaults=figures | values
    )
    return row


def contact(of: Customer, name: str = "赵文斌", **values: Any) -> Contact:
    return Contact.objects.create(customer=of, name=name, **{"phone": "13994281862"} | values)


def instrument(of: Customer, name: str = "压力变送器", **values: Any) -> Instrument:
    return Instrument.objects.create(
        customer=of, name=name, **{"model": "EJA110", "laboratory": "压力室"} | values
    )


def activity(of: Customer | None, subject: str = "回访", **values: Any) -> Activity:
    return Activity.objects.create(customer=of, subject=subject, **values)
