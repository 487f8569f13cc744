"""Fitting: the choice is made inside the training rows, and probabilities mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores import fitting
from hengke_analytics.mining.scores.folds import Order
from hengke_analytics.mining.scores.inputs import Inputs, numbers
from hengke_analytics.mining.scores.logistic import Logistic
from hengke_analytics.mining.scores.metrics import calibration, logit
from tests.support.cases import Known, draw


@pytest.mark.parametrize("kind", ["logistic", "boosted", "tree"])
def test_probabilities_are_calibrated_on_new_rows(kind: str) -> None:
    trained, new = draw(3_000, seed=1), draw(6_000, seed=2)
    model = fitting.fit(kind, trained.inputs, trained.target)
    probability = model.probability(new.inputs)
    slope, intercept = calibration(new.target, logit(probability))
    assert slope == pytest.approx(1, abs=0.15)
    assert intercept == pytest.approx(0, abs=0.15)
    assert probability.mean() == pytest.approx(new.target.mean(), abs=0.03)


def test_reasons_sum_to_the_logit_after_calibration(known: Known) -> None:
    model = fitting.fit("boosted", known.inputs, known.target)
    assert model.slope != 1
    told = model.contributions(known.inputs).sum(axis=1) + model.base
    assert told == pytest.approx(logit(model.probability(known.inputs)), abs=1e-6)


def test_the_best_of_what_was_tried_is_taken(known: Known) -> None:
    model = fitting.fit("tree", known.inputs, known.target)
    assert len(model.tried) == 6
    assert next(one for one in model.tried if one.settings == model.settings).auc == max(
        one.auc for one in model.tried
    )


def test_many_rows_are_compared_on_a_sample_of_whole_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "MOST_INNER_ROWS", 100)
    rows = fitting._sample(np.zeros(400), Order(group=np.repeat(np.arange(40), 10)), seed=0)
    assert len(rows) == 100
    assert len(np.unique(rows // 10)) == 10


def test_a_single_positive_case_still_gives_a_model() -> None:
    target = np.array([1.0] + [0.0] * 30)
    model = fitting.fit("logistic", Inputs((numbers("n", list(range(31))),)), target)
    assert model.tried == ()
    assert np.isfinite(model.logits(Inputs((numbers("n", [3.0]),)))).all()


def test_rows_are_scored_in_blocks_and_a_sample_is_trained_on(
    known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = fitting.fit_settings(Logistic(0.1), known.inputs, known.target)
    whole = model.logits(known.inputs), model.contributions(known.inputs)
    monkeypatch.setattr(fitting, "BLOCK", 7)
    assert model.logits(known.inputs) == pytest.approx(whole[0])
    assert model.contributions(known.inputs) == pytest.approx(whole[1])
    few = fitting.fit_settings(Logistic(0.1, most_rows=200), known.inputs, known.target)
    assert few.logits(known.inputs) != pytest.approx(whole[0])
    assert np.corrcoef(few.logits(known.inputs), whole[0])[0, 1] > 0.9
