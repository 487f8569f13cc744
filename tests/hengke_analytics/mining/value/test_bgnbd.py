"""BG/NBD: the published figures of CDNOW, slopes, and simulation beside the formula."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from scipy.optimize import check_grad

from hengke.kernel.errors import InputError
from hengke_analytics.mining.value import bgnbd
from hengke_analytics.mining.value.bgnbd import Habit
from hengke_analytics.mining.value.purchases import Purchases

from .conftest import PUBLISHED, some_customers


def test_parameters_of_cdnow_within_half_a_percent(calibration: Purchases) -> None:
    found = bgnbd.fit(calibration)
    assert astuple(found) == pytest.approx(astuple(PUBLISHED), rel=0.005)
    assert bgnbd.log_likelihood(calibration, found) == pytest.approx(-9582.43, abs=0.01)


def test_the_customer_of_the_paper() -> None:
    # Customer 1 of the authors' note: x = 2, t_x = 30.43, T = 38.86 is expected to buy 1.226 times in 39 weeks.
    one = some_customers([2], [30.43], [38.86], [0])
    assert bgnbd.expected(one, PUBLISHED, 39)[0] == pytest.approx(1.226, abs=0.001)


def test_who_never_came_back_cannot_have_left() -> None:
    never, long_ago, just_now = bgnbd.alive(
        some_customers([0, 5, 5], [0, 10, 50], [52, 52, 52], [0] * 3), PUBLISHED
    )
    assert never == 1
    assert long_ago < 0.2 < 0.7 < just_now


def test_slopes_are_those_of_the_likelihood() -> None:
    bought = some_customers([0, 1, 4], [0, 3, 30], [20, 25, 39], [0, 1, 1])
    known = bgnbd._Known.of(bought)
    for place in range(3):
        off = check_grad(
            lambda values, at=place: bgnbd._likelihoods(known, Habit(*values))[0][at],
            lambda values, at=place: bgnbd._likelihoods(known, Habit(*values))[1][:, at],
            np.array(astuple(PUBLISHED)),
        )
        assert off < 1e-5


def test_a_weight_of_two_is_a_customer_twice(calibration: Purchases) -> None:
    few = calibration.take(np.arange(300))
    twice = calibration.take(np.repeat(np.arange(300), np.arange(300) % 3))
    weighted = bgnbd.fit(few, (np.arange(300) % 3).astype(float))
    assert astuple(weighted) == pytest.approx(astuple(bgnbd.fit(twice)), rel=1e-3)


def test_simulated_purchases_are_those_expected(calibration: Purchases) -> None:
    dice = np.random.default_rng(5)
    drawn = np.mean([bgnbd.simulate(calibration, PUBLISHED, 39, dice) for _ in range(150)], axis=0)
    expected = bgnbd.expected(calibration, PUBLISHED, 39)
    assert drawn.sum() == pytest.approx(expected.sum(), rel=0.02)
    regular = calibration.repeats > 5
    assert drawn[regular].sum() == pytest.approx(expected[regular].sum(), rel=0.02)


def test_at_one_the_formula_has_no_gap() -> None:
    one = some_customers([2], [30.43], [38.86], [0])
    around = [bgnbd.expected(one, Habit(0.243, 4.414, a, 2.426), 39)[0] for a in (0.999, 1.0, 1.001)]
    assert around[0] > around[1] > around[2]
    assert around[0] - around[2] < 0.01


def test_quadrature_stands_in_where_the_series_has_no_number(calibration: Purchases) -> None:
    few = calibration.take(np.arange(60))
    chance = bgnbd.alive(few, PUBLISHED)
    stand_in = bgnbd._expected_if_alive(few, PUBLISHED, 39) * chance
    assert stand_in == pytest.approx(bgnbd.expected(few, PUBLISHED, 39), rel=0.01)
    far = bgnbd.expected(few, Habit(1e6, 2e7, 1e-6, 1e6), 39)
    assert far == pytest.approx(np.full(60, 39 / 20), rel=0.01)


def test_without_repeats_there_is_no_habit() -> None:
    with pytest.raises(InputError) as refused:
        bgnbd.fit(some_customers([0, 0], [0, 0], [3, 9], [0, 0]))
    assert refused.value.code == "no_repeats"
