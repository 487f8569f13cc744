"""Parts add up to the last unit."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hengke_analytics.mining.forecast.spreading import spread


def test_the_largest_remainders_get_what_is_left() -> None:
    weights = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 3.0]])
    assert spread(np.array([100, 7]), weights).tolist() == [[34, 0], [33, 0], [33, 7]]


def test_without_any_weight_all_have_the_same_and_negative_ones_have_none() -> None:
    assert spread(np.array([9]), np.zeros((3, 1))).ravel().tolist() == [3, 3, 3]
    assert spread(np.array([10]), np.array([[-5.0], [1.0]])).ravel().tolist() == [0, 10]


@given(
    arrays(np.float64, (5, 3), elements=st.floats(0, 1e9)),
    arrays(np.int64, (3,), elements=st.integers(0, 10**12)),
)
def test_sums_are_exact(weights: np.ndarray, totals: np.ndarray) -> None:
    found = spread(totals, weights)
    assert found.sum(axis=0).tolist() == totals.tolist()
    assert found.min() >= 0
