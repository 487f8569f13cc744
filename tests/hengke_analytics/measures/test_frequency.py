"""Frequency classes and their shift."""

from __future__ import annotations

from datetime import date

import pytest

from hengke_analytics.engine import rows
from hengke_analytics.measures import frequency

from .conftest import MakeFacts

AS_OF = date(2024, 12, 31)
LINES = [
    *(("steady", f"2024-{month:02}-01", "1") for month in range(1, 13)),
    ("steady", "2023-12-01", "1"),
    *(("ragged", day, "1") for day in ("2023-01-01", "2023-01-02", "2023-01-03", "2024-06-01")),
    *(("once", day, "1") for day in ("2024-05-05", "2024-05-05")),
]


def test_number_and_spread_of_intervals_make_the_class(facts: MakeFacts) -> None:
    found = {row["customer"]: row for row in rows(frequency(facts(LINES), AS_OF))}
    assert {name: (row["before"], row["frequency"]) for name, row in found.items()} == {
        "steady": ("one_off", "regular"),
        "ragged": ("occasional", "occasional"),
        "once": (None, "one_off"),
    }
    assert found["steady"]["mean_interval"] == pytest.approx(366 / 12)
    assert (found["once"]["submissions"], found["once"]["mean_interval"]) == (1, None)


def test_limits_can_be_set(facts: MakeFacts) -> None:
    found = {row["customer"]: row for row in rows(frequency(facts(LINES), AS_OF, spread=9.0))}
    assert found["ragged"]["frequency"] == "regular"
    assert found["ragged"]["before"] == "occasional"
