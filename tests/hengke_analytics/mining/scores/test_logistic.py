"""Logistic regression: bins follow what is not linear; the plain baseline does not."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers
from hengke_analytics.mining.scores.logistic import Logistic, Plain, Standard
from hengke_analytics.mining.scores.metrics import auc


def test_bins_see_a_valley_that_the_plain_baseline_cannot() -> None:
    cells = np.random.default_rng(0).normal(size=800)
    target = (np.abs(cells) > 1).astype(np.float64)
    inputs = Inputs((numbers("n", list(cells)),))
    assert auc(target, Logistic(0.5).fit(inputs, target).logits(inputs)) > 0.97
    assert auc(target, Plain().fit(inputs, target).logits(inputs)) < 0.65


def test_the_baseline_standardises_and_keeps_columns_with_their_features() -> None:
    inputs = Inputs((categories("c", ["a", "b"] * 10), numbers("n", [None, *range(19)])))
    matrix = Standard.fitted(inputs).matrix(inputs)
    assert matrix.owner.tolist() == [1, 0, 0]
    assert matrix.cells[0, 0] == 0.0
    assert matrix.cells[1:, 0].std() == pytest.approx(1)


def test_a_constant_and_an_empty_number_do_no_harm() -> None:
    inputs = Inputs((numbers("c", [5.0] * 20), numbers("e", [None] * 20), numbers("n", list(range(20)))))
    target = (np.arange(20) > 9).astype(np.float64)
    assert auc(target, Plain().fit(inputs, target).logits(inputs)) == 1.0
