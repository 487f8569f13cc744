"""Where the next element of a pattern may stand."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.patterns.steps import ANY, Limits, Places, following, spread

from .conftest import histories_of

TWO = histories_of([[(0, "a"), (5, "a"), (9, "a")], [(1, "a"), (20, "a")]])


def after(elements: list[int], starts: list[int], limits: Limits) -> dict[int, int]:
    found = following(TWO, Places(np.array(elements), np.array(starts)), limits)
    return dict(zip(found.element.tolist(), found.start.tolist(), strict=True))


def test_without_limits_everything_later_of_the_same_customer() -> None:
    assert list(after([1, 3], [5, 1], ANY)) == [2, 4]
    assert list(after([0, 1], [0, 5], ANY)) == [1, 2]


def test_a_gap_is_inclusive() -> None:
    assert list(after([0], [0], Limits(gap=5))) == [1]
    assert list(after([0, 1], [0, 5], Limits(gap=4))) == [2]
    assert list(after([3], [1], Limits(gap=18))) == []


def test_a_window_keeps_the_latest_start() -> None:
    assert after([0, 1], [0, 5], Limits(window=9)) == {1: 0, 2: 5}
    assert after([0, 1], [0, 5], Limits(gap=5, window=3)) == {}


def test_spans_are_written_out() -> None:
    numbers, origin = spread(np.array([3, 7, 9]), np.array([5, 7, 10]))
    assert (numbers.tolist(), origin.tolist()) == ([3, 4, 9], [0, 0, 2])
