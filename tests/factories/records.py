"""One object of every record type; a declared one that is not here fails the suites that walk them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import UnitKind
from hengke.engines.access.models import User
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType
from hengke.kernel.filters import EVERYTHING
from hengke.modules.customers.models import Customer
from tests.dummy_pack.models import Vehicle
from tests.factories import customers as make
from tests.factories import orders
from tests.factories.objects import entry
from tests.factories.people import unit

OWN_LABORATORY = "长度室"
# What an administrator lets the roles do with an object of the institution's own.
MADE_RIGHTS = {"director": "all", "administrator": "all", "account_manager": "unit", "laboratory_head": "own"}
Make = Callable[[Customer, int], Any]
MAKERS: dict[str, Make] = {
    "customers": lambda customer, n: customer,
    "contacts": lambda customer, n: make.contact(customer, f"赵文{n}"),
    "activities": lambda customer, n: make.activity(
        customer, f"回访{n}", unit=unit(OWN_LABORATORY, UnitKind.LABORATORY)
    ),
    "instruments": lambda customer, n: make.instrument(customer, f"千分尺{n}", laboratory=OWN_LABORATORY),
    "items": lambda customer, n: orders.item(f"千分尺检定{n}", laboratory=OWN_LABORATORY),
    "item-classes": lambda customer, n: orders.item_class(f"长度{n}"),
    "fees": lambda customer, n: orders.fee(
        orders.item(f"卡尺检定{n}", laboratory=OWN_LABORATORY), document=f"皖价{n}"
    ),
    "item-options": lambda customer, n: orders.option(
        orders.item(f"量块检定{n}", laboratory=OWN_LABORATORY), f"加急{n}"
    ),
    "price-lists": lambda customer, n: orders.price_list(f"协议价{n}", customer=customer),
    "prices": lambda customer, n: orders.price(orders.price_list(f"价目{n}"), percent=80 + n),
    "promotions": lambda customer, n: orders.promotion(f"春季优惠{n}"),
    "bundles": lambda customer, n: orders.bundle(f"套餐{n}"),
    "bundle-lines": lambda customer, n: orders.bundle_line(
        orders.bundle(f"组合{n}"), orders.item(f"角度尺检定{n}", laboratory=OWN_LABORATORY)
    ),
    "commissions": lambda customer, n: orders.commission(customer, f"百分表{n}", laboratory=OWN_LABORATORY),
    "commission-lines": lambda customer, n: orders.line(customer, f"塞尺{n}", laboratory=OWN_LABORATORY),
    "certificates": lambda customer, n: orders.certificate(customer, f"水平仪{n}", laboratory=OWN_LABORATORY),
    "recalls": lambda customer, n: orders.recall(
        make.instrument(customer, f"高度尺{n}", laboratory=OWN_LABORATORY, serial=f"H{n}")
    ),
    "vehicles": lambda customer, n: Vehicle.objects.create(
        customer=customer, plate=f"皖A7000{n}", price="1000.00", laboratory=OWN_LABORATORY
    ),
}


def without_maker() -> set[str]:
    """Declared record types that no test can make an object of."""
    return {record.slug for record in registry.all_records()} - MAKERS.keys()


def of(slug: str, customer: Customer, n: int = 0) -> Any:
    """An object of that customer, which differs from others by `n`."""
    return MAKERS[slug](customer, n) if slug in MAKERS else _made(slug, customer, n)


def _made(slug: str, customer: Customer, n: int) -> Any:
    """A row of the object that `objects.vehicle` made, of the customer's unit."""
    by_label = {str(field.label): field.name for field in registry.by_slug(slug).fields}
    made = entry(int(slug[1:]), f"皖A{n}", **{by_label["所属客户"]: customer.pk, by_label["状态"]: "o1"})
    type(made).objects.filter(pk=made.pk).update(unit=customer.unit_id)
    return made


def is_everybodys(record: RecordType, user: User) -> bool:
    """Whether the person's role reads every object of the type, as prices are everybody's who quotes them."""
    actor = Actor.of(user)
    return (
        grants.may(actor, "view", record.subject) and grants.row_filter(actor, record.subject) == EVERYTHING
    )
