"""What the overview can be switched to: periods, units and sources that have data the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import OrgUnit
from hengke.kernel.filters import EVERYTHING
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.dashboard.query import Query
from hengke.modules.insight.dashboard.words import basis_name

MONTHS_SHOWN = 12
QUARTERS_SHOWN = 8


@dataclass(frozen=True)
class Choice:
    """One entry of a switch."""

    value: str
    label: str
    chosen: bool


def choices(actor: Actor, query: Query) -> dict[str, Any]:
    """The entries of every switch; one of a single entry is left out by the page."""
    from hengke_analytics.engine import remembered
    from hengke_analytics.measures.facts import available_bases

    visible = facts.visible(actor, "facts_month")
    span = facts.span(visible)
    laboratories = [
        row["laboratory"]
        for row in remembered(visible.select("laboratory").distinct().order_by("laboratory"))
    ]
    sources = remembered(
        facts.warehouse().table("dim_source").select("source_id", "name").order_by("source_id")
    )
    departments = _departments(actor)
    return {
        **periods(query.period or str(span.last.year), span.first, span.last),
        "laboratories": [
            Choice(f"laboratory:{name}", name, query.unit == f"laboratory:{name}")
            for name in laboratories
            if name
        ],
        "departments": [
            Choice(f"unit:{unit.path}", unit.name, query.unit == f"unit:{unit.path}") for unit in departments
        ],
        "sources": [
            Choice(str(row["source_id"]), row["name"], query.source == str(row["source_id"]))
            for row in sources
        ],
        "bases": [
            Choice(basis, basis_name(basis), query.basis == basis) for basis in available_bases(visible)
        ],
        "cuts": [f"{cut * 100:f}".rstrip("0").rstrip(".") for cut in query.cut_shares()],
    }


def periods(chosen: str, first: date, last: date) -> dict[str, list[Choice]]:
    """Years with data, and the last quarters and months."""
    written = {
        "years": [str(year) for year in range(last.year, first.year - 1, -1)],
        "quarters": _quarters(last),
        "months": _months(last),
    }
    return {
        name: [Choice(value, _label(value), value == chosen) for value in values]
        for name, values in written.items()
    }


def _departments(actor: Actor) -> QuerySet[OrgUnit]:
    """All for those who see all lines, else the own one and those below."""
    everything = grants.row_filter(actor, facts.LINES) == EVERYTHING or grants.only_laboratory(
        actor, facts.LINES
    )
    return OrgUnit.objects.filter(
        kind="department", path__startswith="" if everything else actor.unit_path or grants.NO_PLACE
    )


def _label(value: str) -> str:
    year, _dash, part = value.partition("-")
    if not part:
        return _("{year}").format(year=year)
    if part.startswith("Q"):
        return _("{year} Q{quarter}").format(year=year, quarter=part[1:])
    return _("{year}-{month}").format(year=year, month=part)


def _quarters(last: date) -> list[str]:
    index = last.year * 4 + (last.month - 1) // 3
    return [f"{i // 4}-Q{i % 4 + 1}" for i in range(index, index - QUARTERS_SHOWN, -1)]


def _months(last: date) -> list[str]:
    index = last.year * 12 + last.month - 1
    return [f"{i // 12}-{i % 12 + 1:02}" for i in range(index, index - MONTHS_SHOWN, -1)]
