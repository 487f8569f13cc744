"""The words that ship: each measure finished from parts by hand, and passages told by single lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.cube import CATALOGUE, Answer, Count, Part, Value

from .conftest import Cube, line

PARTS = {
    "billed": Decimal(1_000), "received": Decimal(800), "cost": Decimal(600), "list_price": Decimal(1_250),
    "listed": Decimal(900), "lines": 40, "customers": 5, "submitters": 6, "new": 2, "lost": 1, "either": 6,
    "orders": 9, "days_done": 90, "lines_done": 20, "days_done_p90": 9.0, "days_done_most": 30.0, "days_paid": 45,
    "lines_paid": 10, "days_paid_p90": 8.5, "days_paid_most": 21.0,
}  # fmt: skip


@pytest.mark.parametrize(("measure", "expected"), [
    ("billed", 1_000), ("received", 800), ("open", 200), ("arrival_rate", Decimal("0.8")), ("lines", 40),
    ("orders", 9), ("customers", 5), ("submitters", 6), ("new_customers", 2), ("lost_customers", 1),
    ("either_customers", 6), ("average", 25), ("per_customer", 200), ("list_price", 1_250),
    ("discount_rate", Decimal("0.28")), ("cost", 600), ("margin", 400), ("margin_rate", Decimal("0.4")),
    ("days_done", Decimal("4.5")), ("days_done_p90", 9.0), ("days_done_most", 30.0), ("days_paid", Decimal("4.5")),
    ("days_paid_p90", 8.5), ("days_paid_most", 21.0),
])  # fmt: skip
def test_a_measure_is_finished_from_its_parts(measure: str, expected: Any) -> None:
    assert CATALOGUE.measure(measure).finish(PARTS) == expected


def test_every_shipped_measure_stands_in_the_table_above() -> None:
    known = {m for m in CATALOGUE.measures.values() if set(m.parts) <= PARTS.keys()}
    assert {m.name for m in known} == {m.name for m in CATALOGUE.measures.values()}


@pytest.mark.parametrize(
    "measure", ["arrival_rate", "average", "per_customer", "discount_rate", "margin_rate", "days_done"]
)
def test_where_nothing_divides_nothing_is_said(measure: str) -> None:
    assert CATALOGUE.measure(measure).finish(dict.fromkeys(PARTS, 0)) is None


def test_only_sums_are_additive() -> None:
    for measure in CATALOGUE.measures.values():
        if measure.additive:
            assert all(isinstance(CATALOGUE.parts[name], Part) for name in measure.parts), measure.name
        if any(isinstance(CATALOGUE.parts[name], Count) for name in measure.parts):
            assert not measure.additive, measure.name


def test_a_level_above_is_a_dimension_of_the_same_group() -> None:
    for dimension in CATALOGUE.dimensions.values():
        assert not dimension.up or CATALOGUE.dimensions[dimension.up].group == dimension.group


def test_what_a_customer_has_one_of_says_so() -> None:
    single = {name for name, d in CATALOGUE.dimensions.items() if d.entity == "customer"}
    assert {"city", "tier", "owner", "department", "customer", "industry"} <= single
    assert not {"laboratory", "month", "item", "source"} & single


@pytest.fixture(scope="module")
def passages() -> Cube:
    days = [("长度室", n) for n in range(1, 11)] + [("热工室", 40), ("热工室", None)]
    return Cube([
        line(n % 3, f"2025-{1 + n % 12:02}-05", room, 100, days_done=day) for n, (room, day) in enumerate(days)
    ])  # fmt: skip


def _figures(answer: Answer, *path: str) -> list[Any]:
    return [answer.grid.value(path, (), value) for value in answer.question.values]


def test_passages_are_told_by_mean_nine_in_ten_and_longest(passages: Cube) -> None:
    found = passages.ask("laboratory", "", "days_done days_done_p90 days_done_most lines")
    assert _figures(found, "长度室") == [Decimal("5.5"), pytest.approx(9.1), 10, 10]
    assert _figures(found, "热工室") == [40, 40, 40, 2]
    assert _figures(found) == [Decimal("8.6"), 10, 40, 12]


def test_passages_are_ranked_by_how_many_lines_they_tell_of(passages: Cube) -> None:
    found = passages.ask("laboratory", "", "days_done", top="laboratory:1")
    assert found.grid.rows.children[0].key == "长度室"
    longest = passages.ask("laboratory", "", "days_done_most", top="laboratory:1")
    assert longest.grid.rows.children[0].key == "热工室"


@pytest.mark.parametrize("view", ["share", "cumulative", "average3"])
def test_a_longest_time_has_no_share_and_no_sum(passages: Cube, view: str) -> None:
    with pytest.raises(InputError):
        passages.ask("month", "", f"days_done_most:{view}")


def test_a_view_before_is_the_same_of_the_compared_period() -> None:
    cube = Cube(
        [line(1, "2024-05-01", "长度室", 1, days_done=3), line(1, "2025-05-01", "长度室", 1, days_done=5)]
    )
    found = cube.ask("", "", "days_done_most days_done_most:change", compare="yoy")
    measure = found.grid.measures["days_done_most"]
    assert (found.grid.value((), (), Value("days_done_most")), found.grid.before((), (), measure)) == (5, 3)
