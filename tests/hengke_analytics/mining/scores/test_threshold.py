"""The threshold: where misses and false alarms cost least together."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.threshold import choose

TARGET = np.array([1.0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
SCORE = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05])


def test_equal_costs() -> None:
    found = choose(TARGET, SCORE)
    assert (found.probability, found.cost) == (
        0.8,
        0.1,
    )  # one miss; one alarm at .6 costs as much: the higher cut
    assert (found.cost_never, found.cost_always) == (pytest.approx(0.3), pytest.approx(0.7))
    assert (found.flagged, found.precision, found.recall) == (0.2, 1.0, pytest.approx(2 / 3))


def test_a_dear_miss_lowers_it() -> None:
    found = choose(TARGET, SCORE, miss=5)
    assert (found.probability, found.cost, found.recall) == (0.6, 0.1, 1.0)


def test_when_acting_never_pays_nobody_is_flagged() -> None:
    found = choose(TARGET, SCORE, miss=0)
    assert (found.probability, found.flagged, found.precision, found.recall) == (1.0, 0.0, None, 0.0)


def test_on_a_calibrated_score_it_lies_near_the_ratio_of_the_costs() -> None:
    chooser = np.random.default_rng(0)
    probability = chooser.random(50_000)
    target = (chooser.random(50_000) < probability).astype(np.float64)
    assert choose(target, probability, miss=3).probability == pytest.approx(0.25, abs=0.05)
