"""A kind of score is learned from days whose outcome was known and judged on a later one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.customer_scores import OUTCOMES
from hengke_analytics.mining.scoring.applying import Present
from hengke_analytics.mining.scoring.study import GOALS, Studied, Workshop
from tests.factories.histories import LAST, bills

from .conftest import facts_of


def test_it_is_judged_on_a_later_day_by_what_was_known_then(late: Studied) -> None:
    known_after = OUTCOMES["late"].known_after
    assert late.as_of == LAST
    assert late.tested_on == LAST - known_after == late.trained_on[-1]
    assert late.judged.kept == "later_day"
    assert len(late.judged.held.target) == len(late.asked)
    assert len(set(late.judged.held.customers)) == len(late.judged.held.customers), "each customer once"
    assert sum(day <= late.tested_on - known_after for day in late.trained_on) >= 2


def test_the_model_beats_the_plain_regression_or_the_rule_where_there_is_something_to_learn(
    late: Studied,
) -> None:
    figures = late.judged.figures
    assert set(figures) == {"nn", "logistic", "boosted", "plain", "rule"}
    best = figures[late.judged.winner]["auc"]
    assert best.value > 0.9, "who has paid late pays late"
    assert best.low <= best.value <= best.high
    assert late.judged.winner == max(late.judged.inner, key=lambda name: late.judged.inner[name])


def test_credit_is_the_opposite_outcome_by_the_network_that_was_asked_for(
    workshop: Workshop, late: Studied
) -> None:
    credit = workshop.study(GOALS["credit"])
    assert credit.positives == credit.rows - late.positives
    assert credit.judged.winner == "nn"
    for name, figure in credit.judged.figures.items():
        assert figure["auc"].value == pytest.approx(late.judged.figures[name]["auc"].value)


def test_the_hash_is_that_of_the_data(facts: Any, now: Present, late: Studied, workshop: Workshop) -> None:
    again = Workshop(facts, now.inputs, lambda *_: None)
    again._trials = workshop._trials  # what the algorithms said is not what is hashed
    assert again.study(GOALS["late"]).digest == late.digest
    assert late.digest != workshop.study(GOALS["credit"]).digest


def test_no_line_of_the_future_changes_what_is_known(facts: Any, now: Present) -> None:
    from hengke_analytics.mining.scoring.applying import present

    planted = [*bills(), *(b for b in bills(seed=9) if b.day > date(2023, 6, 30))]
    there = present(facts_of(planted), date(2023, 6, 30))
    here = present(facts, date(2023, 6, 30))
    assert list(there.customers) == list(here.customers)
    for mine, other in zip(here.inputs.columns, there.inputs.columns, strict=True):
        if mine.cells.dtype.kind == "f":  # sums are added up in another order when there are more lines
            np.testing.assert_allclose(mine.cells, other.cells, rtol=1e-12, err_msg=mine.name)
        else:
            np.testing.assert_array_equal(mine.cells, other.cells, err_msg=mine.name)


def test_short_histories_and_one_sided_outcomes_are_said_in_a_sentence(now: Present) -> None:
    young = facts_of([bill for bill in bills() if bill.day > LAST - timedelta(days=400)])
    with pytest.raises(InputError, match="too little history"):
        Workshop(young, now.inputs, lambda *_: None).study(GOALS["churn"])
    punctual = facts_of([bill for bill in bills() if bill.customer % 5])
    with pytest.raises(InputError, match="Too few customers with a known outcome"):
        Workshop(punctual, now.inputs, lambda *_: None).study(GOALS["late"])
