"""Distribution and year-on-year: cases by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import distribution, yoy, yoy_months

from .conftest import MakeFacts

COLUMNS = "customer date amount laboratory group"
LINES = [
    ("a", "2024-01-10", "60", "heat", "t"),
    ("a", "2024-03-10", "10", "force", "f"),
    ("b", "2024-03-11", "20", "heat", "t"),
    ("b", "2024-03-12", "20", "heat", "t"),
    ("a", "2023-01-10", "40", "heat", "t"),
    ("a", "2023-02-10", "10", "heat", "p"),
    ("c", "2023-12-31", "50", "force", "f"),
]


def test_groups_count_their_customers_and_add_up(facts: MakeFacts) -> None:
    found = rows(distribution(facts(LINES, COLUMNS), ["laboratory"], Period.year(2024)))
    assert found == [
        {"laboratory": "heat", "customers": 2, "amount": Decimal(100), "share": pytest.approx(100 / 110)},
        {"laboratory": "force", "customers": 1, "amount": Decimal(10), "share": pytest.approx(10 / 110)},
    ]


def test_two_dimensions_and_none(facts: MakeFacts) -> None:
    table = facts(LINES, COLUMNS)
    pairs = rows(distribution(table, ["laboratory", "group"]))
    assert [(row["laboratory"], row["group"], row["amount"]) for row in pairs] == [
        ("heat", "t", Decimal(140)), ("force", "f", Decimal(60)), ("heat", "p", Decimal(10)),
    ]  # fmt: skip
    assert rows(distribution(table, [])) == [{"customers": 3, "amount": Decimal(210), "share": 1.0}]


def test_lines_can_be_counted_instead_of_money(facts: MakeFacts) -> None:
    found = rows(distribution(facts(LINES, COLUMNS), ["laboratory"], basis="lines"))
    assert [(row["laboratory"], row["amount"]) for row in found] == [
        ("heat", Decimal(5)),
        ("force", Decimal(2)),
    ]


def test_an_unknown_dimension_is_named(facts: MakeFacts) -> None:
    with pytest.raises(InputError, match="province") as caught:
        distribution(facts(LINES, COLUMNS), ["province"])
    assert caught.value.code == "measure_unavailable"


def test_change_is_empty_when_there_was_nothing(facts: MakeFacts) -> None:
    lines = [*LINES, ("d", "2024-06-01", "5", "new", "n")]
    found = rows(yoy(facts(lines, COLUMNS), Period.year(2024), by=["laboratory"]))
    assert found == [
        {"laboratory": "heat", "this": Decimal(100), "last": Decimal(50), "change": 1.0},
        {"laboratory": "force", "this": Decimal(10), "last": Decimal(50), "change": -0.8},
        {"laboratory": "new", "this": Decimal(5), "last": Decimal(0), "change": None},
    ]


def test_year_on_year_of_everything_is_one_row(facts: MakeFacts) -> None:
    assert rows(yoy(facts(LINES, COLUMNS), Period.parse("2024-Q1"))) == [
        {"this": Decimal(110), "last": Decimal(50), "change": 1.2}
    ]


def test_months_are_compared_and_cumulated_even_if_empty(facts: MakeFacts) -> None:
    found = rows(yoy_months(facts(LINES, COLUMNS), Period.parse("2024-01/2024-03")))
    assert [row["month"] for row in found] == ["2024-01", "2024-02", "2024-03"]
    assert [row["this"] for row in found] == [Decimal(60), Decimal(0), Decimal(50)]
    assert [row["last"] for row in found] == [Decimal(40), Decimal(10), Decimal(0)]
    assert [row["change"] for row in found] == [0.5, -1.0, None]
    assert [row["cumulative_this"] for row in found] == [Decimal(60), Decimal(60), Decimal(110)]
    assert [row["cumulative_change"] for row in found] == [0.5, pytest.approx(0.2), pytest.approx(1.2)]


def test_a_running_month_compares_with_the_same_days(facts: MakeFacts) -> None:
    table = facts([("a", "2024-03-10", "7"), ("a", "2023-03-10", "5"), ("a", "2023-03-11", "99")])
    until = Period.parse("2024-03-01/2024-03-10")
    assert rows(yoy_months(table, until))[-1]["last"] == Decimal(5)


def test_months_need_two_periods_that_pair(facts: MakeFacts) -> None:
    table = facts(LINES, COLUMNS)
    for this, last in [("2023/2024", None), ("2024", "2023-Q1")]:
        with pytest.raises(InputError) as caught:
            yoy_months(table, Period.parse(this), Period.parse(last) if last else None)
        assert caught.value.code == "periods_do_not_pair"
