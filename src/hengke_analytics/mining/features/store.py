"""The feature store: one row for each customer, from nothing but what was known at a day."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke_analytics.mining.features import behaviour
from hengke_analytics.mining.features.instruments import NEEDS, cycles, instruments
from hengke_analytics.mining.features.known import known_lines
from hengke_analytics.mining.features.payment import TERMS, habit, payment


def features(facts: ir.Table, as_of: date, *, terms: int = TERMS) -> ir.Table:
    """Columns customer and 40 to 60 features of every customer with a line until the end of `as_of`.

    `facts` are billed lines (see measures.facts) with any of the warehouse's further columns; what is absent is
    left out. No later line, payment, calibration or correction changes a row.
    """
    lines = known_lines(facts, as_of)
    dated = set(NEEDS) <= set(facts.columns)
    parts = [
        behaviour.silence(lines, as_of, cycles(lines) if dated else None),
        behaviour.amounts(lines, as_of),
        behaviour.breadth(lines, as_of),
        behaviour.places(lines),
    ]
    if {"received", "received_on"} <= set(facts.columns):
        parts += [payment(lines, as_of, terms=terms), habit(lines, as_of, terms=terms)]
    if dated:
        parts.append(instruments(lines, as_of))
    found = behaviour.rhythm(lines, as_of)
    for part in parts:
        found = _joined(found, part)
    return found.mutate(
        regularity=found.years_with_visit / (found.days_since_first / 365.25 + 1),
        billed_per_visit=found.billed / found.visits,
    )


def _joined(left: ir.Table, right: ir.Table) -> ir.Table:
    others = [name for name in right.columns if name != "customer"]
    named = right.select(*others, owner=right.customer)
    return left.join(named, left.customer == named.owner, how="left").drop("owner")
