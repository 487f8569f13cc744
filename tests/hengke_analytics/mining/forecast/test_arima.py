"""ARIMA by Hannan and Rissanen."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.forecast.arima import _inside, _wanders, arima


def autoregression(phi: tuple[float, float], count: int = 60, length: int = 400) -> np.ndarray:
    dice = np.random.default_rng(4)
    values = np.zeros((count, length))
    for place in range(2, length):
        values[:, place] = (
            phi[0] * values[:, place - 1] + phi[1] * values[:, place - 2] + dice.normal(size=count)
        )
    return values


def test_an_autoregression_is_forecast_by_its_own_law() -> None:
    values = 10 + autoregression((0.5, 0.3))
    found = arima(values, 2)
    lawful = 10 + 0.5 * (values[:, -1] - 10) + 0.3 * (values[:, -2] - 10)
    assert np.abs(found[:, 0] - lawful).mean() < 0.5 * np.abs(values[:, -1] - lawful).mean()


def test_far_ahead_it_returns_to_the_mean() -> None:
    values = 10 + autoregression((0.5, 0.0))
    assert arima(values, 40)[:, -1] == pytest.approx(values.mean(axis=1), abs=0.5)


def test_what_wanders_is_differenced() -> None:
    walk = np.cumsum(np.random.default_rng(5).normal(size=(60, 300)), axis=1)
    assert _wanders(walk).mean() > 0.9
    assert _wanders(autoregression((0.3, 0.0))).mean() < 0.2
    assert np.abs(arima(walk, 1)[:, 0] - walk[:, -1]).mean() < 0.4


def test_moving_averages_are_smoothed() -> None:
    shocks = np.random.default_rng(6).normal(size=(80, 401))
    values = shocks[:, 1:] + 0.8 * shocks[:, :-1]
    found = arima(values, 2)
    assert np.corrcoef(found[:, 0], 0.8 * shocks[:, -1])[0, 1] > 0.9
    assert np.abs(found[:, 1]).mean() < 0.3


def test_only_stable_models() -> None:
    inside = _inside(np.array([[0.5, 0.3], [1.0, 0.0], [0.5, 0.6], [-1.2, -0.9], [0.0, -1.0]]))
    assert inside.tolist() == [True, False, False, True, False]


def test_a_short_series_goes_on_as_it_ended() -> None:
    assert arima(np.array([[1.0, 5.0, 4.0]]), 2).tolist() == [[4.0, 4.0]]
