"""Outcomes: churn within the own horizon, payment within the terms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.engine import rows
from hengke_analytics.mining.features.targets import churn_target, late_target

from .conftest import MakeLines

AS_OF = date(2023, 6, 30)
END = {"customer": "other", "date": "2025-01-01", "amount": "1"}


def visits(customer: str, *days: int) -> list[dict[str, Any]]:
    return [
        {"customer": customer, "date": (AS_OF + timedelta(days=day)).isoformat(), "amount": "1"}
        for day in days
    ]


def test_lost_is_no_submission_within_one_and_a_half_intervals(lines: MakeLines) -> None:
    table = lines(
        [
            *visits("back", -700, -500, -300, -100, 299), *visits("too late", -700, -500, -300, -100, 301),
            *visits("quick", -40, -30, -20, -10, 181), *visits("once", -10, 548),
            *visits("gone", -900, -800, -700, -600),
            *visits("later", 5), END,
        ]
    )  # fmt: skip
    told = {row["customer"]: row for row in rows(churn_target(table, AS_OF))}
    assert {name: row["horizon"] for name, row in told.items()} == {
        "back": 300.0, "too late": 300.0, "quick": 180.0, "once": 547.5,
    }  # fmt: skip
    assert {name: row["lost"] for name, row in told.items()} == {
        "back": False, "too late": True, "quick": True, "once": True,
    }  # fmt: skip


def test_late_is_less_than_half_within_the_terms(lines: MakeLines) -> None:
    def bill(customer: str, amount: str, paid: str | None, day: str = "2023-08-01") -> dict[str, Any]:
        received = amount if paid else "0"
        return {
            "customer": customer,
            "date": day,
            "amount": amount,
            "received": received,
            "received_on": paid,
        }

    table = lines(
        [
            bill("half", "50", "2023-10-30"), bill("half", "50", "2023-10-31"),
            bill("late", "40", "2023-08-05"), bill("late", "60", None),
            bill("past", "40", None, "2023-06-30"), bill("far", "40", None, "2024-06-30"), END,
        ]
    )  # fmt: skip
    told = {row["customer"]: row for row in rows(late_target(table, AS_OF, terms=90))}
    assert {name: (row["in_time"], row["late"]) for name, row in told.items()} == {
        "half": (0.5, False), "late": (0.4, True),
    }  # fmt: skip


@pytest.mark.parametrize("target", [churn_target, late_target])
def test_an_outcome_that_is_not_known_yet_is_refused(lines: MakeLines, target: Any) -> None:
    with pytest.raises(InputError, match="the data ends on 2023-07-01"):
        target(lines(visits("A", -10, 1)), AS_OF)
