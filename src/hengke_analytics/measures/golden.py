"""Golden customers 黄金客户: much, every year, and evenly (definitions: lost and churn)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import contributions, known
from hengke_analytics.measures.growth import regularity, yearly
from hengke_analytics.measures.pareto import in_head, ranking
from hengke_analytics.shapes import ibis

FAITHFUL = 0.8
EVEN = 0.5
SHARE = Decimal("0.8")


def golden(
    facts: ir.Table, period: Period, as_of: date, *, last_year: int, share: Decimal = SHARE
) -> ir.Table:
    """Customers in the head of `period`'s curve, with regularity >= `FAITHFUL` and evenness of years <= `EVEN`.

    Columns customer, contribution, rank, years, regularity, variation, largest first. Variation is the coefficient of
    variation (population) of the contributions of the calendar years from the customer's first up to `last_year`.
    """
    ranked = ranking(contributions(facts, period))
    head = ranked.filter(in_head(ranked, share)).select("customer", "contribution", "rank")
    habits = regularity(facts, as_of).select(faithful="customer", years="years", regularity="regularity")
    spread = variation(known(facts, as_of), last_year).select(even="customer", variation="variation")
    joined = head.join(habits, head.customer == habits.faithful).join(spread, head.customer == spread.even)
    kept = joined.filter(joined.regularity >= FAITHFUL, joined.variation <= EVEN)
    return kept.drop("faithful", "even").order_by("rank")


def variation(facts: ir.Table, last_year: int) -> ir.Table:
    """Coefficient of variation of yearly contributions: (customer, variation); null with less than two years.

    With S = Σ y, Q = Σ y² over n years (a year without contribution counts as 0): sqrt(Q/n − (S/n)²) / (S/n).
    """
    past = facts.filter(facts.date < ibis.literal(date(last_year + 1, 1, 1)))
    years = yearly(past)
    level = ibis.greatest(years.contribution.cast("float64"), 0.0)
    sums = years.group_by("customer").aggregate(
        first=years.year.min(), whole=level.sum(), squares=(level * level).sum()
    )
    count = (ibis.literal(last_year, "int64") - sums["first"] + 1).cast("float64")
    mean = (sums.whole / count).nullif(0)
    spread = ibis.greatest(sums.squares / count - mean * mean, 0.0).sqrt()
    return sums.select("customer", variation=(count >= 2).ifelse(spread / mean, ibis.null("float64")))
