"""Frequency classes: regular, occasional and one-off customers, with the shift against a year before."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke.kernel.period import ONE_DAY, Period
from hengke_analytics.measures.facts import active_days, known
from hengke_analytics.shapes import ibis

#: Regular: at least so many intervals, with a coefficient of variation of at most so much.
FEWEST_INTERVALS = 3
WIDEST_SPREAD = 0.5


def frequency(
    facts: ir.Table, as_of: date, *, fewest: int = FEWEST_INTERVALS, spread: float = WIDEST_SPREAD
) -> ir.Table:
    """Class of every customer at the end of `as_of` and one year before.

    One-off: a single date of submission. Regular: at least `fewest` intervals between dates whose
    coefficient of variation (population) is at most `spread`. Occasional: the others.
    Columns customer, submissions, mean_interval (days), spread, frequency, before (null for a new customer).
    """
    year_ago = Period(as_of, as_of + ONE_DAY).last_year().start
    days = active_days(known(facts, as_of))
    order = ibis.window(group_by="customer", order_by="date")
    steps = days.mutate(interval=days.date.delta(days.date.lag().over(order), unit="day"))
    old = steps.date <= ibis.literal(year_ago)
    habits = steps.group_by("customer").aggregate(**_habit(steps, None, ""), **_habit(steps, old, "_before"))
    return habits.select(
        "customer",
        "submissions",
        "mean_interval",
        "spread",
        frequency=_class(habits, "", fewest, spread),
        before=_class(habits, "_before", fewest, spread),
    )


def _habit(steps: ir.Table, where: ir.BooleanValue | None, suffix: str) -> dict[str, ir.Value]:
    mean = steps.interval.mean(where=where)
    return {
        f"submissions{suffix}": steps.count(where=where),
        f"mean_interval{suffix}": mean,
        f"spread{suffix}": steps.interval.std(where=where, how="pop") / mean,
    }


def _class(habits: ir.Table, suffix: str, fewest: int, widest: float) -> ir.Value:
    submissions, spread = habits[f"submissions{suffix}"], habits[f"spread{suffix}"]
    return ibis.cases(
        (submissions == 0, ibis.null("string")),
        (submissions == 1, "one_off"),
        ((submissions > fewest) & (spread <= widest), "regular"),
        else_="occasional",
    )
