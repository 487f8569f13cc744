"""The fact contract, what a table can show, and roll-ups."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import (
    FACTS,
    available_bases,
    available_measures,
    contributions,
    dimensions,
    lost,
    pareto,
    period_sums,
    place_sums,
    roll_up,
    span,
    two_periods,
    yoy,
    yoy_months,
)
from hengke_analytics.measures.facts import Basis

from .conftest import MakeFacts

FULL = "customer date amount received received_on cost laboratory"
LINES = [
    ("a", "2024-01-01", "10.10", "10", "2024-02-01", "4", "x"),
    ("a", "2024-01-01", "20.20", "0", None, "5", "y"),
    ("a", "2024-01-31", "5", "5", "2025-01-01", "1", "x"),
    ("b", "2023-12-31", "7", "7", "2023-12-31", "9", "x"),
    (None, "2023-12-31", "1000", "7", None, "9", "x"),
]


def amounts(table: ibis.Table) -> dict[str, Decimal]:
    return {row["customer"]: row["contribution"] for row in rows(table)}


def test_contribution_can_be_switched(facts: MakeFacts) -> None:
    table = facts(LINES, FULL)
    year = Period.year(2024)
    assert amounts(contributions(table, year)) == {"a": Decimal("35.30")}
    assert amounts(contributions(table, year, basis="received")) == {"a": Decimal(15)}
    assert amounts(contributions(table, year, basis="lines")) == {"a": Decimal(3)}
    assert amounts(contributions(table, year, basis="margin")) == {"a": Decimal("25.30")}
    assert amounts(contributions(table)) == {"a": Decimal("35.30"), "b": Decimal(7)}


def test_what_has_no_input_is_not_offered(facts: MakeFacts) -> None:
    plain = facts([("a", "2024-01-01", "1")])
    assert set(available_measures(facts(LINES, FULL))) - set(available_measures(plain)) == {
        "arrival", "days_to_pay", "received", "margin",
    }  # fmt: skip
    assert available_bases(plain) == ("billed", "lines")
    assert dimensions(facts(LINES, FULL)) == ("laboratory",)
    with pytest.raises(InputError, match="no column cost") as caught:
        contributions(plain, basis="margin")
    assert caught.value.code == "measure_unavailable"


def test_a_table_that_does_not_fit_is_told_every_fault() -> None:
    table = ibis.table({"customer": "float64", "date": "string", "cost": "float64"}, name="t")
    with pytest.raises(InputError) as caught:
        FACTS.check(table)
    assert caught.value.code == "table_contract"
    for fault in ("amount is missing", "customer must be", "date must be a date", "cost must be"):
        assert fault in caught.value.message


def test_the_span_of_nothing_is_an_error(facts: MakeFacts) -> None:
    assert span(facts(LINES, FULL)) == (date(2023, 12, 31), date(2024, 1, 31))
    with pytest.raises(InputError) as caught:
        span(facts(LINES, FULL).limit(0))
    assert caught.value.code == "no_facts"


@pytest.mark.parametrize("grain", ["day", "month"])
def test_a_roll_up_keeps_every_sum(facts: MakeFacts, grain: str) -> None:
    table = facts(LINES, FULL)
    rolled = roll_up(table, grain)
    for basis in ("billed", "received", "lines", "margin"):
        assert amounts(contributions(rolled, Period.year(2024), basis=basis)) == amounts(
            contributions(table, Period.year(2024), basis=basis)
        )
    assert span(rolled) == span(table)


def test_a_roll_up_leaves_out_what_was_paid_later(facts: MakeFacts) -> None:
    rolled = roll_up(facts(LINES, FULL), "month", as_of=date(2024, 1, 31))
    assert amounts(contributions(rolled, basis="received")) == {"a": Decimal(0), "b": Decimal(7)}


def test_a_roll_up_of_a_roll_up_is_the_same(facts: MakeFacts) -> None:
    table = facts(LINES, FULL)
    direct = roll_up(table, "month", by=["laboratory"])
    twice = roll_up(roll_up(table, "day", by=["laboratory"]), "month", by=["laboratory"])
    order = ["customer", "date", "laboratory"]
    assert rows(direct.order_by(order)) == rows(twice.order_by(order))


def test_months_answer_for_whole_months_only(facts: MakeFacts) -> None:
    rolled = roll_up(facts(LINES, FULL), "month")
    assert pareto(contributions(rolled, Period.parse("2024-01"))).total == Decimal("35.30")
    assert lost(rolled, Period.year(2023), Period.year(2024)).count == 1
    assert rows(yoy_months(rolled, Period.year(2024)))[0]["this"] == Decimal("35.30")
    for ask in (
        lambda: contributions(rolled, Period.parse("2024-01-01")),
        lambda: contributions(rolled, as_of=date(2024, 1, 30)),
    ):
        with pytest.raises(InputError) as caught:
            ask()
        assert caught.value.code == "period_not_whole_months"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Period.year(2023), Period.year(2024)),
        (Period(date(2023, 12, 31), date(2024, 1, 1)), Period(date(2024, 1, 1), date(2024, 1, 2))),
    ],
)
@pytest.mark.parametrize("basis", ["billed", "received", "lines", "margin"])
def test_sums_of_two_periods_answer_as_the_lines_do(
    facts: MakeFacts, earlier: Period, later: Period, basis: Basis
) -> None:
    table = facts(LINES, FULL)
    people, places = period_sums(table, earlier, later), place_sums(table, earlier, later, ["laboratory"])

    def per_customer(source: ir.Table) -> list[dict[str, Any]]:
        return rows(two_periods(source, earlier, later, basis).order_by("customer"))

    assert per_customer(people) == per_customer(table)
    for period in (earlier, later):
        assert amounts(contributions(people, period, basis=basis)) == amounts(
            contributions(table, period, basis=basis)
        )
    by_place = [
        rows(yoy(source, later, earlier, by=["laboratory"], basis=basis)) for source in (places, table)
    ]
    assert by_place[0] == by_place[1]
    assert {row["laboratory"] for row in by_place[0]} >= {"x"}


def test_months_of_summed_places_are_those_of_the_lines(facts: MakeFacts) -> None:
    table = facts([*LINES, ("c", "2024-02-29", "8", "0", None, "1", "y")], FULL)
    this = Period(date(2024, 1, 15), date(2024, 3, 1))
    last = this.last_year()
    found = [rows(yoy_months(source, this, last)) for source in (place_sums(table, last, this, []), table)]
    assert found[0] == found[1]
    assert [row["this"] for row in found[0]] == [Decimal(5), Decimal(8)]


def test_months_of_summed_places_are_those_of_monthly_sums(facts: MakeFacts) -> None:
    table = facts([*LINES, ("c", "2024-02-29", "8", "0", None, "1", "y")], FULL)
    monthly = roll_up(table, "month", by=["laboratory"])
    this = Period(date(2024, 1, 1), date(2024, 3, 1))
    last = this.last_year()
    found = [rows(yoy_months(source, this, last)) for source in (place_sums(monthly, last, this, []), table)]
    assert found[0] == found[1]
    assert [row["this"] for row in found[0]] == [Decimal("35.30"), Decimal(8)]


def test_overlapping_periods_have_no_sums_of_their_own(facts: MakeFacts) -> None:
    both = Period(date(2023, 1, 1), date(2025, 1, 1))
    with pytest.raises(InputError) as caught:
        period_sums(facts(LINES, FULL), both.last_year(), both)
    assert caught.value.code == "periods_overlap"
