"""ID3 and C4.5 against figures worked out by hand on fourteen days of tennis."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from hengke_analytics.mining.scores.inputs import Inputs, categories
from hengke_analytics.mining.scores.trees.cases import Cases
from hengke_analytics.mining.scores.trees.grow import (
    Limits,
    Node,
    entropy,
    gain,
    gain_ratio,
    grow,
    leaves,
    probabilities,
)

OUTLOOK = ["s", "s", "o", "r", "r", "r", "o", "s", "s", "r", "s", "o", "o", "r"]
TEMPERATURE = ["h", "h", "h", "m", "c", "c", "c", "m", "c", "m", "m", "m", "h", "m"]
HUMIDITY = ["h", "h", "h", "h", "n", "n", "n", "h", "n", "n", "n", "h", "n", "h"]
WIND = ["w", "s", "w", "w", "w", "s", "s", "w", "w", "w", "s", "s", "w", "s"]
PLAY = ["n", "n", "y", "y", "y", "n", "y", "n", "y", "y", "y", "y", "y", "n"]
NAMES = ("outlook", "temperature", "humidity", "wind")


def tennis() -> Cases:
    cells = (OUTLOOK, TEMPERATURE, HUMIDITY, WIND)
    inputs = Inputs(tuple(categories(name, column) for name, column in zip(NAMES, cells, strict=True)))
    return Cases.of(inputs, np.array([int(play == "y") for play in PLAY]), ("no", "yes"))


def child(node: Node, cases: Cases, word: str) -> Node:
    assert node.feature is not None
    return node.children[cases.branches[node.feature].names.index(word)]


def test_entropy_in_bits() -> None:
    assert entropy(np.array([9, 5])) == pytest.approx(0.940286, abs=1e-6)
    assert entropy(np.array([7, 7])) == 1.0
    assert entropy(np.array([4, 0])) == 0.0


def test_gain_and_gain_ratio_of_outlook() -> None:
    table = np.array([[3, 2], [0, 4], [2, 3]])  # sunny, overcast, rain; no, yes
    five = -(2 / 5 * log2(2 / 5) + 3 / 5 * log2(3 / 5))
    expected = entropy(np.array([5, 9])) - 10 / 14 * five
    assert gain(table) == pytest.approx(expected)
    assert gain(table) == pytest.approx(0.246750, abs=1e-6)
    assert gain_ratio(table) == pytest.approx(0.246750 / 1.577406, abs=1e-6)


@pytest.mark.parametrize("method", ["id3", "c45"])
def test_the_tree_of_quinlan(method: str) -> None:
    cases = tennis()
    root = grow(cases, method)  # type: ignore[arg-type]
    assert NAMES[root.feature or 0] == "outlook"
    assert root.gain == pytest.approx(0.246750, abs=1e-6)
    sunny, rain, overcast = (child(root, cases, word) for word in "sro")
    assert (NAMES[sunny.feature or 0], NAMES[rain.feature or 0], overcast.feature) == (
        "humidity",
        "wind",
        None,
    )
    assert sunny.gain == rain.gain == pytest.approx(0.970951, abs=1e-6)
    assert overcast.counts.tolist() == [0, 4]
    assert child(sunny, cases, "h").counts.tolist() == [3, 0]
    assert child(sunny, cases, "n").counts.tolist() == [0, 2]
    assert child(rain, cases, "w").counts.tolist() == [0, 3]
    assert child(rain, cases, "s").counts.tolist() == [2, 0]
    assert len(leaves(root)) == 5


def test_laplace_probability_of_a_leaf() -> None:
    cases = tennis()
    overcast = child(grow(cases), cases, "o")
    assert overcast.probabilities.tolist() == pytest.approx([1 / 6, 5 / 6])
    assert probabilities(grow(cases), cases.codes)[2].tolist() == pytest.approx([1 / 6, 5 / 6])


def test_equal_gains_go_to_the_earlier_column() -> None:
    twins = Inputs((categories("first", list("aabb")), categories("second", list("xxyy"))))
    target = np.array([0, 0, 1, 1])
    assert grow(Cases.of(twins, target, ("0", "1"))).feature == 0
    swapped = Inputs(twins.columns[::-1])
    root = grow(Cases.of(swapped, target, ("0", "1")))
    assert swapped.names[root.feature or 0] == "second"


def test_gain_prefers_many_branches_and_the_ratio_does_not() -> None:
    many = categories("many", list("abcdefgh"))
    two = categories("two", list("xxxxyyyy"))
    cases = Cases.of(Inputs((many, two)), np.array([0, 0, 0, 0, 1, 1, 1, 1]), ("0", "1"))
    assert grow(cases, "id3").feature == 0
    assert grow(cases, "c45").feature == 1


def test_a_row_of_an_unknown_branch_stays_where_it_is() -> None:
    cases = tennis()
    found = probabilities(grow(cases), np.array([[9, 0, 0, 0]]))
    assert found[0].tolist() == pytest.approx([6 / 16, 10 / 16])


def test_limits_stop_the_growth() -> None:
    assert len(leaves(grow(tennis(), "id3", Limits(depth=1)))) == 3
    assert grow(tennis(), "id3", Limits(fewest=8)).feature is None


def test_three_classes() -> None:
    inputs = Inputs((categories("c", list("aabbcc")),))
    root = grow(Cases.of(inputs, np.array([0, 0, 1, 1, 2, 2]), ("x", "y", "z")))
    assert root.gain == pytest.approx(log2(3))
    assert [leaf.majority for leaf in leaves(root)] == [0, 1, 2]
