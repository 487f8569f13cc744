"""Builds the warehouse from the ledger and opens it for readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from hengke.modules.insight.models import WarehouseBuild
from hengke.modules.insight.services import feeds

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from hengke_analytics.warehouse.build import Report


def folder() -> Path:
    """Where warehouse files lie."""
    return Path(settings.DATA_DIR) / "warehouse"


def build(report: Report = lambda *_: None) -> WarehouseBuild:
    """Write a new warehouse and switch readers to it.

    SumsDiffer, and the old one stays, when the sums are not equal.
    """
    from hengke_analytics.warehouse import build as building

    with feeds.opened() as (tables, expected):
        built = building.build(folder(), tables, expected, report=report)
    row, _created = WarehouseBuild.objects.update_or_create(
        number=built.number,
        defaults={
            "lines": built.sums.lines,
            "billed": built.sums.billed,
            "checks": [list(check) for check in built.checks],
        },
    )
    return row


def open_current() -> Backend:
    """The warehouse that readers use, through Ibis; NotFound `warehouse_missing` before the first build."""
    from hengke_analytics.warehouse import swap

    return swap.open_current(folder())
