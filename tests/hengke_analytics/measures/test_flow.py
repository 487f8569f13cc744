"""Flow of customers between two days: stages by rule, who moved, without looking ahead."""

from __future__ import annotations

from datetime import date

from hengke_analytics.engine import rows
from hengke_analytics.measures.flow import cycles, flow, last_full_year, moves, stages_at

from .conftest import MakeFacts

EARLIER, LATER = date(2024, 12, 31), date(2025, 12, 31)


def _days(year: int) -> list[str]:
    return [f"{year}-{month:02}-10" for month in (2, 5, 8, 11)]


LINES = [
    *(("stays", day, "100") for year in range(2021, 2026) for day in _days(year)),
    *(("leaves", day, "100") for year in range(2021, 2025) for day in _days(year)),
    *(("grows", day, str(100 * 2 ** (year - 2021))) for year in range(2021, 2026) for day in _days(year)),
    ("comes", "2025-06-01", "50"),
]  # fmt: skip


def _of(day: date, facts: MakeFacts) -> dict[str, str]:
    return {row["customer"]: row["stage"] for row in rows(stages_at(facts(LINES), day))}


def test_stages_as_they_were_known_on_the_day(facts: MakeFacts) -> None:
    assert _of(EARLIER, facts) == {"stays": "stable", "leaves": "stable", "grows": "growing"}
    assert _of(LATER, facts) == {"stays": "stable", "leaves": "lost", "grows": "growing", "comes": "new"}
    assert (
        _of(date(2025, 3, 31), facts)["leaves"] == "dormant"
    )  # 141 days, beyond the threshold but not twice


def test_everybody_is_in_one_passage(facts: MakeFacts) -> None:
    table = facts(LINES)
    found = flow(moves(table, EARLIER, LATER))
    told = [(p.origin, p.target, p.customers, p.before, p.after) for p in found]
    assert told == [
        ("growing", "growing", 1, 3200, 6400), ("stable", "stable", 1, 400, 400), ("stable", "lost", 1, 400, 0),
        ("none", "new", 1, 0, 50),
    ]  # fmt: skip


def test_who_moved_can_be_listed(facts: MakeFacts) -> None:
    moved = moves(facts(LINES), EARLIER, LATER)
    gone = rows(moved.filter(moved.origin == "stable", moved.target == "lost"))
    assert [(row["customer"], row["before"]) for row in gone] == [("leaves", 400)]


def test_a_year_is_over_in_its_last_days() -> None:
    assert [last_full_year(day) for day in (date(2025, 12, 27), date(2025, 12, 28))] == [2024, 2025]


def test_cycles_need_validity(facts: MakeFacts) -> None:
    assert cycles(facts(LINES)) is None
