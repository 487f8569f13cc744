"""Measures of accuracy, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.forecast.accuracy import coverage, mase, naive_scale, smape


def test_smape() -> None:
    assert smape(np.array([[100.0, 0.0]]), np.array([[50.0, 0.0]]))[0] == pytest.approx(100 / 3)


def test_mase_over_the_seasonal_naive_error() -> None:
    history = np.array([np.r_[np.zeros(12), np.full(12, 4.0)]])
    scale = naive_scale(history)
    assert scale.tolist() == [4.0]
    assert mase(np.array([[10.0, 0.0]]), np.array([[8.0, 0.0]]), scale)[0] == pytest.approx(0.25)
    assert np.isnan(mase(np.ones((1, 1)), np.ones((1, 1)), np.zeros(1)))[0]
    assert naive_scale(np.array([[1.0, 3.0, 5.0]])).tolist() == [2.0]
    assert naive_scale(np.array([[1.0]])).tolist() == [0.0]


def test_coverage_counts_the_edges() -> None:
    assert coverage(np.array([1.0, 2, 3, 4]), np.array([1.0, 0, 0, 0]), np.array([1.0, 2, 2, 5])) == 0.75
