"""Figures with known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hengke_analytics.mining.scores import metrics


def test_auc_counts_pairs_and_ties_count_half() -> None:
    target = np.array([0.0, 0, 1, 1])
    assert metrics.auc(target, np.array([0.1, 0.4, 0.35, 0.8])) == 0.75
    assert metrics.auc(target, np.array([0.1, 0.4, 0.4, 0.8])) == 0.875
    assert metrics.auc(target, np.zeros(4)) == 0.5


def test_brier_and_log_loss() -> None:
    found = metrics.measure(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.8, 0.2, 0.5, 0.5]))
    assert found.brier == pytest.approx((0.04 + 0.04 + 0.25 + 0.25) / 4)
    assert found.log_loss == pytest.approx(-(2 * math.log(0.8) + 2 * math.log(0.5)) / 4)


def test_certainty_that_fails_costs_much_but_not_everything() -> None:
    assert metrics.log_loss(np.array([1.0]), np.array([0.0])) == pytest.approx(-math.log(1e-6))


def test_lift_is_the_rate_of_the_head_over_the_base_rate() -> None:
    target = np.array([1.0] * 5 + [0.0] * 45)
    assert metrics.lift(target, np.arange(50.0)[::-1]) == pytest.approx(10)
    assert metrics.lift(target, np.zeros(50)) == pytest.approx(1)


@pytest.mark.parametrize(("stretch", "shift"), [(1.0, 0.0), (2.0, 0.0), (0.5, 1.0)])
def test_calibration_finds_how_a_score_was_bent(stretch: float, shift: float) -> None:
    chooser = np.random.default_rng(5)
    truth = chooser.normal(size=40_000) * 1.5
    target = (chooser.random(40_000) < metrics.sigmoid(truth)).astype(np.float64)
    slope, intercept = metrics.calibration(target, truth * stretch + shift)
    assert slope == pytest.approx(1 / stretch, rel=0.05)
    assert intercept == pytest.approx(-shift / stretch, abs=0.06)


def test_a_perfect_separation_stays_finite() -> None:
    slope, intercept = metrics.calibration(np.array([0.0, 0, 1, 1]), np.array([-2.0, -1, 1, 2]))
    assert np.isfinite([slope, intercept]).all()
    assert slope > 1


def test_spread_over_folds() -> None:
    found = metrics.Spread.of(np.array([0.7, 0.8, 0.9]))
    assert (found.mean, found.low, found.high) == (pytest.approx(0.8), 0.7, 0.9)
    assert found.sd == pytest.approx(0.1)


def test_sigmoid_and_logit_are_inverse_without_overflow() -> None:
    assert metrics.sigmoid(metrics.logit(np.array([0.01, 0.5, 0.99]))) == pytest.approx([0.01, 0.5, 0.99])
    assert metrics.sigmoid(np.array([-1e9, 1e9])).tolist() == [0.0, 1.0]
