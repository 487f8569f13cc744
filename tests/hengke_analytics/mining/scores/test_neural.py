"""The neural net: learns what no single feature tells, and keeps its head on few rows."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.inputs import Inputs, numbers
from hengke_analytics.mining.scores.metrics import auc
from hengke_analytics.mining.scores.neural import Net, Neural


def test_it_learns_an_exclusive_or_of_two_signs() -> None:
    cells = np.random.default_rng(0).normal(size=(600, 2))
    target = (cells[:, 0] * cells[:, 1] > 0).astype(np.float64)
    inputs = Inputs((numbers("a", list(cells[:, 0])), numbers("b", list(cells[:, 1]))))
    scorer = Neural(1.0, nets=1).fit(inputs.take(np.arange(400)), target[:400])
    assert auc(target[400:], scorer.logits(inputs.take(np.arange(400, 600)))) > 0.95


def test_integrated_gradients_of_a_linear_net_are_weight_times_value() -> None:
    net = Net(np.array([[1e-4], [2e-4]]), np.zeros(1), np.array([1e4]), 0.5)  # tanh is linear so near to 0
    assert net.path_sums(np.array([[3.0, -1.0]])) == pytest.approx(np.array([[3.0, -2.0]]), rel=1e-5)


def test_the_same_rows_give_the_same_net() -> None:
    inputs = Inputs((numbers("a", list(np.arange(50.0))),))
    target = (np.arange(50) % 3 == 0).astype(np.float64)
    first, second = (Neural(3.0, nets=2).fit(inputs, target).logits(inputs) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_settings_are_compared_with_one_net() -> None:
    assert (Neural(3.0, nets=3).trial().nets, Neural(3.0, nets=3).trial().alpha) == (1, 3.0)
