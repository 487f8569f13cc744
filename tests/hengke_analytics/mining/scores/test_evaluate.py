"""Evaluation: nothing is learned from nothing, and the baseline stands on the same folds."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.evaluate import evaluate
from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers
from hengke_analytics.mining.scores.metrics import auc
from tests.support.cases import Known


def test_pure_noise_scores_a_half_even_with_rare_levels_and_many_columns() -> None:
    chooser = np.random.default_rng(4)
    words = [
        categories(f"c{place}", [f"w{level}" for level in chooser.integers(0, 40, 300)]) for place in range(6)
    ]
    cells = [numbers(f"n{place}", list(chooser.normal(size=300))) for place in range(10)]
    target = (chooser.random(300) < 0.3).astype(np.float64)
    for kind in ("boosted", "logistic"):
        found = evaluate(kind, Inputs((*words, *cells)), target, repeats=1)
        assert found.model["auc"].mean == pytest.approx(0.5, abs=0.08)


def test_figures_of_model_and_baseline_over_the_same_folds(known: Known) -> None:
    found = evaluate("logistic", known.inputs, known.target, folds=4, repeats=1)
    assert (found.folds, found.order, found.chosen) == (4, "stratified", {"logistic": 4})
    assert found.model["auc"].mean == pytest.approx(auc(known.target, known.truth), abs=0.06)
    gains = np.array(found.model["auc"].folds) - np.array(found.baseline["auc"].folds)
    assert found.above_baseline.mean == pytest.approx(gains.mean())
    assert not np.isnan(found.probability).any()
    assert auc(known.target, found.probability) > 0.75
