"""How sure a figure of one test is: the middle 95 % over resamples of its cases (bootstrap)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Integers
from hengke_analytics.mining.scores.metrics import Metrics, auc, measure

#: Resamples; with many cases fewer will do, since they hardly differ.
TIMES, TIMES_MANY, MANY_CASES = 200, 60, 5_000
SURE = 0.95


@dataclass(frozen=True)
class Interval:
    """A figure with the bounds between which it lies with 95 %."""

    value: float
    low: float
    high: float


def intervals(target: Floats, probability: Floats, *, seed: int = 0) -> dict[str, Interval]:
    """Every figure of a test; both outcomes must occur."""
    found = measure(target, probability)
    tried = [measure(target[rows], probability[rows]) for rows in _resamples(target, seed)]
    return {
        field.name: _interval(
            getattr(found, field.name), np.array([getattr(one, field.name) for one in tried])
        )
        for field in fields(Metrics)
    }


def auc_gain(target: Floats, probability: Floats, other: Floats, *, seed: int = 0) -> Interval:
    """How much better the first ranks the same cases than the other."""
    tried = [
        auc(target[rows], probability[rows]) - auc(target[rows], other[rows])
        for rows in _resamples(target, seed)
    ]
    return _interval(auc(target, probability) - auc(target, other), np.array(tried))


def _resamples(target: Floats, seed: int) -> Iterator[Integers]:
    """Cases drawn with replacement; draws with one outcome only say nothing and are left out."""
    chooser = np.random.default_rng(seed)
    for _ in range(TIMES if len(target) <= MANY_CASES else TIMES_MANY):
        rows = chooser.integers(0, len(target), len(target))
        if 0 < target[rows].sum() < len(target):
            yield rows


def _interval(value: float, tried: Floats) -> Interval:
    if not len(tried):
        return Interval(value, value, value)
    low, high = np.quantile(tried, [(1 - SURE) / 2, (1 + SURE) / 2])
    return Interval(float(value), float(low), float(high))
