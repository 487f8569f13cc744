"""Natural breaks against trying every cut."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke_analytics.measures.jenks import breaks

VALUES = st.lists(st.integers(0, 200), min_size=1, max_size=12, unique=True).map(sorted)


def deviation(values: np.ndarray, weights: np.ndarray) -> float:
    mean = np.average(values, weights=weights)
    return float((weights * (values - mean) ** 2).sum())


def cost(values: np.ndarray, weights: np.ndarray, cuts: tuple[int, ...]) -> float:
    edges = [0, *cuts, len(values)]
    return sum(deviation(values[a:b], weights[a:b]) for a, b in pairwise(edges))


@given(VALUES, st.integers(2, 3), st.randoms(use_true_random=False))
def test_no_other_cut_is_better(values: list[int], classes: int, random: object) -> None:
    numbers = np.array(values, dtype=float)
    weights = np.array([random.randint(1, 9) for _ in values], dtype=float)  # type: ignore[attr-defined]
    found = breaks(numbers, weights, classes)
    wanted = min(classes, len(values)) - 1
    assert len(found) == wanted
    best = min(cost(numbers, weights, cuts) for cuts in combinations(range(1, len(values)), wanted))
    assert cost(numbers, weights, tuple(found)) == pytest.approx(best, abs=1e-6)


def test_two_groups_far_apart_are_cut_between_them() -> None:
    assert breaks(np.array([1.0, 2, 3, 90, 91]), np.ones(5), 2) == [3]
    assert breaks(np.array([1.0, 2, 40, 41, 90, 91]), np.ones(6), 3) == [2, 4]


def test_of_equal_cuts_the_lowest_is_taken() -> None:
    assert breaks(np.array([1.0, 2, 3]), np.ones(3), 2) == [1]


def test_one_value_is_one_class() -> None:
    assert breaks(np.array([5.0]), np.ones(1), 3) == []
    assert breaks(np.array([]), np.array([]), 2) == []
