"""The methods whose forecasts are combined, each over a whole block of series of one length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.forecast import smoothing
from hengke_analytics.mining.forecast.adjust import YEAR, adjust
from hengke_analytics.mining.forecast.arima import arima
from hengke_analytics.mining.forecast.festival import Floats, Months

METHODS = ("theta", "ets", "arima", "naive")
NAIVE = METHODS.index("naive")
_CHUNK = 256  # series at a time: their grids stay in the cache
_FURTHEST = 3.0  # logarithms that a forecast may leave the range of its history by


@dataclass(frozen=True)
class Ahead:
    """Forecasts (series x method x horizon), and the size of an error one step ahead, in the unit of the series."""

    forecasts: Floats
    error: Floats


def forecast(values: Floats, months: Months, horizon: int) -> Ahead:
    """Every method's forecast of the months that follow; `months` numbers the columns of each series."""
    parts = [
        _chunk(values[start : start + _CHUNK], months[start : start + _CHUNK], horizon)
        for start in range(0, len(values), _CHUNK)
    ]
    return Ahead(
        np.concatenate([each.forecasts for each in parts]), np.concatenate([each.error for each in parts])
    )


def seasonal_naive(values: Floats, horizon: int) -> Floats:
    """The same month of the last year; the last value where there is no whole year."""
    lag = YEAR if values.shape[1] >= YEAR else 1
    return np.asarray(np.tile(values[:, -lag:], (1, -(-horizon // lag)))[:, :horizon])


def _chunk(values: Floats, months: Months, horizon: int) -> Ahead:
    adjusted = adjust(values, months)
    plain = adjusted.values
    smoothed, error = smoothing.ets(plain, horizon)
    wandering = arima(adjusted.level, horizon)
    bound = np.abs(adjusted.level).max(axis=1, keepdims=True) + _FURTHEST
    logs = adjusted.logs[:, None]
    grown = np.exp(np.where(logs, np.clip(wandering, -bound, bound), 0.0))
    wandering = np.where(logs, grown, wandering)
    ahead = [adjusted.restore(each) for each in (smoothing.theta(plain, horizon), smoothed, wandering)]
    found = np.stack((*ahead, seasonal_naive(values, horizon)), axis=1)
    never_below = np.all(values >= 0, axis=1)
    found = np.where(never_below[:, None, None], np.maximum(found, 0), found)
    return Ahead(found, np.maximum(error, 1e-9 * np.abs(plain).mean(axis=1)))
