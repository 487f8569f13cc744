"""Branches of a feature, and their names."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers
from hengke_analytics.mining.scores.trees.cases import Branches, Cases, coded


def test_numbers_are_binned_and_the_bins_are_named() -> None:
    column = numbers("n", [*map(float, range(8)), None])
    branches = Branches.of(column, bins=2)
    assert branches.names == ("< 3.5", "≥ 3.5", "（空）")
    assert branches.codes(column).tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_few_values_have_a_branch_each_and_one_value_has_any() -> None:
    assert Branches.of(numbers("n", [1.0, 2, 3] * 3)).names == ("< 1.5", "1.5 – 2.5", "≥ 2.5")
    assert Branches.of(numbers("n", [4.0, 4])).names == ("任意",)


def test_days_are_named_as_days() -> None:
    assert Branches.of(numbers("d", [19358.0, 19360], kind="date")).names == ("< 2023-01-02", "≥ 2023-01-02")


def test_words_and_cells_that_training_did_not_know() -> None:
    branches = Branches.of(categories("c", ["a", "a", "b"]))
    assert branches.names == ("a", "b")
    asked = Inputs((categories("c", ["b", "new", None]),))
    assert coded([branches], asked).tolist() == [[1], [2], [2]]


def test_some_cases_keep_the_branches() -> None:
    cases = Cases.of(Inputs((categories("c", ["a", "b"]),)), np.array([0, 1]), ("x", "y"))
    few = cases.take(np.array([1]))
    assert (few.codes.tolist(), few.target.tolist(), few.branches) == ([[1]], [1], cases.branches)
