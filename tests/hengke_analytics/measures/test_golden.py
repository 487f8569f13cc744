"""Golden customers: in the head, every year, evenly."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest

from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures.golden import golden, variation

from .conftest import MakeFacts

LINES = [
    *(("even", f"{year}-03-01", "1000") for year in range(2021, 2026)),
    *(("wild", f"{year}-03-01", "10") for year in range(2021, 2025)),
    ("wild", "2025-03-01", "1500"),
    *(("rare", f"{year}-03-01", "1000") for year in (2021, 2025)),
    ("young", "2025-03-01", "1000"),
    *(("small", f"{year}-03-01", "5") for year in range(2021, 2026)),
]  # fmt: skip


def test_only_who_brings_much_every_year_and_evenly(facts: MakeFacts) -> None:
    found = rows(golden(facts(LINES), Period.year(2025), date(2025, 12, 31), last_year=2025))
    assert [row["customer"] for row in found] == ["even"]
    assert (found[0]["contribution"], found[0]["years"], found[0]["regularity"], found[0]["variation"]) == (
        1000, 5, 1.0, 0.0,
    )  # fmt: skip


def test_a_year_without_contribution_counts_as_nothing(facts: MakeFacts) -> None:
    found = {row["customer"]: row["variation"] for row in rows(variation(facts(LINES), 2025))}
    assert found["rare"] == pytest.approx(sqrt((2 * 1000**2) / 5 - 400**2) / 400)
    assert found["young"] is None


def test_what_comes_after_the_last_year_is_not_counted(facts: MakeFacts) -> None:
    found = {row["customer"]: row["variation"] for row in rows(variation(facts(LINES), 2024))}
    assert found["wild"] == 0.0
    assert "young" not in found
