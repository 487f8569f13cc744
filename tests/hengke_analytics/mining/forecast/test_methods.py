"""Every method over a block."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.forecast import methods

from .conftest import months_of, wandering


def test_blocks_do_not_change_the_answer() -> None:
    values = wandering(7, 60)
    whole = methods.forecast(values, months_of(values), 5)
    assert whole.forecasts.shape == (7, 4, 5)
    alone = methods.forecast(values[3:4], months_of(values[3:4]), 5)
    assert np.allclose(whole.forecasts[3], alone.forecasts[0])
    assert np.allclose(whole.error[3], alone.error[0])


def test_the_naive_repeats_the_last_year() -> None:
    values = np.arange(30.0)[None, :]
    assert methods.seasonal_naive(values, 14)[0].tolist() == [*range(18, 30), 18, 19]
    assert methods.seasonal_naive(values[:, :5], 3)[0].tolist() == [4, 4, 4]


def test_what_was_never_negative_does_not_become_so() -> None:
    values = np.maximum(60.0 - 2 * np.arange(48), 0)[None, :]
    assert methods.forecast(values, months_of(values), 12).forecasts.min() == 0
    below = values - 80
    assert methods.forecast(below, months_of(below), 12).forecasts.min() < 0


def test_nothing_at_all_stays_nothing() -> None:
    values = np.zeros((2, 40))
    found = methods.forecast(values, months_of(values), 3)
    assert not found.forecasts.any()
    assert np.isfinite(found.error).all()
