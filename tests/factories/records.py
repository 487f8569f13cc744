"""One object of every declared record type; a type that is not here fails the suites that walk them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hengke.engines.access.enums import UnitKind
from hengke.engines.records.schema import registry
from hengke.modules.customers.models import Customer
from tests.dummy_pack.models import Vehicle
from tests.factories import customers as make
from tests.factories.people import unit

OWN_LABORATORY = "长度室"
Make = Callable[[Customer, int], Any]
MAKERS: dict[str, Make] = {
    "customers": lambda customer, n: customer,
    "contacts": lambda customer, n: make.contact(customer, f"赵文{n}"),
    "activities": lambda customer, n: make.activity(
        customer, f"回访{n}", unit=unit(OWN_LABORATORY, UnitKind.LABORATORY)
    ),
    "instruments": lambda customer, n: make.instrument(customer, f"千分尺{n}", laboratory=OWN_LABORATORY),
    "vehicles": lambda customer, n: Vehicle.objects.create(
        customer=customer, plate=f"皖A7000{n}", price="1000.00", laboratory=OWN_LABORATORY
    ),
}


def without_maker() -> set[str]:
    """Declared record types that no test can make an object of."""
    return {record.slug for record in registry.all_records()} - MAKERS.keys()


def of(slug: str, customer: Customer, n: int = 0) -> Any:
    """An object of that customer, which differs from others by `n`."""
    return MAKERS[slug](customer, n)
