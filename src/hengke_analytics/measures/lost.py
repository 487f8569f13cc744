"""Customers lost between two periods 未回头, and what share of contribution they took along."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import ibis.expr.types as ir

from hengke.kernel.money import ratio
from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures.facts import Basis, total, two_periods
from hengke_analytics.shapes import ibis


@dataclass(frozen=True)
class Lost:
    """How many were lost, their earlier contribution, and its share of all earlier contribution > 0."""

    count: int
    amount: Decimal
    share: float | None


def lost_customers(facts: ir.Table, earlier: Period, later: Period, *, basis: Basis = "billed") -> ir.Table:
    """Contribution > 0 in the earlier period, none in the later: (customer, amount_before), largest first."""
    both = two_periods(facts, earlier, later, basis)
    lost = both.filter(both.before > 0, both.after <= 0)
    return lost.select("customer", amount_before="before").order_by(ibis.desc("amount_before"), "customer")


def lost(facts: ir.Table, earlier: Period, later: Period, *, basis: Basis = "billed") -> Lost:
    """The list of `lost_customers` in three figures."""
    both = two_periods(facts, earlier, later, basis)
    before = both.filter(both.before > 0)
    gone = before.after <= 0
    found = rows(
        before.aggregate(
            count=gone.sum().fill_null(0), amount=total(before.before, gone), base=total(before.before)
        )
    )[0]
    return Lost(found["count"], found["amount"], ratio(found["amount"], found["base"]))
