"""The combination: better than the seasonal naive, intervals that cover what comes."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.forecast.accuracy import coverage, smape
from hengke_analytics.mining.forecast.combine import combine
from hengke_analytics.mining.forecast.festival import Floats
from hengke_analytics.mining.forecast.methods import NAIVE, seasonal_naive

from .conftest import months_of, wandering


def test_months_that_were_held_back() -> None:
    values = wandering(400, 108, festival=-0.6)
    known, came = values[:, :-12], values[:, -12:]
    found = combine(known, months_of(known), 12)
    ours, naive = smape(came, found.mean).mean(), smape(came, seasonal_naive(known, 12)).mean()
    assert ours < 0.8 * naive
    assert 0.92 <= coverage(came, found.low[0.95], found.high[0.95]) <= 0.97
    assert 0.75 <= coverage(came, found.low[0.8], found.high[0.8]) <= 0.85


def test_never_worse_than_the_naive_on_the_back_test() -> None:
    values = wandering(60, 84)
    # A season that changes its shape from year to year without a law is what the naive does best.
    values[:20] = np.tile(np.random.default_rng(2).lognormal(size=(20, 12)), 7)
    tested = combine(values, months_of(values), 12).tested
    scaled = np.isfinite(tested.naive_mase)
    assert scaled.sum() >= 40
    assert np.all(tested.mase[scaled] <= tested.naive_mase[scaled] + 1e-9)
    assert tested.origins > 3


def test_where_the_naive_is_right_it_takes_the_weight() -> None:
    pattern = np.tile([0.0, 0, 0, 0, 0, 0, 900, 0, 0, 0, 0, 5], 7)[None, :]
    found = combine(pattern, months_of(pattern), 12)
    assert found.mean[0].tolist() == pytest.approx(pattern[0, :12].tolist(), abs=40)
    assert found.weights.sum() == pytest.approx(1)


def test_air_passengers_of_the_last_year(passengers: Floats) -> None:
    known, came = passengers[:, :-12], passengers[:, -12:]
    months = 12 * 1949 + np.arange(known.shape[1])[None, :]
    found = combine(known, months, 12)
    assert smape(came, found.mean)[0] < 7 < 10 < smape(came, seasonal_naive(known, 12))[0]
    assert coverage(came, found.low[0.95], found.high[0.95]) > 0.9


def test_without_a_back_test_all_methods_count_alike() -> None:
    values = wandering(3, 20)
    found = combine(values, months_of(values), 6)
    assert found.weights[:, :NAIVE] == pytest.approx(np.full((3, 3), 1 / 3))
    assert (found.tested.origins, np.isnan(found.tested.mase).all()) == (0, True)
    assert np.all(found.high[0.95] - found.low[0.95] > found.high[0.8] - found.low[0.8])
    assert np.all(np.diff(found.high[0.95] - found.mean, axis=1) > 0)


def test_sums_of_a_year_are_covered_too() -> None:
    values = wandering(400, 108)
    known, came = values[:, :-12], values[:, -12:]
    found = combine(known, months_of(known), 12)
    missed = np.abs((found.mean - came).sum(axis=1))
    half = {level: found.together[level] * np.sqrt((found.growth**2).sum()) for level in (0.8, 0.95)}
    assert 0.75 <= (missed <= half[0.8]).mean() <= 0.86
    assert 0.92 <= (missed <= half[0.95]).mean() <= 0.98


def test_few_errors_make_wide_intervals_of_sums() -> None:
    values = wandering(1, 84)
    found = combine(values, months_of(values), 12)
    ratio = float(found.together[0.95][0] / found.together[0.8][0])
    assert ratio > 2.0  # 1.96 / 1.28 were they many
