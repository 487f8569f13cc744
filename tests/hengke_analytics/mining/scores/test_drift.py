"""The population stability index, by hand and by its usual reading."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from hengke_analytics.mining.scores.drift import MUCH, SOME, Reference, Shares
from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers


def test_the_index_by_hand() -> None:
    shares = Shares.of(categories("city", ["a"] * 50 + ["b"] * 50))
    moved = shares.psi(categories("city", ["a"] * 80 + ["b"] * 20))
    assert moved == pytest.approx(0.3 * log(0.8 / 0.5) - 0.3 * log(0.2 / 0.5))


def test_new_words_and_missing_cells_are_moves_of_their_own() -> None:
    shares = Shares.of(categories("city", ["a", "b"] * 50))
    assert shares.psi(categories("city", ["a", "b"] * 40 + ["new"] * 20)) > MUCH
    assert shares.psi(categories("city", ["a", "b"] * 40 + [None] * 20)) > MUCH
    assert Shares.of(numbers("n", range(100))).psi(numbers("n", [*range(80), *[None] * 20])) > MUCH
    assert Shares.of(numbers("n", range(100))).psi(categories("n", ["x"] * 100)) > MUCH


def test_the_same_population_does_not_drift_and_a_shifted_one_does() -> None:
    chooser = np.random.default_rng(0)
    inputs = Inputs((numbers("same", chooser.normal(size=3_000)), numbers("far", chooser.normal(size=3_000))))
    reference = Reference.of(inputs, chooser.random(3_000))
    later = Inputs((numbers("same", chooser.normal(size=3_000)), numbers("far", chooser.normal(1, 1, 3_000))))
    features, scores = reference.drift(later, chooser.random(3_000))
    assert [name for name, _ in features] == ["far", "same"]
    assert features[0][1] > MUCH > SOME > features[1][1]
    assert scores < SOME
