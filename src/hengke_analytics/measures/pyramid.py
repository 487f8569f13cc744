"""Customer pyramid 客户金字塔: tiers by rank, and what moving customers up brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke.kernel.money import ZERO, ratio, to_cents
from hengke_analytics.engine import rows
from hengke_analytics.measures.facts import total
from hengke_analytics.measures.pareto import cut_rank, places
from hengke_analytics.shapes import ibis

TIERS = ("vip", "major", "regular", "small")
CUTS = (Decimal("0.01"), Decimal("0.05"), Decimal("0.2"))


@dataclass(frozen=True)
class TierRow:
    """One storey of the pyramid; an empty one has no smallest and largest contribution."""

    tier: str
    customers: int
    contribution: Decimal
    share: float | None
    min: Decimal | None
    max: Decimal | None


@dataclass(frozen=True)
class Simulation:
    """Change over a year like the period when `customers` of `tier` reach the median of `target`."""

    tier: str
    target: str
    customers: int
    revenue: Decimal
    margin: Decimal | None


def tiers(contributions: ir.Table, cuts: Sequence[Decimal] = CUTS) -> ir.Table:
    """Tier of each customer with contribution > 0: (customer, contribution, rank, tier).

    Cut ranks are round-half-up(cut · n); the first is at least one customer.
    """
    ranked = places(contributions)
    tier = tier_at(ranked["rank"], ranked["count"], cuts)
    return ranked.select("customer", "contribution", "rank", tier=tier)


def tier_at(place: ir.Value, count: ir.Value, cuts: Sequence[Decimal]) -> ir.Value:
    """The tier of a place from 1 among `count`; InputError `cuts_not_increasing`."""
    vip, major, regular = _checked(cuts)
    return ibis.cases(
        (place <= ibis.greatest(1, cut_rank(count, vip)), "vip"),
        (place <= cut_rank(count, major), "major"),
        (place <= cut_rank(count, regular), "regular"),
        else_="small",
    )


def pyramid(contributions: ir.Table, cuts: Sequence[Decimal] = CUTS) -> list[TierRow]:
    """The four storeys from the top; together they hold every customer with contribution > 0."""
    return storeys(tiers(contributions, cuts))


def storeys(placed: ir.Table) -> list[TierRow]:
    """The pyramid of customers whose tier is known: (contribution, tier)."""
    found = rows(
        placed.group_by("tier").aggregate(
            customers=placed.count(),
            contribution=total(placed.contribution),
            min=placed.contribution.min(),
            max=placed.contribution.max(),
        )
    )
    by_tier = {row["tier"]: row for row in found}
    base = sum((row["contribution"] for row in found), ZERO)
    return [_storey(tier, by_tier.get(tier), base) for tier in TIERS]


def simulate(
    contributions: ir.Table,
    *,
    tier: str,
    fraction: Decimal,
    cuts: Sequence[Decimal] = CUTS,
    margins: ir.Table | None = None,
) -> Simulation:
    """Move `fraction` of `tier` up to the median contribution of the next tier.

    Which customers will move is not known, so each leaves the mean of the tier. `margins` is the
    contribution table by margin for the same period; without it the margin is left empty.
    """
    if tier not in TIERS[1:]:
        raise InputError("tier_unknown", "Only {tiers} can move up.", tiers=", ".join(TIERS[1:]), tier=tier)
    target = TIERS[TIERS.index(tier) - 1]
    placed = tiers(contributions, cuts)
    levels = _levels(placed, "contribution")
    moved = int(to_cents(fraction * levels[tier]["customers"]).to_integral_value("ROUND_HALF_UP"))
    gains = _levels(_with_margin(placed, margins), "margin") if margins is not None else None
    return Simulation(
        tier=tier,
        target=target,
        customers=moved,
        revenue=_gain(levels[tier], levels[target], moved),
        margin=_gain(gains[tier], gains[target], moved) if gains else None,
    )


def _checked(cuts: Sequence[Decimal]) -> Sequence[Decimal]:
    if len(cuts) != 3 or not 0 < cuts[0] < cuts[1] < cuts[2] < 1:
        raise InputError("cuts_not_increasing", "State three increasing cuts between 0 and 100 percent.")
    return cuts


def _storey(tier: str, found: dict[str, Any] | None, base: Decimal) -> TierRow:
    if found is None:
        return TierRow(tier, 0, ZERO, ratio(ZERO, base), None, None)
    return TierRow(**found, share=ratio(found["contribution"], base))


def _with_margin(placed: ir.Table, margins: ir.Table) -> ir.Table:
    named = margins.select("customer", margin="contribution")
    joined = placed.join(named, "customer", how="left")
    return joined.mutate(margin=joined.margin.fill_null(0))


def _levels(placed: ir.Table, column: str) -> dict[str, dict[str, Any]]:
    level = placed[column]
    found = rows(
        placed.group_by("tier").aggregate(
            customers=level.count(), total=total(level), median=level.cast("float64").median()
        )
    )
    empty = {"customers": 0, "total": ZERO, "median": 0.0}
    return dict.fromkeys(TIERS, empty) | {row["tier"]: row for row in found}


def _gain(own: dict[str, Any], target: dict[str, Any], moved: int) -> Decimal:
    if not moved or not target["customers"]:
        return ZERO
    return to_cents(moved * (to_cents(Decimal(repr(target["median"]))) - own["total"] / own["customers"]))
