"""Arrival rate and days to pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import arrival, contributions

from .conftest import MakeFacts

COLUMNS = "customer date amount received received_on"
LINES = [
    ("a", "2024-01-01", "100", "100", "2024-01-11"),
    ("a", "2024-02-01", "200", "50", "2024-03-02"),
    ("b", "2024-03-01", "100", "100", "2024-07-01"),
    ("b", "2024-04-01", "100", None, None),
    ("b", "2023-04-01", "900", "900", "2024-04-01"),
]


def test_only_what_came_in_until_the_day_counts(facts: MakeFacts) -> None:
    found = rows(arrival(facts(LINES, COLUMNS), date(2024, 6, 30), Period.year(2024)))[0]
    assert (found["billed"], found["received"]) == (Decimal(500), Decimal(150))
    assert found["rate"] == 0.3
    assert found["days_to_pay"] == pytest.approx((100 * 10 + 50 * 30) / 150)


def test_what_was_billed_after_the_day_is_not_known(facts: MakeFacts) -> None:
    found = rows(arrival(facts(LINES, COLUMNS), date(2024, 1, 5), Period.year(2024)))[0]
    assert (found["billed"], found["received"], found["rate"]) == (Decimal(100), Decimal(0), 0.0)
    assert found["days_to_pay"] is None


def test_by_customer(facts: MakeFacts) -> None:
    found = rows(arrival(facts(LINES, COLUMNS), date(2024, 12, 31), by=["customer"]))
    assert [(row["customer"], row["billed"], row["received"]) for row in found] == [
        ("b", Decimal(1100), Decimal(1000)), ("a", Decimal(300), Decimal(150)),
    ]  # fmt: skip


def test_an_undated_payment_counts_with_its_line(facts: MakeFacts) -> None:
    table = facts([("a", "2024-01-01", "10", "10", None)], COLUMNS)
    found = rows(arrival(table, date(2024, 1, 1)))[0]
    assert (found["rate"], found["days_to_pay"]) == (1.0, None)


def test_contribution_by_what_was_received_looks_no_further(facts: MakeFacts) -> None:
    table = facts(LINES, COLUMNS)
    found = contributions(table, Period.year(2024), basis="received", as_of=date(2024, 6, 30))
    assert {row["customer"]: row["contribution"] for row in rows(found)} == {
        "a": Decimal(150), "b": Decimal(0),
    }  # fmt: skip


def test_without_payments_there_is_no_rate(facts: MakeFacts) -> None:
    with pytest.raises(InputError, match="received") as caught:
        arrival(facts([("a", "2024-01-01", "1")]), date(2024, 1, 1))
    assert caught.value.code == "measure_unavailable"
