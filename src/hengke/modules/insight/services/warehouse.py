"""Builds the warehouse from the ledger and opens it for readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from hengke.modules.insight.models import WarehouseBuild
from hengke.modules.insight.services import feeds

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from hengke_analytics.warehouse.build import Built, Report


def folder() -> Path:
    """Where warehouse files lie."""
    return Path(settings.DATA_DIR) / "warehouse"


def build(report: Report = lambda *_: None) -> WarehouseBuild:
    """Write a new warehouse, all of it, and switch readers to it.

    SumsDiffer, and the old one stays, when the sums are not equal.
    """
    from hengke_analytics.warehouse import build as building

    with feeds.opened() as (moment, expected):
        built = building.build(folder(), moment.whole(), expected, report=report)
    return _written_down(built, touched=None)


def update(report: Report = lambda *_: None) -> WarehouseBuild:
    """Carry the warehouse on to what the ledger says now; in full where that cannot be or would not pay."""
    from hengke_analytics.warehouse import increment

    with feeds.opened() as (moment, expected):
        carried = increment.carry_on(folder(), moment, expected, report=report)
    if carried is None:
        return build(report)
    return _written_down(carried.built, touched=list(carried.touched))


def unsettled() -> frozenset[int] | None:
    """Customers whose contacts, instruments and summaries do not follow the warehouse yet; None for any."""
    open_builds = WarehouseBuild.objects.filter(settled=False).values_list("touched", flat=True)
    touched: set[int] = set()
    for customers in open_builds:
        if customers is None:
            return None
        touched.update(customers)
    return frozenset(touched)


def settle(built: WarehouseBuild) -> None:
    """What follows from the warehouse has been made, up to this one."""
    WarehouseBuild.objects.filter(number__lte=built.number, settled=False).update(settled=True, touched=[])


def _written_down(built: Built, *, touched: list[int] | None) -> WarehouseBuild:
    row, _created = WarehouseBuild.objects.update_or_create(
        number=built.number,
        defaults={
            "lines": built.sums.lines,
            "billed": built.sums.billed,
            "checks": [list(check) for check in built.checks],
            "touched": touched,
            "settled": False,
        },
    )
    return row


def number() -> int:
    """The number of the warehouse in use, 0 before the first build."""
    from hengke_analytics.warehouse import swap

    return swap.current_number(folder()) or 0


def open_current() -> Backend:
    """The warehouse that readers use, through Ibis; NotFound `warehouse_missing` before the first build."""
    from hengke_analytics.warehouse import swap

    return swap.open_current(folder())
