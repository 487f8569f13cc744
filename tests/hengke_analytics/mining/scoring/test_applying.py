"""Scores of a day: probability and reasons add up, and whoever has churned by the rule is known."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from hengke_analytics.mining.scores.metrics import logit
from hengke_analytics.mining.scoring.applying import Present, score
from hengke_analytics.mining.scoring.study import Studied
from tests.factories.histories import LAST, bills


def test_gone_is_whoever_is_silent_beyond_the_own_threshold(now: Present) -> None:
    last = {bill.customer: bill.day for bill in bills()}
    gone = {int(customer) for customer, is_gone in zip(now.customers, now.gone, strict=True) if is_gone}
    assert gone
    assert gone <= {customer for customer, day in last.items() if customer % 3 == 0}
    assert all((LAST - last[customer]).days > 90 for customer in gone)


def test_last_years_contribution_is_what_is_at_stake(now: Present) -> None:
    begin = LAST - timedelta(days=364)
    wanted = sum(bill.amount for bill in bills() if bill.customer == 1 and bill.day >= begin)
    assert now.year[list(now.customers).index(1)] == wanted


def test_reasons_and_base_add_up_to_the_probability(late: Studied, now: Present) -> None:
    scored = score(late.artifact, now)
    model, inputs = late.artifact.model, late.artifact.of(now.inputs)
    added = model.contributions(inputs).sum(axis=1) + model.base
    np.testing.assert_allclose(logit(scored.probability), added, atol=1e-4)
    np.testing.assert_allclose(scored.probability, model.probability(inputs), atol=1e-9)
    worst = int(np.argmax(scored.probability))
    assert now.customers[worst] % 5 == 0
    assert scored.reasons[worst][0].contribution > 0
    assert scored.drift[1] == pytest.approx(0), "nothing has moved since the training day"
