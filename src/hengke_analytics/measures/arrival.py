"""Arrival rate 到账率 and days to pay: what came in of what was billed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import known, paid_after, require, total, value, within
from hengke_analytics.shapes import ibis


def arrival(
    facts: ir.Table, as_of: date, period: Period | None = None, *, by: Sequence[str] = ()
) -> ir.Table:
    """Received until `as_of` over billed, for what was billed in `period`, per group `by`.

    Columns *by, billed, received, rate (null if nothing was billed), days_to_pay: the mean of days from the
    fact to its payment, weighted by the amount received; null without `received_on`. Largest billed first.
    """
    require(facts, "arrival", ("received", *by))
    inside = known(facts, as_of)
    inside = inside.filter(within(inside, period))
    sums = {"billed": total(inside.amount), "received": total(value(inside, "received", as_of))}
    sums["days_to_pay"] = _days_to_pay(inside, as_of)
    groups = inside.aggregate(by=list(by), **sums)
    rate = groups.received.cast("float64") / groups.billed.cast("float64").nullif(0)
    return groups.mutate(rate=rate).relocate("rate", after="received").order_by(ibis.desc("billed"), *by)


def _days_to_pay(facts: ir.Table, as_of: date) -> ir.Value:
    if "received_on" not in facts.columns:
        return ibis.null("float64")
    paid = facts.received_on.notnull() & ~paid_after(facts, as_of)
    weight = facts.received.cast("float64")
    days = facts.received_on.delta(facts.date, unit="day")
    return (weight * days).sum(where=paid) / weight.sum(where=paid).nullif(0)
