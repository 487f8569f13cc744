"""What people say goes up and down the tree, and the last word holds."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.forecast.corrections import Correction, corrected, follow

MODEL = {
    (): np.array([100, 200]),
    ("a",): np.array([60, 80]),
    ("b",): np.array([40, 120]),
    ("a", "x"): np.array([20, 60]),
    ("a", "y"): np.array([40, 20]),
}


def said(*corrections: Correction) -> dict[str, list[int]]:
    return {"/".join(path): values.tolist() for path, values in corrected(MODEL, corrections).items()}


def test_a_part_moves_what_is_below_in_proportion_and_what_is_above_by_its_sum() -> None:
    found = said(Correction(("a",), 0, 1, 90))
    assert found == {"": [130, 200], "a": [90, 80], "b": [40, 120], "a/x": [30, 60], "a/y": [60, 20]}


def test_a_year_is_spread_over_its_months() -> None:
    assert said(Correction(("b",), 0, 2, 320))["b"] == [80, 240]


def test_the_later_word_holds_and_leaves_the_rest_of_the_earlier() -> None:
    found = said(Correction((), 0, 1, 200), Correction(("a", "x"), 0, 1, 10))
    assert (found["a/x"], found["a/y"]) == ([10, 60], [80, 20])
    assert (found["a"], found["b"], found[""]) == ([90, 80], [80, 120], [170, 200])


def test_parts_that_are_gone_and_months_that_are_none_say_nothing() -> None:
    assert (
        said(Correction(("z",), 0, 1, 5), Correction(("a",), 1, 3, 5), Correction(("a",), 1, 1, 5)) == said()
    )
    assert MODEL[("a",)].tolist() == [60, 80]


def test_another_tree_follows_the_whole() -> None:
    other = {(): np.array([100, 200]), ("r",): np.array([25, 50]), ("s",): np.array([75, 150])}
    found = follow(other, np.array([200, 100]))
    assert (found[("r",)].tolist(), found[("s",)].tolist()) == ([50, 25], [150, 75])
