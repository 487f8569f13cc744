"""Scores of customers: trained only on days whose outcome was known, and better than the rule."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bench._legacy import legacy_facts
from hengke.kernel.errors import InputError
from hengke_analytics.mining.customer_scores import OUTCOMES, judge, panel, training_days


def test_training_stops_where_outcomes_were_not_known_yet() -> None:
    days = training_days(date(2020, 1, 1), date(2024, 1, 1), OUTCOMES["churn"])
    assert days[-1] == date(2024, 1, 1) - timedelta(days=550)
    assert days[0] >= date(2020, 1, 1) + timedelta(days=182)
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=182)}
    with pytest.raises(InputError, match="too little history"):
        training_days(date(2023, 1, 1), date(2024, 1, 1), OUTCOMES["churn"])


@pytest.fixture(scope="module")
def ledgers(shared: Path) -> Any:
    return legacy_facts(shared / "data")


def test_a_panel_has_a_row_for_each_customer_and_day(ledgers: Any) -> None:
    found = panel(ledgers, OUTCOMES["churn"], [date(2021, 6, 30), date(2021, 12, 31)])
    assert len(found.inputs) == len(found.target) == len(found.customers)
    assert len(set(found.customers)) < len(found.customers)
    assert "silence" in found.inputs.names
    assert not {"lost", "owner", "_outcome", "customer"} & set(found.inputs.names)


@pytest.mark.slow
def test_churn_on_the_ledgers_is_foretold_better_than_by_the_rule(ledgers: Any) -> None:
    found = judge(ledgers, "churn", date(2023, 6, 30), kind="boosted")
    assert found.trained_on[-1] <= date(2023, 6, 30) - timedelta(days=550)
    assert found.model.auc > 0.85
    assert found.model.auc > found.plain.auc > found.rule.auc
    assert found.model.lift_10 > 4
