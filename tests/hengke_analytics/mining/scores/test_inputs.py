"""Columns: levels, missing cells, and how a person reads a cell."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers


def test_levels_do_not_depend_on_the_order_of_rows() -> None:
    column = categories("c", ["b", None, "a", "b"])
    assert column.levels == ("a", "b")
    assert column.cells.tolist() == [1, -1, 0, 1]
    assert column.missing.tolist() == [False, True, False, False]


def test_what_is_not_finite_is_missing() -> None:
    assert numbers("n", [1, None, float("nan"), float("inf")]).missing.tolist() == [False, True, True, True]


def test_a_cell_is_shown_as_it_was_written() -> None:
    day = numbers("d", [19358.0], kind="date")
    assert [day.shown(0), numbers("n", [1234.5, None]).shown(0), categories("c", ["x"]).shown(0)] == [
        "2023-01-01", "1234.5", "x",
    ]  # fmt: skip
    assert numbers("n", [None]).shown(0) is None


def test_rows_are_taken_from_every_column() -> None:
    inputs = Inputs((numbers("n", [1, 2, 3]), categories("c", ["a", "b", "c"])))
    few = inputs.take(np.array([2, 0]))
    assert (len(few), few.names, few.columns[0].cells.tolist()) == (2, ("n", "c"), [3, 1])
