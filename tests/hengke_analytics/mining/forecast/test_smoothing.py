"""Theta and exponential smoothing."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.forecast.smoothing import ets, simple, theta


def test_the_best_alpha_of_what_wanders_and_of_what_stays() -> None:
    dice = np.random.default_rng(1)
    walk, noise = np.cumsum(dice.normal(size=400)), dice.normal(size=400)
    found = simple(np.stack((walk, noise)))
    assert found.alpha[0] >= 0.8
    assert found.alpha[1] < 0.15
    assert found.level[0] == pytest.approx(walk[-1], abs=0.5)


def test_theta_is_the_level_and_half_the_slope() -> None:
    line = 2.0 * np.arange(60)[None, :]
    found = theta(line, 3)[0]
    alpha = simple(line).alpha[0]
    level = simple(line).level[0]
    assert found == pytest.approx([level + h + 1 / alpha - (1 - alpha) ** 60 / alpha for h in range(3)])
    assert np.diff(found) == pytest.approx([1.0, 1.0])


def test_a_trend_is_followed_and_fades() -> None:
    line = (5.0 + 3 * np.arange(60))[None, :]
    ahead, error = ets(line, 24)
    steps = np.diff(np.concatenate((line[0, -1:], ahead[0])))
    assert steps[0] == pytest.approx(3, abs=0.35)
    assert 0 < steps[-1] < steps[0]
    assert error[0] < 0.5


def test_without_a_trend_there_is_none() -> None:
    flat = 50 + np.random.default_rng(3).normal(size=(50, 80))
    ahead, error = ets(flat, 6)
    assert np.mean(np.ptp(ahead, axis=1) == 0) > 0.8
    assert error.mean() == pytest.approx(1, abs=0.1)


def test_a_few_values_are_enough() -> None:
    ahead, _ = ets(np.array([[1.0, 2.0, 3.0]]), 2)
    assert ahead.shape == (1, 2)
