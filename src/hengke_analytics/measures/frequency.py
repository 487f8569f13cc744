"""Frequency classes: regular, occasional and one-off customers, with the shift against a year before."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import active_days, known

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
    now = _classes(facts, as_of, fewest, spread)
    year_ago = Period(as_of, Period.year_to_date(as_of).end).last_year().start
    then = _classes(facts, year_ago, fewest, spread).select(known="customer", before="frequency")
    return now.join(then, now.customer == then.known, how="left").drop("known")


def _classes(facts: ir.Table, as_of: date, fewest: int, spread: float) -> ir.Table:
    days = active_days(known(facts, as_of))
    order = ibis.window(group_by="customer", order_by="date")
    steps = days.mutate(interval=days.date.delta(days.date.lag().over(order), unit="day"))
    habit = steps.group_by("customer").aggregate(
        submissions=steps.count(),
        mean_interval=steps.interval.mean(),
        spread=steps.interval.std(how="pop") / steps.interval.mean(),
    )
    steady = (habit.submissions > fewest) & (habit.spread <= spread)
    named = ibis.cases((habit.submissions == 1, "one_off"), (steady, "regular"), else_="occasional")
    return habit.mutate(frequency=named)
