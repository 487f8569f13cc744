"""Theta and exponential smoothing, for all series of a block at once; parameters from a grid by least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.forecast.festival import Floats

_ALPHAS = np.r_[0.01, 0.05:1.0:0.05, 0.99]
_START = 4  # values that the first level is the mean of
#: α, β/α and φ of the damped trend.
_DAMPED = np.array(
    [
        (alpha, beta, phi)
        for alpha in (0.05, 0.12, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99)
        for beta in (0.02, 0.08, 0.2, 0.4)
        for phi in (0.8, 0.9, 0.95, 0.98)
    ]
)


@dataclass(frozen=True)
class Smoothed:
    """Last level, and the error sum, of the best α of each series."""

    alpha: Floats
    level: Floats
    errors: Floats


def theta(values: Floats, horizon: int) -> Floats:
    """Theta (Assimakopoulos and Nikolopoulos 2000) as Hyndman and Billah (2003): smoothing with half the trend.

    f(h) = l + b/2 · (h − 1 + 1/α − (1 − α)^n/α), l the smoothed level, b the slope of the straight line.
    """
    found = simple(values)
    count = values.shape[1]
    time = np.arange(count) - (count - 1) / 2
    slope = values @ time / max(float(time @ time), 1e-12)
    alpha = found.alpha[:, None]
    ahead = np.arange(horizon) + 1 / alpha - (1 - alpha) ** count / alpha
    return np.asarray(found.level[:, None] + slope[:, None] / 2 * ahead)


def ets(values: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Level alone, or with a damped trend (Gardner and McKenzie 1985), by the corrected Akaike criterion.

    Forecasts, and the standard deviation of the errors one step ahead.
    """
    count = values.shape[1]
    plain = simple(values)
    flat = np.repeat(plain.level[:, None], horizon, axis=1)
    if count < 2 * _START:
        return flat, np.sqrt(plain.errors / count)
    level, slope, phi, errors = _damped(values)
    powers = phi[:, None] ** np.arange(1, horizon + 1)
    trended = level[:, None] + slope[:, None] * np.cumsum(powers, axis=1)
    better = _criterion(errors, count, 6) < _criterion(plain.errors, count, 3)
    ahead = np.where(better[:, None], trended, flat)
    return ahead, np.sqrt(np.where(better, errors, plain.errors) / count)


def simple(values: Floats) -> Smoothed:
    """Simple exponential smoothing: l ← l + α·(y − l)."""
    level = np.repeat(values[:, :_START].mean(axis=1)[:, None], len(_ALPHAS), axis=1)
    errors = np.zeros_like(level)
    for value in values.T:
        error = value[:, None] - level
        errors += error**2
        level += _ALPHAS * error
    best = np.argmin(errors, axis=1)
    row = np.arange(len(values))
    return Smoothed(_ALPHAS[best], level[row, best], errors[row, best])


def _damped(values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    alpha, beta, phi = _DAMPED.T
    begin = values[:, : 2 * _START]
    time = np.arange(2 * _START) - (2 * _START - 1) / 2
    rise = begin @ time / float(time @ time)
    level = np.repeat((begin.mean(axis=1) - rise * (_START + 0.5))[:, None], len(_DAMPED), axis=1)
    slope = np.repeat(rise[:, None], len(_DAMPED), axis=1)
    errors = np.zeros_like(level)
    for value in values.T:
        slope *= phi
        level += slope
        error = value[:, None] - level
        errors += error**2
        level += alpha * error
        slope += alpha * beta * error
    best = np.argmin(errors, axis=1)
    row = np.arange(len(values))
    return level[row, best], slope[row, best], phi[best], errors[row, best]


def _criterion(errors: Floats, count: int, parameters: int) -> NDArray[np.float64]:
    spare = max(count - parameters - 1, 1)
    penalty = 2 * parameters * (1 + (parameters + 1) / spare)
    return np.asarray(count * np.log(np.maximum(errors, 1e-300) / count) + penalty)
