"""Forecast a list of series of different lengths, and make parts and wholes add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.forecast.coherent import reconcile
from hengke_analytics.mining.forecast.combine import LEVELS, Forecast, combine
from hengke_analytics.mining.forecast.festival import Floats
from hengke_analytics.mining.forecast.methods import METHODS
from hengke_analytics.mining.forecast.monthly import Series


@dataclass(frozen=True)
class Outlook:
    """What is to be expected of one series: months ahead, intervals by level, weights by method, its back-test.

    `together` and `growth` as in `combine.Forecast`.
    """

    series: Series
    mean: Floats
    low: dict[float, Floats]
    high: dict[float, Floats]
    weights: dict[str, float]
    backtest: dict[str, float] | None
    together: dict[float, float]
    growth: Floats

    def half_width(self, level: float, begin: int, end: int) -> float:
        """Half of the interval of the sum of some months ahead."""
        return self.together[level] * float(np.sqrt((self.growth[begin:end] ** 2).sum()))

    @property
    def first(self) -> int:
        """The first month ahead."""
        return self.series.first + len(self.series.values)


def project(
    series: Sequence[Series], horizon: int, wholes: Sequence[tuple[int, NDArray[np.int64]]] = ()
) -> list[Outlook]:
    """The outlook of every series, in their order; `wholes` as for `coherent.reconcile`.

    An interval moves with its forecast when that is reconciled.
    """
    count = len(series)
    mean, variance = np.empty((count, horizon)), np.empty(count)
    low, high = ({level: np.empty((count, horizon)) for level in LEVELS} for _ in range(2))
    parts: dict[int, tuple[Forecast, int]] = {}
    for places in _by_length(series):
        found = _together([series[place] for place in places], horizon)
        mean[places], variance[places] = found.mean, found.variance
        for level in LEVELS:
            low[level][places], high[level][places] = found.low[level], found.high[level]
        parts |= {place: (found, row) for row, place in enumerate(places)}
    if wholes:
        moved = reconcile(mean, variance, wholes)
        for level in LEVELS:
            lowest = 0.0 if np.all(low[level] >= 0) else -np.inf
            low[level] = np.maximum(low[level] + moved - mean, lowest)
            high[level] = high[level] + moved - mean
        mean = moved
    return [
        Outlook(
            series[place], mean[place], {level: low[level][place] for level in LEVELS},
            {level: high[level][place] for level in LEVELS}, _weights(*parts[place]), _backtest(*parts[place]),
            *_together_of(*parts[place]),
        )
        for place in range(count)
    ]  # fmt: skip


def _by_length(series: Sequence[Series]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for place, each in enumerate(series):
        groups.setdefault(len(each.values), []).append(place)
    return list(groups.values())


def _together(series: Sequence[Series], horizon: int) -> Forecast:
    return combine(
        np.stack([each.values for each in series]), np.stack([each.months for each in series]), horizon
    )


def _weights(found: Forecast, row: int) -> dict[str, float]:
    return dict(zip(METHODS, found.weights[row].tolist(), strict=True))


def _together_of(found: Forecast, row: int) -> tuple[dict[float, float], Floats]:
    return {level: float(found.together[level][row]) for level in LEVELS}, found.growth


def _backtest(found: Forecast, row: int) -> dict[str, float] | None:
    tested = found.tested
    if not tested.origins:
        return None
    names = ("mase", "smape", "naive_mase", "naive_smape")
    told = {name: float(getattr(tested, name)[row]) for name in names}
    return {name: value for name, value in told.items() if np.isfinite(value)} | {"origins": tested.origins}
