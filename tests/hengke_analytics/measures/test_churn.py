"""Churn by own rhythm and the stage: cases by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest

from hengke_analytics.engine import rows
from hengke_analytics.measures import churn, stages

from .conftest import MakeFacts

AS_OF = date(2024, 12, 31)


def visits(customer: str, *days_ago: int) -> list[tuple[str, date, str]]:
    return [(customer, AS_OF - timedelta(days=days), "1") for days in days_ago]


def found(table: ir.Table, *, as_of: date = AS_OF, **options: Any) -> dict[str, dict[str, Any]]:
    return {row["customer"]: row for row in rows(churn(table, as_of, **options))}


def test_expected_interval_is_the_median_of_three_own_intervals(facts: MakeFacts) -> None:
    lines = [*visits("three", 400, 300, 280, 100), *visits("two", 300, 200, 100)]
    people = found(facts(lines))
    assert (people["three"]["expected"], people["three"]["threshold"]) == (100.0, 150.0)
    assert (people["two"]["expected"], people["two"]["threshold"]) == (365.0, 547.5)
    assert (people["three"]["silent"], people["three"]["submissions"]) == (100, 4)


def test_the_shortest_calibration_cycle_stands_in(facts: MakeFacts) -> None:
    cycles = ibis.memtable({"customer": ["a", "a", "z"], "cycle_days": [365, 180, 30]})
    people = found(facts([*visits("a", 100), *visits("b", 100)]), cycles=cycles)
    assert (people["a"]["expected"], people["b"]["expected"]) == (180.0, 365.0)


@pytest.mark.parametrize(
    ("silent", "state"),
    [
        (0, "active"),
        (100, "active"),
        (101, "dormant"),
        (150, "dormant"),
        (151, "churned"),
        (300, "churned"),
        (301, "lost"),
    ],
)
def test_silence_passes_from_dormant_to_churned_to_lost(facts: MakeFacts, silent: int, state: str) -> None:
    lines = visits("a", *(silent + 100 * step for step in range(5)))
    assert found(facts(lines))["a"]["state"] == state


def test_a_fast_customer_is_given_ninety_days(facts: MakeFacts) -> None:
    lines = [*visits("a", 90, 97, 104, 111), *visits("b", 91, 98, 105, 112)]
    people = found(facts(lines))
    assert (people["a"]["threshold"], people["a"]["state"], people["b"]["state"]) == (
        90.0,
        "dormant",
        "churned",
    )


@pytest.mark.parametrize(("after", "won_back"), [([], True), ([10], True), ([20, 10], False)])
def test_a_win_back_lasts_until_the_third_submission(
    facts: MakeFacts, after: list[int], won_back: bool
) -> None:
    lines = visits("a", 530, 500, 470, 440, 30, *after)
    assert found(facts(lines))["a"]["won_back"] is won_back


def test_a_win_back_ends_with_the_next_churn(facts: MakeFacts) -> None:
    lines = visits("a", 730, 700, 670, 640, 100)
    person = found(facts(lines))["a"]
    assert (person["state"], person["won_back"]) == ("churned", False)


def test_a_return_is_judged_by_what_was_known_before_it(facts: MakeFacts) -> None:
    # 200 days were within 1.5 x 365 for one with a single interval, though not within the rhythm kept since
    assert found(facts(visits("a", 225, 215, 15, 5)))["a"]["won_back"] is False
    assert found(facts(visits("a", 245, 235, 225, 215, 15, 5)))["a"]["won_back"] is True


def test_several_lines_of_a_day_are_one_submission(facts: MakeFacts) -> None:
    assert found(facts([*visits("a", 10, 10, 10), *visits("a", 20)]))["a"]["submissions"] == 2


def test_later_submissions_are_not_known(facts: MakeFacts) -> None:
    people = found(facts(visits("a", 900, 10)), as_of=AS_OF - timedelta(days=100))
    assert (people["a"]["submissions"], people["a"]["silent"], people["a"]["state"]) == (1, 800, "churned")


def test_stages_follow_growth_for_those_who_are_not_silent(facts: MakeFacts) -> None:
    yearly = {"grows": (100, 130), "falls": (130, 100), "stays": (100, 105)}
    lines = [
        (customer, f"{year}-12-01", str(amount))
        for customer, amounts in yearly.items()
        for year, amount in zip((2023, 2024), amounts, strict=True)
    ]
    lines += [("fresh", "2024-12-01", "5"), ("away", "2020-01-01", "5")]
    lines += [("back", day, "5") for day in ("2018-01-01", "2024-12-01")]
    people = rows(stages(facts(lines), AS_OF, last_year=2024))
    assert {row["customer"]: row["stage"] for row in people} == {
        "grows": "growing", "falls": "declining", "stays": "stable", "fresh": "new", "away": "lost",
        "back": "won_back",
    }  # fmt: skip
