"""Gamma–Gamma: the published figures of CDNOW, and simulation beside the formula."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from scipy.optimize import check_grad

from hengke.kernel.errors import InputError
from hengke_analytics.mining.value import gammagamma
from hengke_analytics.mining.value.gammagamma import Spending
from hengke_analytics.mining.value.purchases import Purchases

from .conftest import SPENT, some_customers


def test_parameters_of_cdnow_within_half_a_percent(calibration: Purchases) -> None:
    assert len(gammagamma.spenders(calibration)) == 946
    assert astuple(gammagamma.fit(calibration)) == pytest.approx(astuple(SPENT), rel=0.005)


def test_the_likelihood_is_greatest_there(calibration: Purchases) -> None:
    found = gammagamma.fit(calibration)
    best = gammagamma.log_likelihood(calibration, found)
    for place in range(3):
        moved = list(astuple(found))
        moved[place] *= 1.02
        assert gammagamma.log_likelihood(calibration, Spending(*moved)) < best


def test_slopes_are_those_of_the_likelihood() -> None:
    x, mean = np.array([3.0]), np.array([22.0])
    off = check_grad(
        lambda values: gammagamma._likelihoods(x, mean, Spending(*values))[0],
        lambda values: gammagamma._slopes(x, mean, Spending(*values))[:, 0],
        np.array(astuple(SPENT)),
    )
    assert off < 1e-5


def test_a_mean_is_drawn_towards_everybodys() -> None:
    none, once, often = gammagamma.expected(
        some_customers([0, 1, 50], [0, 1, 1], [9, 9, 9], [0, 100, 100]), SPENT
    )
    assert none == pytest.approx(6.25 * 15.44 / 2.74)
    assert none < once < often < 100


def test_what_was_never_paid_for_counts_as_not_seen() -> None:
    free, unknown = gammagamma.expected(some_customers([4, 0], [1, 0], [9, 9], [0, 0]), SPENT)
    assert free == unknown


def test_simulated_sums_are_those_expected() -> None:
    bought = some_customers([0] * 20_000, [0] * 20_000, [9] * 20_000, [0] * 20_000)
    times = np.tile([0.0, 3.0], 10_000)
    drawn = gammagamma.simulate(bought, Spending(6.25, 8.0, 40.0), times, np.random.default_rng(3))
    assert not drawn[::2].any()
    assert drawn[1::2].mean() == pytest.approx(3 * 6.25 * 40 / 7, rel=0.02)


def test_without_amounts_there_is_nothing_to_learn() -> None:
    with pytest.raises(InputError) as refused:
        gammagamma.fit(some_customers([2], [5], [9], [0]))
    assert refused.value.code == "no_spending"
