"""Parts and wholes that add up."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.forecast.coherent import reconcile


def test_the_difference_goes_where_it_is_uncertain() -> None:
    mean = np.array([[10.0], [20.0], [36.0]])
    moved = reconcile(mean, np.array([1.0, 4.0, 1.0]), [(2, np.array([0, 1]))])
    # 6 too much in the whole: shared out by the variances 1 : 4 : 1.
    assert moved[:, 0] == pytest.approx([11, 24, 35])


def test_all_levels_add_up_exactly() -> None:
    dice = np.random.default_rng(1)
    mean, variance = dice.uniform(1, 9, (7, 12)), dice.uniform(0.1, 3, 7)
    wholes = [(4, np.array([0, 1])), (5, np.array([2, 3])), (6, np.array([4, 5]))]
    moved = reconcile(mean, variance, wholes)
    assert np.array_equal(moved[4], moved[0] + moved[1])
    assert np.array_equal(moved[6], moved[4] + moved[5])
    assert moved[6] == pytest.approx(moved[:4].sum(axis=0))


def test_nothing_falls_below_zero_that_was_not() -> None:
    mean = np.array([[0.5], [20.0], [5.0]])
    moved = reconcile(mean, np.array([9.0, 9.0, 0.1]), [(2, np.array([0, 1]))])
    assert moved[0, 0] == 0
    assert moved[2, 0] == moved[:2].sum()


def test_what_adds_up_stays() -> None:
    mean = np.array([[1.0], [2.0], [3.0]])
    assert reconcile(mean, np.ones(3), [(2, np.array([0, 1]))]) == pytest.approx(mean)
