"""Churn by each customer's own rhythm: expected interval, churned, won back, dormant, and the stage.

A customer is churned at D when silent for more than max(90 days, 1.5 x own expected interval); the
expected interval is the median of own past intervals when there are three, else the shortest calibration
cycle of own instruments, else 365 days (definitions: Lost and churn).
"""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke_analytics.measures.facts import active_days, known
from hengke_analytics.measures.growth import growth
from hengke_analytics.shapes import ibis

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
    silent (days), expected and threshold (days), state: "active", "dormant", "churned" or "lost" (silent for
    twice the threshold), and won_back (came back from a churned silence, not yet three times since).
    """
    people = _with_cycle(_rhythm(active_days(known(facts, as_of))), cycles)
    expected = _expected(people, 0)
    silent = ibis.literal(as_of).delta(people["last"], unit="day").cast("int64")
    judged = people.mutate(expected=expected, threshold=_threshold(expected), silent=silent)
    return judged.select(
        "customer",
        "last",
        "submissions",
        "silent",
        "expected",
        "threshold",
        state=_state(judged),
        won_back=_won_back(judged),
    )


def stages(facts: ir.Table, as_of: date, *, last_year: int, cycles: ir.Table | None = None) -> ir.Table:
    """Stage of every customer: (customer, growth, state, won_back, last, silent, stage).

    Lost and churned come first, then won_back, dormant, and growth up to `last_year`: growing, stable,
    declining, or new while there is no rate yet.
    """
    silence = churn(facts, as_of, cycles=cycles)
    rates = growth(known(facts, as_of), last_year).select(known="customer", growth="growth")
    joined = silence.join(rates, silence.customer == rates.known, how="left")
    stage = ibis.cases(
        (joined.won_back, "won_back"),
        (joined.state != "active", joined.state),
        (joined.growth.isnull(), "new"),
        (joined.growth > GROWTH_BAND, "growing"),
        (joined.growth < -GROWTH_BAND, "declining"),
        else_="stable",
    )
    return joined.select("customer", "growth", "state", "won_back", "last", "silent", stage=stage)


def _rhythm(days: ir.Table) -> ir.Table:
    """Per customer: last date, number of submissions, and the median interval as known now (`median_0`),
    before the last submission (`median_1`) and before the last but one, with the intervals that ended there.

    A win-back older than that is over, so the thresholds of older submissions need not be known.
    """
    order = ibis.window(group_by="customer", order_by="date")
    backwards = ibis.window(group_by="customer", order_by=ibis.desc("date"))
    steps = days.mutate(
        interval=days.date.delta(days.date.lag().over(order), unit="day").cast("float64"),
        age=ibis.row_number().over(backwards),
    )
    past = range(WON_BACK_SUBMISSIONS)
    return steps.group_by("customer").aggregate(
        last=steps.date.max(),
        submissions=steps.count(),
        **{f"median_{age}": steps.interval.median(where=steps.age >= age) for age in past},
        **{f"interval_{age}": steps.interval.max(where=steps.age == age - 1) for age in past if age},
    )


def _with_cycle(people: ir.Table, cycles: ir.Table | None) -> ir.Table:
    if cycles is None:
        return people.mutate(cycle=ibis.null("float64"))
    shortest = cycles.group_by(owner=cycles.customer).aggregate(cycle=cycles.cycle_days.min().cast("float64"))
    return people.join(shortest, people.customer == shortest.owner, how="left").drop("owner")


def _expected(people: ir.Table, age: int) -> ir.Value:
    """Expected interval as it was known `age` submissions ago: no look-ahead."""
    enough = people.submissions - 1 - age >= FEWEST_INTERVALS
    own = enough.ifelse(people[f"median_{age}"], ibis.null("float64"))
    return ibis.coalesce(own, people.cycle, DEFAULT_INTERVAL)


def _threshold(expected: ir.Value) -> ir.Value:
    return ibis.greatest(SHORTEST_THRESHOLD, expected * PATIENCE)


def _state(people: ir.Table) -> ir.Value:
    return ibis.cases(
        (people.silent > 2 * people.threshold, "lost"),
        (people.silent > people.threshold, "churned"),
        (people.silent > people.expected, "dormant"),
        else_="active",
    )


def _won_back(people: ir.Table) -> ir.BooleanValue:
    returns = [
        people[f"interval_{age}"] > _threshold(_expected(people, age))
        for age in range(1, WON_BACK_SUBMISSIONS)
    ]
    return ibis.or_(*returns).fill_null(False) & (people.silent <= people.threshold)
