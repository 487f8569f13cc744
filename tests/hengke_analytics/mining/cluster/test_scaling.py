"""Columns made comparable."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.cluster.scaling import comparable


def test_units_do_not_matter_and_gaps_are_the_median() -> None:
    found = comparable(np.array([[1.0, 1000], [2.0, np.nan], [3.0, 3000]]))
    assert found[:, 0] == pytest.approx(found[:, 1])
    assert found.mean(axis=0) == pytest.approx([0, 0])


def test_a_long_tail_counts_in_logarithms() -> None:
    money = np.random.default_rng(1).lognormal(8, 1.5, 3000)[:, None]
    found = comparable(money)
    assert abs((found**3).mean()) < 0.7 < ((money - money.mean()) ** 3).mean() / money.std() ** 3


def test_a_giant_is_cut_and_a_constant_says_nothing() -> None:
    below_zero = np.r_[np.linspace(-1, 1, 99), 1e6][:, None]
    assert comparable(below_zero).max() == 4
    assert not comparable(np.full((5, 1), 7.0)).any()
    assert not comparable(np.full((5, 1), np.nan)).any()
