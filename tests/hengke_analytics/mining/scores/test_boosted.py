"""Boosted trees: rates of levels, and trees read out of scikit-learn exactly."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.boosted import Boosted, Rates
from hengke_analytics.mining.scores.inputs import Inputs, categories
from tests.support.cases import Known


def test_rates_are_pulled_towards_the_overall_rate() -> None:
    inputs = Inputs((categories("c", ["a"] * 20 + ["b"] * 20 + [None] * 10),))
    target = np.array([1.0] * 20 + [0.0] * 30)
    rates = Rates.fitted(inputs, target)
    found = rates.matrix(Inputs((categories("c", ["a", "b", None, "new"]),)))[:, 0]
    assert found == pytest.approx([(20 + 8) / 40, 8 / 40, 8 / 30, 0.4])


def test_the_base_is_the_mean_logit_of_the_training_rows(known: Known) -> None:
    scorer = Boosted(50, 4).fit(known.inputs, known.target)
    assert scorer.base == pytest.approx(scorer.logits(known.inputs).mean(), abs=0.02)


def test_the_walk_reaches_the_leaves_that_scikit_learn_reaches(known: Known) -> None:
    scorer = Boosted(80, 8).fit(known.inputs, known.target)
    told = scorer.contributions(known.inputs).sum(axis=1) + scorer.base
    assert told == pytest.approx(scorer.logits(known.inputs), abs=1e-9)
