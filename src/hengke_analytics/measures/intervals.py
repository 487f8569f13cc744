"""Intervals of contribution typical of large, medium and small customers 特征区间."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from hengke.kernel.money import to_cents
from hengke_analytics.engine import fetch
from hengke_analytics.measures.jenks import breaks
from hengke_analytics.measures.pareto import MILLION, millionths

CLASSES = ("large", "medium", "small")
QUANTILES = {name: Decimal(at) for name, at in (
    ("p5", "0.05"), ("p25", "0.25"), ("median", "0.5"), ("p75", "0.75"), ("p95", "0.95"),
)}  # fmt: skip
#: Up to so many distinct values the natural breaks are exact; beyond, values are first put into as many
#: buckets of equal numbers of customers.
EXACT = 5_000

Cents = NDArray[np.int64]


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
    contributions: ir.Table, *, share: Decimal = Decimal("0.8"), k: int = 2, limit: int = EXACT
) -> list[Interval]:
    """Three classes of customers with contribution > 0.

    k = 2: large = the head that makes up `share`, the rest is cut in two by natural breaks of log10;
    k = 3: all are cut in three. A class that nobody falls into has 0 customers and no quantiles.
    """
    positive = contributions.filter(contributions.contribution > 0)
    cents = positive.select(cents=(positive.contribution * 100).cast("int64")).order_by("cents")
    ascending: Cents = fetch(cents)["cents"].to_numpy()
    rest = len(ascending) - (_head(ascending, share) if k == 2 else 0)
    parts = np.split(ascending[:rest], _starts(ascending[:rest], k, limit))
    by_name = dict(zip(reversed(CLASSES), parts, strict=False))
    if k == 2:
        by_name["large"] = ascending[rest:]
    total = int(ascending.sum())
    return [_interval(name, by_name.get(name, ascending[:0]), total) for name in CLASSES]


def _head(ascending: Cents, share: Decimal) -> int:
    """Customers in the shortest head whose sum reaches `share` of all."""
    reached = np.cumsum(ascending[::-1])
    wanted = -(-millionths(share) * int(ascending.sum()) // MILLION)
    return int(np.searchsorted(reached, wanted)) + 1 if len(ascending) else 0


def _starts(ascending: Cents, classes: int, limit: int) -> list[int]:
    """Where each class after the lowest begins; equal values are never parted."""
    values, counts = np.unique(ascending, return_counts=True)
    if not len(values):
        return []
    firsts = _bucket_firsts(counts, limit) if len(values) > limit else np.arange(len(values))
    lasts = np.append(firsts[1:], len(values)) - 1
    middles = (np.log10(values[firsts]) + np.log10(values[lasts])) / 2
    weights = np.add.reduceat(counts, firsts).astype(np.float64)
    lows = values[firsts[breaks(middles, weights, classes)]]
    return [int(start) for start in np.searchsorted(ascending, lows)]


def _bucket_firsts(counts: Cents, limit: int) -> Cents:
    """Index of the first value of each of `limit` buckets with equal numbers of customers."""
    before = np.cumsum(counts) - counts
    return np.unique(before * limit // counts.sum(), return_index=True)[1]


def _interval(name: str, ascending: Cents, total: int) -> Interval:
    share = int(ascending.sum()) / total if total else None
    if not len(ascending):
        return Interval(name, 0, share, *[None] * 7)
    quantiles = {key: _quantile(ascending, at) for key, at in QUANTILES.items()}
    low, high = _money(int(ascending[0])), _money(int(ascending[-1]))
    return Interval(name, len(ascending), share, min=low, max=high, **quantiles)


def _quantile(ascending: Cents, at: Decimal) -> Decimal:
    """Between the two neighbours of position at · (n − 1), in exact arithmetic."""
    place = at * (len(ascending) - 1)
    low = int(ascending[int(place)])
    high = int(ascending[min(int(place) + 1, len(ascending) - 1)])
    return _money(low + (place - int(place)) * (high - low))


def _money(cents: Decimal | int) -> Decimal:
    return to_cents(Decimal(cents) / 100)
