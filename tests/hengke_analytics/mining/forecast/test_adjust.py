"""Seasons and festival out of a series and back into its forecast."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.forecast.adjust import adjust
from hengke_analytics.mining.forecast.festival import exposure

from .conftest import START, months_of

TIME = np.arange(96)
SEASON = np.tile(np.sin(np.arange(12)), 8)


def test_a_pure_season_is_taken_out_and_put_back() -> None:
    values = (100 + 10 * SEASON - 200)[None, :]
    found = adjust(values, months_of(values))
    assert not found.logs[0]
    assert found.values[0] == pytest.approx(np.full(96, values.mean()), abs=0.2)
    assert found.restore(found.values[:, -12:])[0] == pytest.approx(values[0, -12:], abs=0.2)


def test_a_series_above_zero_has_seasons_in_percent() -> None:
    values = np.exp(3 + 0.02 * TIME + 0.3 * SEASON)[None, :]
    found = adjust(values, months_of(values))
    assert found.logs[0]
    assert np.diff(found.level[0]) == pytest.approx(np.full(95, 0.02), abs=0.004)


def test_noise_has_hardly_any_season() -> None:
    values = 1000 + np.random.default_rng(1).normal(size=(200, 96))
    found = adjust(values, months_of(values))
    raw = np.abs(values.reshape(200, 8, 12).mean(axis=1) - values.mean(axis=1, keepdims=True)).mean() / 1000
    assert np.abs(found.season).mean() < 0.6 * raw


def test_the_festival_is_found_and_foreseen() -> None:
    exposed = exposure(START + np.arange(108))
    noise = 0.03 * np.random.default_rng(2).normal(size=108)
    values = np.exp(5 - 0.8 * exposed + noise)[None, :]
    found = adjust(values[:, :96], months_of(values[:, :96]))
    assert found.festival[0] == pytest.approx(-0.8, abs=0.25)
    ahead = found.restore(np.full((1, 12), np.exp(5.0)))[0]
    assert np.argmin(ahead) == np.argmax(exposed[96:])


def test_a_festival_that_may_be_chance_is_none() -> None:
    values = np.exp(np.random.default_rng(3).normal(size=(300, 96)) * 0.1)
    assert np.mean(adjust(values, months_of(values)).festival != 0) < 0.15


def test_a_short_series_is_left_as_it_is() -> None:
    values = np.arange(1.0, 21)[None, :]
    assert adjust(values, months_of(values)).values[0] == pytest.approx(values[0])
