"""How figures are written: units, signs, points and dashes."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from hengke.modules.insight.pivot.formats import MINUS, Format, view_name
from hengke_analytics.cube import CATALOGUE, Value
from hengke_analytics.cube.question import VIEWS


def _form(measure: str, view: str = "value", *, wan: bool = False, compare: str = "yoy") -> Format:
    return Format(CATALOGUE.measure(measure), view, wan, compare)


@pytest.mark.parametrize(("form", "value", "text"), [
    (_form("billed"), Decimal("1234.60"), "1,235"), (_form("billed", wan=True), Decimal(12_345_600), "1,234.6"),
    (_form("billed", wan=True), Decimal(123_456_000_000), "12,345,600"), (_form("billed"), None, "–"),
    (_form("average"), Decimal("12.5"), "12.50"), (_form("lines"), 1_200, "1,200"),
    (_form("arrival_rate"), Decimal("0.8461"), "84.6%"), (_form("billed", "share"), 0.125, "12.5%"),
    (_form("billed", "change"), 0.5, "+50.0%"), (_form("billed", "change"), -0.25, f"{MINUS}25.0%"),
    (_form("billed", "change"), 0.0, "0.0%"), (_form("billed", "rank"), 3, "3"),
    (_form("billed", "difference"), Decimal(30), "+30"), (_form("days_done"), Decimal("4.5"), "4.5"),
    (_form("billed", "average3"), Decimal("10.25"), "10.25"),
])  # fmt: skip
def test_a_number_as_it_stands_in_a_cell(form: Format, value: Any, text: str) -> None:
    assert form.text(value) == text


def test_the_change_of_a_rate_is_in_points() -> None:
    assert _form("arrival_rate", "change").text(Decimal("-0.071")) == f"{MINUS}7.1 点"


@pytest.mark.parametrize(("form", "value", "feels"), [
    (_form("billed", "change"), 0.1, "up"), (_form("billed", "change"), -0.1, "down"),
    (_form("lost_customers", "difference"), 3, "down"), (_form("open", "change"), -0.2, "up"),
    (_form("billed", "change"), 0.0001, "flat"), (_form("billed", "change"), None, "flat"),
    (_form("billed"), 5, "flat"), (_form("days_done", "difference"), Decimal(2), "down"),
])  # fmt: skip
def test_a_change_looks_as_it_feels(form: Format, value: Any, feels: str) -> None:
    assert form.direction(value) == feels


@pytest.mark.parametrize(("form", "unit"), [
    (_form("billed"), "元"), (_form("billed", wan=True), "万元"), (_form("billed", "share"), ""),
    (_form("billed", "rank"), ""), (_form("lines"), ""), (_form("days_paid"), "天"), (_form("arrival_rate"), ""),
])  # fmt: skip
def test_the_unit_stands_in_the_head(form: Format, unit: str) -> None:
    assert form.unit == unit


def test_heads_name_the_comparison_and_the_view() -> None:
    assert _form("billed", "change").label == "同比"
    assert _form("billed", "change", compare="previous").label == "环比"
    assert _form("billed", "share").label == f"应收 · {view_name('share')}"
    assert _form("billed").full_label == "应收"


def test_large_money_is_written_in_wan() -> None:
    def grid(whole: int) -> Any:
        return SimpleNamespace(
            measures={"billed": CATALOGUE.measure("billed")}, parts=lambda *_: {"billed": Decimal(whole)},
            question=SimpleNamespace(compare=""), sampled=1,
        )  # fmt: skip

    assert Format.of(Value("billed"), grid(1_000_000)).in_wan
    assert not Format.of(Value("billed"), grid(999_999)).in_wan


def test_marks_of_an_axis_are_round() -> None:
    assert _form("billed", wan=True).axis(200_000) == "20"
    assert _form("arrival_rate").axis(0.5) == "50%"


def test_every_view_has_words() -> None:
    assert all(view_name(view) for view in VIEWS)
