"""ARIMA(p, d, q) with p, q up to 2 and d up to 1, for all series of a block at once.

Estimated after Hannan and Rissanen (1982): a long autoregression gives the innovations, then one least squares
per order; the order by the corrected Akaike criterion, d by the test of Kwiatkowski et al. (1992).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.forecast.festival import Floats

_LONG = 8  # lags of the first autoregression
_MOST = 2
_KPSS = 0.347  # 10 %
_EDGE = 0.98  # how near to a unit root a model may come
_FEWEST = 24


@dataclass(frozen=True)
class _Model:
    """Coefficients of the best order: of two lags and two innovations."""

    lags: Floats
    shocks: Floats


def arima(values: Floats, horizon: int) -> Floats:
    """Forecasts, without a drift: for monthly sums it does more harm than good.

    A series too short for a model goes on at its last value.
    """
    if values.shape[1] < _FEWEST:
        return np.repeat(values[:, -1:], horizon, axis=1)
    found = np.empty((len(values), horizon))
    moving = _wanders(values)
    steady = np.flatnonzero(~moving)
    if len(steady):
        mean = values[steady].mean(axis=1, keepdims=True)
        found[steady] = mean + _ahead(values[steady] - mean, horizon)
    moved = np.flatnonzero(moving)
    if len(moved):
        steps = _ahead(np.diff(values[moved], axis=1), horizon)
        found[moved] = values[moved, -1:] + np.cumsum(steps, axis=1)
    return found


def _wanders(values: Floats) -> NDArray[np.bool_]:
    """KPSS: Σ S_t² / (n² σ²) above its 10 % value, σ² with Bartlett weights."""
    count = values.shape[1]
    centred = values - values.mean(axis=1, keepdims=True)
    lags = int(3 * np.sqrt(count) / 13)
    variance = (centred**2).mean(axis=1)
    for lag in range(1, lags + 1):
        together = (centred[:, lag:] * centred[:, :-lag]).sum(axis=1) / count
        variance = variance + 2 * (1 - lag / (lags + 1)) * together
    walked = np.cumsum(centred, axis=1)
    return np.asarray((walked**2).sum(axis=1) > _KPSS * count**2 * np.maximum(variance, 1e-300))


def _ahead(steps: Floats, horizon: int) -> Floats:
    scale = np.maximum(steps.std(axis=1, keepdims=True), 1e-12)
    scaled = steps / scale
    model = _best(scaled, _innovations(scaled))
    return np.asarray(_go_on(scaled, model, horizon) * scale)


def _innovations(steps: Floats) -> Floats:
    design = _lagged(steps, _LONG, _LONG)
    target = steps[:, _LONG:]
    fitted = np.einsum("ntk,nk->nt", design, _solve(design, target))
    return np.concatenate((np.zeros((len(steps), _LONG)), target - fitted), axis=1)


def _best(steps: Floats, shocks: Floats) -> _Model:
    begin = _LONG + _MOST
    target = steps[:, begin:]
    lags, past = _lagged(steps, _MOST, begin), _lagged(shocks, _MOST, begin)
    count = target.shape[1]
    best = np.full(len(steps), np.inf)
    model = _Model(*(np.zeros((len(steps), _MOST)) for _ in range(2)))
    for p, q in product(range(_MOST + 1), repeat=2):
        design = np.concatenate((lags[:, :, :p], past[:, :, :q]), axis=2)
        found = _solve(design, target)
        errors = ((target - np.einsum("ntk,nk->nt", design, found)) ** 2).sum(axis=1)
        number = p + q + 1
        criterion = count * np.log(errors / count + 1e-12) + 2 * number * count / max(count - number - 1, 1)
        phi, theta = _padded(found[:, :p]), _padded(found[:, p:])
        better = (criterion < best) & _inside(phi) & _inside(-theta)
        best = np.where(better, criterion, best)
        model.lags[better], model.shocks[better] = phi[better], theta[better]
    return model


def _go_on(steps: Floats, model: _Model, horizon: int) -> Floats:
    """Filter the innovations through the series, then let the model run without any."""
    past, shocks = np.zeros((len(steps), _MOST)), np.zeros((len(steps), _MOST))
    ahead = np.empty((len(steps), horizon))
    for place in range(steps.shape[1] + horizon):
        expected = (model.lags * past + model.shocks * shocks).sum(axis=1)
        seen = place < steps.shape[1]
        value = steps[:, place] if seen else expected
        if not seen:
            ahead[:, place - steps.shape[1]] = expected
        past = np.column_stack((value, past[:, 0]))
        shocks = np.column_stack((value - expected, shocks[:, 0]))
    return ahead


def _lagged(steps: Floats, lags: int, begin: int) -> Floats:
    """(series, time from `begin`, lag 1 … lags)."""
    count = steps.shape[1]
    return np.stack([steps[:, begin - lag : count - lag] for lag in range(1, lags + 1)], axis=2)


def _solve(design: Floats, target: Floats) -> Floats:
    width = design.shape[2]
    if not width:
        return np.zeros((len(design), 0))
    turned = design.transpose(0, 2, 1)
    square = turned @ design + 1e-8 * np.eye(width)
    return np.asarray(np.linalg.solve(square, (turned @ target[:, :, None]))[:, :, 0])


def _padded(coefficients: Floats) -> Floats:
    return np.pad(coefficients, ((0, 0), (0, _MOST - coefficients.shape[1])))


def _inside(coefficients: Floats) -> NDArray[np.bool_]:
    """1 − c₁z − c₂z² has its roots outside the unit circle, with some room."""
    first, second = coefficients.T
    return np.asarray((np.abs(second) < _EDGE) & (second + first < _EDGE) & (second - first < _EDGE))
