"""Value of customers: the published hold-out of CDNOW, intervals that hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hengke_analytics.mining.value import clv
from hengke_analytics.mining.value.purchases import Days, Purchases, bought_between

from .conftest import CALIBRATED, KNOWN, PUBLISHED, SPENT, some_customers

MODEL = clv.Model(PUBLISHED, SPENT)


def test_39_weeks_of_cdnow_held_out(cdnow: Days) -> None:
    assert date(1998, 6, 30).toordinal() - date(1997, 9, 30).toordinal() == 39 * 7
    found = clv.holdout(cdnow, 39, KNOWN)
    assert found.purchases == 1882
    assert round(found.forecast) == 1653
    assert round(found.correlation, 3) == 0.626
    assert found.correlation > found.naive_correlation
    assert found.mean_error < found.naive_mean_error


def test_intervals_hold_what_came(cdnow: Days, calibration: Purchases) -> None:
    dice = np.random.default_rng(1)
    models = clv.bootstrap(calibration, MODEL, dice, replicates=40)
    ranges = clv.parameter_ranges(models, 0.95)
    for name, value in (
        ("r", 0.243),
        ("alpha", 4.414),
        ("a", 0.793),
        ("b", 2.426),
        ("q", 3.74),
        ("v", 15.44),
    ):
        low, high = ranges[name]
        assert low < value < high
    found = clv.values(calibration, MODEL, models, 39, dice)
    came = bought_between(cdnow, CALIBRATED, KNOWN)[0][calibration.customer]
    assert 0.94 < np.mean((came >= found.purchases_low) & (came <= found.purchases_high)) < 0.99
    assert found.all_purchases.low < found.all_purchases.expected < found.all_purchases.high
    assert found.all_purchases.expected == pytest.approx(1653, abs=3)
    assert found.all_value.expected == pytest.approx(found.value.sum())


def test_a_wider_level_is_a_wider_interval(calibration: Purchases) -> None:
    few = calibration.take(np.arange(200))

    def width(level: float) -> float:
        found = clv.values(few, MODEL, [MODEL] * 60, 39, np.random.default_rng(2), level=level)
        return found.all_value.high - found.all_value.low

    assert width(0.95) > width(0.8)


def test_a_sample_without_repeats_is_drawn_again() -> None:
    few = some_customers([2, 0, 0], [5, 0, 0], [20, 20, 30], [9, 0, 0])
    assert len(clv.bootstrap(few, MODEL, np.random.default_rng(0), replicates=5)) == 5


def test_spending_and_frequency_are_compared(calibration: Purchases) -> None:
    assert clv.spending_depends_on_frequency(calibration) == pytest.approx(0.114, abs=0.001)
    assert clv.spending_depends_on_frequency(some_customers([1], [1], [2], [3])) == 0
