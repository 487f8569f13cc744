"""Places among training numbers: scale and outliers change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.quantiles import Places, binned


def test_shares_are_mean_ranks_and_ties_share_one() -> None:
    places = Places.of(np.array([5.0, 1.0, 5.0, np.nan, 9.0]))
    assert places.values.tolist() == [1, 5, 9]
    assert places.shares.tolist() == [0.125, 0.5, 0.875]
    assert places.share(np.array([3.0, 100.0]))[0] == pytest.approx(0.3125)


def test_any_increasing_change_of_scale_gives_the_same_places() -> None:
    raw = np.random.default_rng(0).normal(size=50)
    wild = np.exp(5 * raw)
    assert Places.of(raw).normal(raw) == pytest.approx(Places.of(wild).normal(wild))


def test_the_middle_stands_for_missing_and_ends_are_bounded() -> None:
    places = Places.of(np.arange(1001.0))
    assert places.normal(np.array([np.nan, 500.0, 1e9])).tolist() == pytest.approx([0, 0, 3], abs=1e-9)
    assert Places.of(np.array([np.nan])).normal(np.array([7.0])).tolist() == [0.0]


def test_bins_are_of_like_size_and_few_values_have_one_each() -> None:
    many = np.arange(100.0)
    assert np.bincount(binned(many, Places.of(many).edges(4))).tolist() == [25, 25, 25, 25]
    few = np.array([1.0, 1, 1, 2, 3])
    assert binned(np.append(few, np.nan), Places.of(few).edges(5)).tolist() == [0, 0, 0, 1, 2, 3]
