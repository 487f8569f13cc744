"""The feature store: figures by hand, and nothing from after the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hengke_analytics.engine import rows
from hengke_analytics.mining.features import features

from .conftest import MakeLines

AS_OF = date(2024, 6, 30)
PAST: list[dict[str, Any]] = [
    {"customer": "A", "date": "2022-07-01", "amount": "50", "received": "50", "received_on": "2022-07-11",
     "order_no": "1", "item": "caliper", "serial": "x", "laboratory": "length", "done_on": "2022-07-03",
     "valid_until": "2023-07-01"},
    {"customer": "A", "date": "2023-07-10", "amount": "100", "received": "100", "received_on": "2023-12-31",
     "order_no": "2", "item": "caliper", "serial": "x", "laboratory": "length", "done_on": "2023-07-12",
     "valid_until": "2024-07-10"},
    {"customer": "A", "date": "2024-06-20", "amount": "30", "order_no": "3", "item": "scale", "serial": "y",
     "laboratory": "mass", "done_on": "2024-06-25", "valid_until": "2025-06-20"},
    {"customer": "B", "date": "2024-01-01", "amount": "80", "order_no": "4", "item": "scale", "serial": "z",
     "laboratory": "mass", "province": "安徽"},
]  # fmt: skip
FUTURE: list[dict[str, Any]] = [
    {"customer": "A", "date": "2024-07-01", "amount": "9999", "received": "9999", "received_on": "2024-07-01",
     "order_no": "9", "item": "rod", "serial": "q", "laboratory": "heat"},
    {"customer": "A", "date": "2026-01-01", "amount": "1", "order_no": "10"},
    {"customer": "C", "date": "2024-07-02", "amount": "5", "order_no": "11"},
    # a line of the past that came to be known only later
    {"customer": "B", "date": "2024-03-01", "amount": "777", "order_no": "12", "known_from": "2024-07-05"},
]  # fmt: skip


def found(table: Any) -> dict[str, dict[str, Any]]:
    return {row["customer"]: row for row in rows(features(table, AS_OF))}


def test_figures_by_hand(lines: MakeLines) -> None:
    told = found(lines(PAST))
    first = told["A"]
    expected = {
        "days_since_first": 730, "days_since_last": 10, "visits": 3, "visits_90": 1, "visits_365": 2,
        "visits_previous_year": 0, "interval_last": 346.0, "interval_median": 360.0, "billed": 180.0,
        "billed_90": 30.0, "billed_year_1": 130.0, "billed_year_2": 0.0, "billed_year_3": 50.0,
        "laboratories": 2, "items": 2, "items_year": 2, "orders": 3, "arrival": 1.0, "days_to_pay": 92.0,
        "late_share": 0.5, "open_due": 0.0, "open_all": 30.0, "open_oldest": 10, "days_since_payment": 182,
        "instruments": 2, "due_180": 1, "due_365": 2, "overdue": 0, "next_due": 10, "years_with_visit": 3,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert (told["B"]["open_due"], told["B"]["late_share"], told["B"]["province"]) == (80.0, 1.0, "安徽")
    assert 40 <= len(first) - 1 <= 70


def test_what_comes_later_changes_nothing(lines: MakeLines) -> None:
    assert found(lines([*PAST, *FUTURE])) == found(lines(PAST))


@pytest.mark.parametrize(
    "later",
    [
        {"received": "30", "received_on": "2024-07-01"},
        {"done_on": "2024-07-02", "valid_until": "2026-07-02"},
    ],
    ids=["a payment", "a calibration"],
)
def test_what_happens_later_to_a_line_changes_nothing(lines: MakeLines, later: dict[str, Any]) -> None:
    plain = {**PAST[2], "done_on": None, "valid_until": None}
    if "done_on" not in later:
        plain = PAST[2]
    assert found(lines([*PAST[:2], {**plain, **later}, PAST[3]])) == found(lines([*PAST[:2], plain, PAST[3]]))


def test_a_later_correction_leaves_the_old_value_in_force(lines: MakeLines) -> None:
    old = {**PAST[3], "known_until": "2024-07-10"}
    new = {**PAST[3], "amount": "8000", "laboratory": "heat", "known_from": "2024-07-10"}
    assert found(lines([*PAST[:3], old, new])) == found(lines(PAST))
    corrected = {**old, "known_until": "2024-06-30"}, {**new, "known_from": "2024-06-30"}
    assert found(lines([*PAST[:3], *corrected]))["B"]["billed"] == 8000.0


def test_what_the_data_lacks_is_left_out(lines: MakeLines) -> None:
    bare = lines(PAST).select("customer", "date", "amount")
    told = found(bare)["A"]
    assert told["billed"] == 180.0
    assert not {"arrival", "instruments", "laboratories", "province", "price_level"} & set(told)
