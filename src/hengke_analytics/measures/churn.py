"""Churn by each customer's own rhythm: expected interval, churned, won back, dormant, and the stage.

A customer is churned at D when silent for more than max(90 days, 1.5 x own expected interval); the
expected interval is the median of own past intervals when there are three, else the shortest calibration
cycle of own instruments, else 365 days (definitions: Lost and churn).
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from hengke_analytics.measures.facts import active_days, known
from hengke_analytics.measures.growth import growth

FEWEST_INTERVALS = 3
DEFAULT_INTERVAL = 365.0
SHORTEST_THRESHOLD = 90.0
PATIENCE = 1.5
#: A win-back is over with the third submission, counted from the one that ended the silence.
WON_BACK_SUBMISSIONS = 3
#: Yearly growth beyond which a customer grows or declines.
GROWTH_BAND = 0.15


def churn(facts: ir.Table, as_of: date, *, cycles: ir.Table | None = None) -> ir.Table:
    """State of every customer with a submission until the end of `as_of`.

    `cycles` is (customer, cycle_days), one row per instrument. Columns customer, last (date), submissions,
    silent (days), expected and threshold (days), state: "active", "dormant", "churned", "lost" (silent for
    twice the threshold) or "won_back".
    """
    visits = _visits(active_days(known(facts, as_of)), cycles)
    people = visits.group_by("customer").aggregate(
        last=visits.date.max(),
        submissions=visits.count(),
        won_back_at=visits.place.max(where=visits.interval > visits.threshold),
        cycle=visits.cycle.max(),
        intervals=visits.interval.count(),
        median=visits.interval.cast("float64").median(),
    )
    expected = _expected(people.intervals, people["median"], people.cycle)
    silent = ibis.literal(as_of).delta(people["last"], unit="day").cast("int64")
    judged = people.mutate(expected=expected, threshold=_threshold(expected), silent=silent)
    return judged.select(
        "customer", "last", "submissions", "silent", "expected", "threshold", state=_state(judged)
    )


def stages(facts: ir.Table, as_of: date, *, last_year: int, cycles: ir.Table | None = None) -> ir.Table:
    """Stage of every customer: (customer, stage, growth, state, last, silent).

    Silence comes first (lost, churned, dormant), then won_back, then growth up to `last_year`: growing,
    stable, declining, or new while there is no rate yet.
    """
    silence = churn(facts, as_of, cycles=cycles)
    rates = growth(known(facts, as_of), last_year).select(known="customer", growth="growth")
    joined = silence.join(rates, silence.customer == rates.known, how="left")
    stage = ibis.cases(
        (joined.state != "active", joined.state),
        (joined.growth.isnull(), "new"),
        (joined.growth > GROWTH_BAND, "growing"),
        (joined.growth < -GROWTH_BAND, "declining"),
        else_="stable",
    )
    return joined.select("customer", "growth", "state", "last", "silent", stage=stage)


def _visits(days: ir.Table, cycles: ir.Table | None) -> ir.Table:
    """Each submission with its interval from the one before and the threshold that then held.

    The threshold uses only intervals before the one it judges: no look-ahead.
    """
    order = ibis.window(group_by="customer", order_by="date")
    previous = days.date.lag().over(order)
    steps = days.mutate(
        place=ibis.row_number().over(order) + 1, interval=days.date.delta(previous, unit="day")
    )
    steps = _with_cycle(steps, cycles)
    earlier = ibis.window(group_by="customer", order_by="date", preceding=(None, 1))
    past = steps.mutate(
        count=steps.interval.count().over(earlier),
        middle=steps.interval.cast("float64").median().over(earlier),
    )
    return past.mutate(threshold=_threshold(_expected(past["count"], past.middle, past.cycle)))


def _with_cycle(steps: ir.Table, cycles: ir.Table | None) -> ir.Table:
    if cycles is None:
        return steps.mutate(cycle=ibis.null("float64"))
    shortest = cycles.group_by(owner=cycles.customer).aggregate(cycle=cycles.cycle_days.min().cast("float64"))
    return steps.join(shortest, steps.customer == shortest.owner, how="left").drop("owner")


def _expected(intervals: ir.Value, median: ir.Value, cycle: ir.Value) -> ir.Value:
    own = (intervals >= FEWEST_INTERVALS).ifelse(median, ibis.null("float64"))
    return ibis.coalesce(own, cycle, DEFAULT_INTERVAL)


def _threshold(expected: ir.Value) -> ir.Value:
    return ibis.greatest(SHORTEST_THRESHOLD, expected * PATIENCE)


def _state(people: ir.Table) -> ir.Value:
    since = people.submissions - people.won_back_at + 1
    return ibis.cases(
        (people.silent > 2 * people.threshold, "lost"),
        (people.silent > people.threshold, "churned"),
        (people.silent > people.expected, "dormant"),
        (since < WON_BACK_SUBMISSIONS, "won_back"),
        else_="active",
    )
