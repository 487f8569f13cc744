"""What became of customers after a day: the outcomes that scores foretell."""

from __future__ import annotations

from datetime import date, timedelta

import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke_analytics.measures.churn import PATIENCE, churn
from hengke_analytics.measures.facts import span
from hengke_analytics.mining.features.instruments import NEEDS, cycles
from hengke_analytics.mining.features.known import known_lines
from hengke_analytics.mining.features.payment import TERMS
from hengke_analytics.shapes import ibis

SHORTEST, LONGEST = 180.0, 550.0
#: Credit is about what is billed in so many days from then on.
YEAR = 365
#: A customer pays late when less than this share of the amount comes in within the terms.
IN_TIME = 0.5


def churn_target(facts: ir.Table, as_of: date) -> ir.Table:
    """(customer, horizon, lost): no submission within 1.5 x the own expected interval, 180 to 550 days.

    Only customers who have not churned by `as_of`: of the others it is known. InputError `outcome_unknown` while
    550 days from then are not over.
    """
    _require(facts, as_of + timedelta(days=int(LONGEST)))
    lines = known_lines(facts, as_of)
    dated = set(NEEDS) <= set(facts.columns)
    state = churn(lines, as_of, cycles=cycles(lines) if dated else None)
    present = state.filter(state.silent <= state.threshold)
    horizon = ibis.least(ibis.greatest(present.expected * PATIENCE, SHORTEST), LONGEST)
    present = present.select("customer", horizon=horizon)
    later = facts.filter(facts.customer.notnull(), facts.date > ibis.literal(as_of))
    back = later.group_by(owner=later.customer).aggregate(
        wait=later.date.min().delta(ibis.literal(as_of), unit="day").cast("float64")
    )
    joined = present.join(back, present.customer == back.owner, how="left")
    return joined.select("customer", "horizon", lost=(joined.wait > joined.horizon).fill_null(True))


def late_target(facts: ir.Table, as_of: date, *, terms: int = TERMS) -> ir.Table:
    """(customer, billed, in_time, late) over what is billed in the year after `as_of`.

    `in_time` is the share of the amount that came in within `terms` days; late is less than half. Customers without
    a bill in that year have no outcome. InputError `outcome_unknown` while the last of these bills is not due.
    """
    until = as_of + timedelta(days=YEAR)
    _require(facts, until + timedelta(days=terms))
    day = facts.date
    billed = facts.filter(
        facts.customer.notnull(), day > ibis.literal(as_of), day <= ibis.literal(until), facts.amount > 0
    )
    wait = billed.received_on.fill_null(billed.date).delta(billed.date, unit="day")
    amount, received = billed.amount.cast("float64"), billed.received.cast("float64")
    summed = billed.group_by("customer").aggregate(
        billed=amount.sum(), paid=received.sum(where=wait <= terms).fill_null(0.0)
    )
    share = summed.paid / summed.billed
    return summed.select("customer", "billed", in_time=share, late=share < IN_TIME)


def _require(facts: ir.Table, end: date) -> None:
    last = span(facts)[1]
    if last < end - timedelta(days=7):  # the last days of a year are holidays
        raise InputError(
            "outcome_unknown", "The outcome is known from {end} on, and the data ends on {last}.",
            end=end.isoformat(), last=last.isoformat(),
        )  # fmt: skip
