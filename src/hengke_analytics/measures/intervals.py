"""Intervals of contribution typical of large, medium and small customers 特征区间."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from hengke.kernel.money import ZERO, ratio, to_cents
from hengke_analytics.engine import fetch, rows
from hengke_analytics.measures.facts import total
from hengke_analytics.measures.jenks import breaks
from hengke_analytics.measures.pareto import in_head, ranking

CLASSES = ("large", "medium", "small")
QUANTILES = {"p5": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
#: Up to so many distinct values the natural breaks are exact; beyond, values are first put into as many
#: buckets of equal numbers of customers.
EXACT = 5_000


@dataclass(frozen=True)
class Interval:
    """One class and its quantiles (linear interpolation, rounded to cents), largest class first."""

    name: str
    customers: int
    share: float | None
    min: Decimal | None
    p5: Decimal | None
    p25: Decimal | None
    median: Decimal | None
    p75: Decimal | None
    p95: Decimal | None
    max: Decimal | None


def intervals(
    contributions: ir.Table,
    *,
    share: Decimal = Decimal("0.8"),
    k: int = 2,
    limit: int = EXACT,
) -> list[Interval]:
    """Three classes of customers with contribution > 0.

    k = 2: large = the head that makes up `share`, the rest is cut in two by natural breaks of log10;
    k = 3: all are cut in three. A class that nobody falls into has 0 customers and no quantiles.
    """
    ranked = ranking(contributions)
    large = in_head(ranked, share) if k == 2 else ibis.literal(False)
    lows = _lower_bounds(ranked.filter(~large), k, limit)
    names = CLASSES[-len(lows) :] if lows else ()
    steps = [(ranked.contribution >= low, name) for low, name in zip(lows, names, strict=True)]
    placed = ranked.select("contribution", name=ibis.cases((large, "large"), *steps, else_="small"))
    found = {row["name"]: row for row in rows(_profile(placed))}
    base = sum((row["amount"] for row in found.values()), ZERO)
    return [_interval(name, found.get(name), base) for name in CLASSES]


def _lower_bounds(ranked: ir.Table, classes: int, limit: int) -> list[Decimal]:
    """Smallest contribution of every class, highest class first."""
    sketch = fetch(_sketch(ranked, limit).order_by("low"))
    if not sketch.num_rows:
        return []
    lows = sketch["low"].to_pylist()
    ends = [np.log10(sketch[name].cast("float64").to_numpy()) for name in ("low", "high")]
    weights = sketch["customers"].cast("float64").to_numpy()
    starts = [0, *breaks((ends[0] + ends[1]) / 2, weights, classes)]
    return [lows[start] for start in reversed(starts)]


def _sketch(ranked: ir.Table, limit: int) -> ir.Table:
    """Distinct contributions with their number of customers; more than `limit` are put into buckets."""
    distinct = ranked.group_by("contribution").aggregate(customers=ranked.count())
    everything = ibis.window()
    up_to = ibis.window(order_by=distinct.contribution, preceding=None, following=0)
    before = distinct.customers.sum().over(up_to) - distinct.customers
    bucket = before * limit // distinct.customers.sum().over(everything)
    place = ibis.row_number().over(order_by=distinct.contribution)
    few = distinct.count().over(everything) <= limit
    placed = distinct.mutate(bucket=few.ifelse(place, bucket))
    return placed.group_by("bucket").aggregate(
        low=placed.contribution.min(), high=placed.contribution.max(), customers=placed.customers.sum()
    )


def _profile(placed: ir.Table) -> ir.Table:
    exact = placed.contribution
    quantiles = {name: exact.cast("float64").quantile(at) for name, at in QUANTILES.items()}
    return placed.group_by("name").aggregate(
        customers=placed.count(), amount=total(exact), min=exact.min(), max=exact.max(), **quantiles
    )


def _interval(name: str, found: dict[str, Any] | None, base: Decimal) -> Interval:
    if found is None:
        return Interval(name, 0, ratio(ZERO, base), *[None] * 7)
    quantiles = {key: to_cents(Decimal(repr(found[key]))) for key in QUANTILES}
    return Interval(
        name,
        found["customers"],
        ratio(found["amount"], base),
        min=found["min"],
        max=found["max"],
        **quantiles,
    )
