"""How good forecasts were: sMAPE, MASE, coverage."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.forecast.adjust import YEAR
from hengke_analytics.mining.forecast.festival import Floats


def smape(actual: Floats, forecast: Floats) -> Floats:
    """Per series the mean of 200·|y − f|/(|y| + |f|); 0 where both are 0."""
    size = np.abs(actual) + np.abs(forecast)
    error = 200 * np.abs(actual - forecast)
    return np.asarray(np.divide(error, size, out=np.zeros_like(size), where=size > 0).mean(axis=1))


def mase(actual: Floats, forecast: Floats, scale: Floats) -> Floats:
    """Per series the mean absolute error over the scale; empty (nan) where the scale is 0."""
    error = np.abs(actual - forecast).mean(axis=1)
    return np.asarray(np.divide(error, scale, out=np.full(len(error), np.nan), where=scale > 0))


def naive_scale(history: Floats) -> Floats:
    """Mean absolute error of the seasonal naive forecast within the history (m = 12, or 1 below 13 months)."""
    lag = YEAR if history.shape[1] > YEAR else 1
    if history.shape[1] <= lag:
        return np.zeros(len(history))
    return np.asarray(np.abs(history[:, lag:] - history[:, :-lag]).mean(axis=1))


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Share of the actual values within the interval."""
    return float(((actual >= low) & (actual <= high)).mean())
