"""Potential to rise a tier, and the first tier of new customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import contributions, newcomers, potential, pyramid

from .conftest import MakeFacts

CUTS = (Decimal("0.1"), Decimal("0.3"), Decimal("0.6"))
YEAR = Period.year(2025)
# ten customers: one vip, two major, three regular, four small
AMOUNTS = (1000, 500, 400, 300, 200, 150, 100, 50, 20, 10)
LINES = [
    *((f"c{n:02}", "2025-03-01", str(amount)) for n, amount in enumerate(AMOUNTS)),
    ("c06", "2024-03-01", "50"), ("c06", "2023-03-01", "25"),
]  # fmt: skip


def test_who_is_near_and_grows_comes_first(facts: MakeFacts) -> None:
    found = rows(potential(facts(LINES), YEAR, date(2025, 12, 31), last_year=2025, cuts=CUTS))
    assert len(found) == 9
    first = found[0]
    assert (first["customer"], first["tier"], first["target"]) == ("c06", "small", "regular")
    assert (first["floor"], first["gap"], first["median"]) == (150, 50, 200)
    assert first["nearness"] == pytest.approx(2 / 3)
    assert first["growth"] > 0.45
    assert first["potential"] == pytest.approx((6 * 2 / 3 + 3 + 1) / 10)


def test_without_a_rate_growth_counts_as_none(facts: MakeFacts) -> None:
    found = {
        row["customer"]: row
        for row in rows(potential(facts(LINES), YEAR, date(2025, 12, 31), last_year=2025, cuts=CUTS))
    }
    one = found["c03"]
    assert (one["growth"], one["target"], one["floor"]) == (None, "major", 400)
    assert one["potential"] == pytest.approx((6 * 0.75 + 3 * 0.25 + 1) / 10)
    assert "c00" not in found  # nobody rises above the top


def test_the_first_tier_follows_from_a_year_like_the_beginning(facts: MakeFacts) -> None:
    table = facts([*LINES, ("new", "2025-12-02", "120"), ("tiny", "2025-12-31", "1")])
    storeys = pyramid(contributions(table, YEAR), CUTS)
    found = {row["customer"]: row for row in rows(newcomers(table, YEAR, storeys))}
    assert (found["new"]["days"], found["new"]["projected"]) == (
        30,
        Decimal("486.67"),
    )  # over 90 days, not 30
    assert found["new"]["proposed"] == "major"
    assert (found["tiny"]["projected"], found["tiny"]["proposed"]) == (Decimal("4.06"), "small")
    assert "c06" not in found
