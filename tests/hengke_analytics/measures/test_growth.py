"""Growth rate and regularity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from hengke_analytics.engine import rows
from hengke_analytics.measures import growth, regularity, yearly

from .conftest import MakeFacts


def rates(table: object, last_year: int, **options: int) -> dict[str, tuple[int, float | None]]:
    return {
        row["customer"]: (row["years"], row["growth"]) for row in rows(growth(table, last_year, **options))
    }


def test_two_years_give_the_logarithm_of_their_ratio_and_one_gives_none(facts: MakeFacts) -> None:
    table = facts(
        [
            ("a", "2023-05-01", "99"),
            ("a", "2024-05-01", "199"),
            ("b", "2024-02-01", "5"),
            ("b", "2025-02-01", "9"),
        ]
    )
    found = rates(table, 2024)
    assert found["a"] == (2, pytest.approx(np.log(200 / 100)))
    assert found["b"] == (1, None)


def test_a_silent_year_counts_as_nothing(facts: MakeFacts) -> None:
    table = facts([("a", "2021-05-01", "10"), ("a", "2022-05-01", "30"), ("a", "2024-05-01", "20")])
    slope = np.polyfit([2021, 2022, 2023, 2024], np.log([11, 31, 1, 21]), 1)[0]
    assert rates(table, 2024)["a"] == (4, pytest.approx(slope))


def test_only_the_last_five_years_count(facts: MakeFacts) -> None:
    amounts = {2018: 9999, 2020: 10, 2021: 12, 2022: 15, 2023: 20, 2024: 26}
    table = facts([("a", f"{year}-05-01", str(amount)) for year, amount in amounts.items()])
    slope = np.polyfit(range(2020, 2025), np.log([11, 13, 16, 21, 27]), 1)[0]
    assert rates(table, 2024)["a"] == (5, pytest.approx(slope))
    assert rates(table, 2024, years=2)["a"] == (2, pytest.approx(np.log(27 / 21)))


def test_a_year_of_refunds_counts_as_nothing(facts: MakeFacts) -> None:
    table = facts([("a", "2023-05-01", "9"), ("a", "2024-05-01", "-50")])
    assert rates(table, 2024)["a"] == (2, pytest.approx(np.log(1 / 10)))


def test_a_customer_gone_for_longer_neither_grows_nor_declines(facts: MakeFacts) -> None:
    assert rates(facts([("a", "2015-05-01", "9")]), 2024)["a"] == (5, 0.0)


def test_regularity_counts_calendar_years_until_the_day(facts: MakeFacts) -> None:
    table = facts([("a", "2020-12-31", "1"), ("a", "2022-01-01", "1"), ("a", "2024-07-02", "1")])
    assert rows(regularity(table, date(2024, 7, 1))) == [
        {"customer": "a", "first_year": 2020, "years": 2, "regularity": 2 / 5}
    ]


def test_contribution_by_year(facts: MakeFacts) -> None:
    table = facts([("a", "2023-05-01", "1"), ("a", "2024-05-01", "2"), ("a", "2024-06-01", "3")])
    assert rows(yearly(table).order_by("year")) == [
        {"customer": "a", "year": 2023, "contribution": Decimal(1)},
        {"customer": "a", "year": 2024, "contribution": Decimal(5)},
    ]
