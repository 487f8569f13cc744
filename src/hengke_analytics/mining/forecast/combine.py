"""Combined forecasts: weights and intervals from a back-test on the series' own last months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.forecast import methods
from hengke_analytics.mining.forecast.accuracy import mase, naive_scale, smape
from hengke_analytics.mining.forecast.adjust import YEAR
from hengke_analytics.mining.forecast.festival import Floats, Months
from hengke_analytics.mining.forecast.methods import METHODS, NAIVE

LEVELS = (0.8, 0.95)
_SHRINK = 0.5  # how far the weights are drawn to equal ones: few errors say little about a method
_SHARES = (0.0, 0.25, 0.5, 1.0)  # of the seasonal naive forecast where the combination alone does worse
_LEAST_TRAINING = 24
_FEWEST_FOR_QUANTILES = 100
_NORMAL = {0.8: 1.2816, 0.95: 1.96}


@dataclass(frozen=True)
class Tested:
    """Back-test of each series: MASE and sMAPE of the combination and of the seasonal naive; nan without one."""

    mase: Floats
    smape: Floats
    naive_mase: Floats
    naive_smape: Floats
    origins: int


@dataclass(frozen=True)
class Forecast:
    """`mean` is series x horizon; `low` and `high` are keyed by level; `weights` series x method.

    `variance` is that of the errors, on average over the horizon. `together` are half widths of the intervals of
    several months' sum, by level and series, for `growth` (by month) adding up in squares.
    """

    mean: Floats
    low: dict[float, Floats]
    high: dict[float, Floats]
    weights: Floats
    variance: Floats
    together: dict[float, Floats]
    growth: Floats
    tested: Tested


@dataclass(frozen=True)
class _Trials:
    """Forecasts from every origin (origin x series x method x step), what came, and the scales of errors.

    `span` are the months from the first origin to the last.
    """

    forecasts: Floats
    actual: Floats
    error: Floats
    scale: Floats
    span: int


def combine(values: Floats, months: Months, horizon: int) -> Forecast:
    """Forecast all series of one length.

    From every origin of the back-test only what was known there is used. Weights go by the inverse squared error,
    drawn half-way to equal ones; where the seasonal naive did better it takes as much of the weight as was best.
    Intervals: absolute errors of the back-test over the one-step error known at their origin, pooled over all
    series, give the growth with the horizon and the quantiles.
    """
    ahead = methods.forecast(values, months, horizon)
    trials = _trials(values, months, min(horizon, YEAR))
    weights = _weights(trials, len(values))
    mean = np.einsum("nmh,nm->nh", ahead.forecasts, weights)
    growth, quantiles = _errors(trials, weights, horizon)
    never_below = np.all(values >= 0, axis=1)[:, None]
    low, high = {}, {}
    for level in LEVELS:
        half = quantiles[level] * ahead.error[:, None] * growth
        low[level] = np.where(never_below, np.maximum(mean - half, 0), mean - half)
        high[level] = mean + half
    variance = (ahead.error[:, None] * growth).mean(axis=1) ** 2
    wide = _errors_together(trials, weights, growth)
    together = {level: width * ahead.error for level, width in wide.items()}
    tested = _tested(trials, weights, len(values))
    return Forecast(mean, low, high, weights, variance, together, growth, tested)


def _trials(values: Floats, months: Months, steps: int) -> _Trials | None:
    """Origins back from the end: few when there are many series, since errors are pooled over them."""
    count = values.shape[1]
    space = count - _LEAST_TRAINING - steps
    if space < 0:
        return None
    stride = 2 if len(values) < 50 else 6
    origins = [count - steps - back for back in range(0, min(space, 2 * YEAR) + 1, stride)]
    found = [methods.forecast(values[:, :origin], months[:, :origin], steps) for origin in origins]
    return _Trials(
        np.stack([each.forecasts for each in found]),
        np.stack([values[:, origin : origin + steps] for origin in origins]),
        np.stack([each.error for each in found]),
        np.stack([naive_scale(values[:, :origin]) for origin in origins]),
        max(origins) - min(origins),
    )


def _weights(trials: _Trials | None, count: int) -> Floats:
    equal = np.zeros((count, len(METHODS)))
    equal[:, :NAIVE] = 1 / NAIVE
    if trials is None:
        return equal
    squared = ((trials.forecasts - trials.actual[:, :, None, :]) ** 2).mean(axis=(0, 3))
    inverse = 1 / np.maximum(squared[:, :NAIVE], 1e-9 * squared.max(axis=1, keepdims=True) + 1e-300)
    weights = equal.copy()
    weights[:, :NAIVE] = _SHRINK * equal[:, :NAIVE] + (1 - _SHRINK) * inverse / inverse.sum(
        axis=1, keepdims=True
    )
    only_naive = np.zeros_like(weights)
    only_naive[:, NAIVE] = 1
    mixed = [(1 - share) * weights + share * only_naive for share in _SHARES]
    worse = np.stack([_absolute(trials, each) for each in mixed])
    # The combination alone unless it is worse than the naive; then the best mixture.
    chosen = np.where(worse[0] <= worse[-1], 0, np.argmin(worse, axis=0))
    return np.asarray(np.stack(mixed)[chosen, np.arange(count)])


def _absolute(trials: _Trials, weights: Floats) -> Floats:
    """Mean absolute error of each series in the scale that MASE has at each origin, or as it is without one."""
    scale = np.where(trials.scale > 0, trials.scale, 1.0)[:, :, None]
    return np.asarray((np.abs(_combined(trials, weights) - trials.actual) / scale).mean(axis=(0, 2)))


def _combined(trials: _Trials, weights: Floats) -> Floats:
    return np.asarray(np.einsum("onmh,nm->onh", trials.forecasts, weights))


def _errors(trials: _Trials | None, weights: Floats, horizon: int) -> tuple[Floats, dict[float, float]]:
    """Growth of errors with the horizon, and the quantiles of errors over scale and growth."""
    steps = np.arange(1, horizon + 1)
    if trials is None:
        return np.sqrt(steps), dict(_NORMAL)
    relative = np.abs(_combined(trials, weights) - trials.actual) / np.maximum(
        trials.error[:, :, None], 1e-300
    )
    typical = np.quantile(relative, 0.75, axis=(0, 1)) ** 2
    known = np.arange(1, relative.shape[2] + 1)
    slope = max(float(np.polyfit(known, typical, 1)[0]), 0.0) if len(known) > 2 else 0.0
    begin = max(float(typical.mean()) - slope * float(known.mean()), 0.1 * float(typical.mean()), 1e-12)
    growth = np.sqrt(begin + slope * steps)
    return growth, _quantiles(relative / growth[: len(known)])


def _errors_together(trials: _Trials | None, weights: Floats, growth: Floats) -> dict[float, float]:
    """Quantiles of the errors of sums over all months of the back-test.

    Errors of neighbouring months are alike, so a year is less certain than twelve months that know nothing of one
    another, and more certain than their intervals added up.
    """
    if trials is None:
        return {level: width * np.sqrt(2) for level, width in _NORMAL.items()}
    missed = np.abs((_combined(trials, weights) - trials.actual).sum(axis=2))
    known = growth[: trials.actual.shape[2]]
    standard = missed / np.maximum(trials.error, 1e-300) / np.sqrt((known**2).sum())
    # Origins less than a horizon apart see mostly the same months: those that see others count.
    apart = (trials.span + len(known)) / len(known)
    return _quantiles_of_few(standard, standard.shape[1] * apart)


def _quantiles_of_few(standard: Floats, independent: float) -> dict[float, float]:
    """Quantiles that allow for how few errors there are: (n + 1)/n of the level, or Student's t of their spread."""
    from scipy.stats import t

    if standard.size < _FEWEST_FOR_QUANTILES:
        spread = float(np.sqrt((standard**2).mean()))
        return {level: spread * float(t.ppf((1 + level) / 2, max(independent - 1, 1))) for level in LEVELS}
    return {
        level: float(np.quantile(standard, min(level * (independent + 1) / independent, 1.0)))
        for level in LEVELS
    }


def _quantiles(standard: Floats) -> dict[float, float]:
    if standard.size < _FEWEST_FOR_QUANTILES:
        spread = float(np.sqrt((standard**2).mean()))
        return {level: spread * width for level, width in _NORMAL.items()}
    return {level: float(np.quantile(standard, level)) for level in LEVELS}


def _tested(trials: _Trials | None, weights: Floats, count: int) -> Tested:
    if trials is None:
        nothing = np.full(count, np.nan)
        return Tested(nothing, nothing, nothing, nothing, 0)
    combined, naive = _combined(trials, weights), trials.forecasts[:, :, NAIVE]
    told = []
    for found in (combined, naive):
        pairs = list(zip(trials.actual, found, trials.scale, strict=True))
        told.append(np.mean([mase(actual, each, scale) for actual, each, scale in pairs], axis=0))
        told.append(np.mean([smape(actual, each) for actual, each, _ in pairs], axis=0))
    return Tested(told[0], told[1], told[2], told[3], len(trials.actual))
