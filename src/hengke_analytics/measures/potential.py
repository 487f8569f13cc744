"""Who could rise a tier 客户晋级, and into which tier a new customer will probably fall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import contributions, total
from hengke_analytics.measures.growth import growth, regularity
from hengke_analytics.measures.pyramid import CUTS, TIERS, TierRow, tiers
from hengke_analytics.shapes import ibis

#: Weights of nearness, growth and regularity in the potential: an index that everybody can follow, no probability.
NEARNESS, GROWTH, REGULARITY = 6, 3, 1
#: Growth from which on nothing is added, and below which nothing is left.
FASTEST, SLOWEST = 0.45, -0.15
SHORTEST = 90


def potential(
    facts: ir.Table, period: Period, as_of: date, *, last_year: int, cuts: Sequence[Decimal] = CUTS
) -> ir.Table:
    """Customers below the top tier with what separates them from the next one, the highest potential first.

    The next one is the nearest higher tier in which there is anybody.

    Columns customer, contribution, tier, target, floor (least contribution of the target tier), median (of the target
    tier), gap (floor − contribution), nearness (contribution / floor), growth, regularity, potential in [0, 1] =
    (6·nearness + 3·growth from −15 % to +45 % as 0..1 + regularity) / 10.
    """
    placed = tiers(contributions(facts, period), cuts)
    joined = _with_target(placed)
    rates = growth(facts, last_year).select(grows="customer", growth="growth")
    habits = regularity(facts, as_of).select(comes="customer", regularity="regularity")
    joined = joined.join(rates, joined.customer == rates.grows, how="left").drop("grows")
    joined = joined.join(habits, joined.customer == habits.comes, how="left").drop("comes")
    near = ibis.least(joined.contribution.cast("float64") / joined.floor.cast("float64"), 1.0)
    rising = (joined.growth.fill_null(0.0) - SLOWEST) / (FASTEST - SLOWEST)
    rising = ibis.greatest(ibis.least(rising, 1.0), 0.0)
    index = (NEARNESS * near + GROWTH * rising + REGULARITY * joined.regularity.fill_null(0.0)) / 10
    told = joined.mutate(gap=joined.floor - joined.contribution, nearness=near, potential=index)
    return told.drop("rank").order_by(ibis.desc("potential"), ibis.desc("contribution"), "customer")


def _with_target(placed: ir.Table) -> ir.Table:
    """Beside each customer below the top the nearest higher tier in which there is anybody."""
    below = placed.filter(placed.tier != TIERS[0]).mutate(place=_place(placed.tier))
    storeys = placed.group_by(target="tier").aggregate(
        floor=placed.contribution.min(), median=placed.contribution.median().cast("decimal(18, 2)")
    )
    storeys = storeys.mutate(storey=_place(storeys.target))
    higher = below.join(storeys, below.place > storeys.storey)
    nearest = ibis.row_number().over(group_by=higher.customer, order_by=ibis.desc(higher.storey))
    numbered = higher.mutate(nearest=nearest)
    return numbered.filter(numbered.nearest == 0).drop("nearest", "place", "storey")


def _place(tier: ir.Value) -> ir.Value:
    return ibis.cases(*((tier == name, place) for place, name in enumerate(TIERS)))


def newcomers(facts: ir.Table, period: Period, storeys: Sequence[TierRow]) -> ir.Table:
    """Customers whose first submission lies in `period`, with the tier that their beginning points to.

    `storeys` is the pyramid of the period. Columns customer, first, days (to the end of the period), contribution,
    projected (to a year, over at least 90 days), proposed; the largest projection first.
    """
    seen = facts.filter(facts.customer.notnull(), facts.date < ibis.literal(period.end))
    people = seen.group_by("customer").aggregate(first=seen.date.min(), contribution=total(seen.amount))
    new = people.filter(people["first"] >= ibis.literal(period.start), people.contribution > 0)
    days = ibis.literal(period.end).delta(new["first"], unit="day").cast("int64")
    whole = ibis.greatest(days, SHORTEST)
    projected = (new.contribution.cast("float64") * 365 / whole).round(2).cast("decimal(18, 2)")
    dated = new.mutate(days=days, projected=projected)
    floors = [(row.tier, row.min) for row in storeys if row.min is not None and row.tier != TIERS[-1]]
    cents = (dated.projected * 100).cast("int64")
    cases = [(cents >= ibis.literal(int(least * 100)), tier) for tier, least in floors]
    proposed = ibis.cases(*cases, else_=TIERS[-1]) if cases else ibis.literal(TIERS[-1])
    return dated.mutate(proposed=proposed).order_by(ibis.desc("projected"), "customer")
