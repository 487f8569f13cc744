"""Preparation: learned on training rows only, with missing, rare and unseen values."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers
from hengke_analytics.mining.scores.prepare import Dense, Levels


def test_rare_levels_share_a_column_and_unseen_ones_count_as_rare() -> None:
    trained = categories("c", ["a"] * 20 + ["b"] * 10 + ["x", "y"] + [None])
    levels = Levels.of(trained)
    assert (levels.kept, levels.has_rare, levels.has_missing, levels.width) == (("a", "b"), True, True, 4)
    assert levels.places(categories("c", ["b", "x", "never seen", None, "a"])).tolist() == [1, 2, 2, 3, 0]


def test_without_rare_or_missing_in_training_such_a_cell_has_no_column() -> None:
    levels = Levels.of(categories("c", ["a"] * 10 + ["b"] * 10))
    assert levels.places(categories("c", ["new", None])).tolist() == [2, 2]


def test_the_matrix_is_centred_on_training_rows_and_owned_by_features() -> None:
    inputs = Inputs((numbers("n", [None, *range(30)]), categories("c", ["a", "b"] * 15 + ["a"])))
    matrix = Dense.fitted(inputs, bins=5).matrix(inputs)
    assert matrix.cells.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert matrix.owner.tolist() == [0] * 7 + [1] * 2  # place, five bins, missing; two levels


def test_later_rows_do_not_change_what_was_learned() -> None:
    chooser = np.random.default_rng(1)
    words = categories("c", list(chooser.choice(list("ab"), 80)))
    inputs = Inputs((numbers("n", list(chooser.normal(size=80))), words))
    train, test = inputs.take(np.arange(40)), inputs.take(np.arange(40, 80))
    wild = Inputs((numbers("n", [1e9] * 40), categories("c", ["zzz"] * 40)))
    prepared = Dense.fitted(train, bins=4)
    before = prepared.matrix(test).cells
    prepared.matrix(wild)
    assert prepared.matrix(test).cells.tolist() == before.tolist()
    assert np.isfinite(prepared.matrix(wild).cells).all()
