"""Pivots that ship with the product: what a director, a laboratory head and an account manager ask first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hengke.kernel.errors import sentence
from hengke.modules.insight.pivot.state import State

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue


def _state(rows: str, columns: str, values: str, **more: object) -> State:
    pairs = tuple(
        (name, view or "value") for name, _colon, view in (word.partition(":") for word in values.split())
    )
    return State(rows=tuple(rows.split()), columns=tuple(columns.split()), values=pairs, **more)  # type: ignore[arg-type]


EXAMPLES: tuple[tuple[str, State], ...] = (
    (sentence("Laboratories against last year"), _state("laboratory", "", "billed customers", compare="yoy")),
    (sentence("Regions by year"), _state("city", "year", "billed", period="ever", heat=True)),
    (sentence("Migration of tiers"),
     _state("tier_before", "tier", "either_customers billed", compare="yoy", chart="none", heat=True)),
    (sentence("Month by month"),
     _state("month", "", "billed billed:cumulative billed:cumulative_change", compare="yoy", chart="bars")),
    (sentence("Largest customers"),
     _state("customer", "", "billed billed:share arrival_rate", compare="yoy", tops=(("customer", 20),),
            chart="pareto")),
    (sentence("Customers that fell most"),
     _state("customer", "", "billed:difference billed", compare="yoy", tops=(("customer", -20),), sort="0",
            chart="none")),
    (sentence("Payment by category"), _state("category", "", "billed received open arrival_rate", chart="combined")),
    (sentence("Project groups by quarter"),
     _state("laboratory project_group", "quarter", "billed lines", chart="none", heat=True)),
    (sentence("Time per passage"),
     _state("laboratory", "", "days_done days_done_p90 days_done_most days_paid days_paid_p90", chart="bars")),
    (sentence("Items"), _state("instrument_name", "", "lines billed average discount_rate", chart="pareto")),
)  # fmt: skip


def usable(catalogue: Catalogue) -> list[tuple[str, State]]:
    """Those whose every word the person may use; measures that the data lacks are left out of them."""
    found = []
    for label, state in EXAMPLES:
        values = tuple(value for value in state.values if value[0] in catalogue.measures)
        if values and all(name in catalogue.dimensions for name in (*state.rows, *state.columns)):
            found.append((label, replace(state, values=values)))
    return found


def tabs(state: State, catalogue: Catalogue) -> list[dict[str, object]]:
    """The examples as tabs; the one that the state is stands out."""
    return [
        {"label": _(label), "url": shown.url(), "current": shown == state}
        for label, shown in usable(catalogue)
    ]
