"""Ways of looking at a measure, by hand on the small ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .conftest import Cube


def _column(cube: Cube, rows: str, values: str, *more: str) -> dict[Any, list[Any]]:
    grid = cube.ask(rows, "", values, *more).grid
    return {
        node.path: [grid.value(node.path, (), v) for v in grid.question.values] for node in grid.rows.walk()
    }


def test_shares_of_all_of_the_row_and_of_the_column(cube: Cube) -> None:
    grid = cube.ask(
        "laboratory", "year", "billed:share billed:row_share billed:column_share", "2024/2025"
    ).grid
    assert [grid.value(("长度室",), (2025,), v) for v in grid.question.values] == [
        pytest.approx(550 / 1730), pytest.approx(550 / 950), pytest.approx(550 / 1000),
    ]  # fmt: skip


def test_ranks_count_the_larger_ones_and_totals_have_none(cube: Cube) -> None:
    found = _column(cube, "customer", "billed:rank", "2025", "", "customer:2")

    assert (found[()], found[(2,)]) == ([None], [2])


def test_running_sums_and_their_change(cube: Cube) -> None:
    found = _column(
        cube, "quarter", "billed:cumulative billed:cumulative_change billed:average3", "2025", "yoy"
    )
    assert [found[(key,)][0] for key in (20251, 20252, 20253, 20254)] == [500, 700, 1000, 1000]
    assert found[(20252,)][1] == pytest.approx(700 / 700 - 1)
    assert found[(20253,)][2] == pytest.approx(Decimal(1000) / 3)


def test_time_runs_within_each_member_above_it(cube: Cube) -> None:
    found = _column(cube, "laboratory quarter", "billed:cumulative")
    assert [found[("长度室", key)][0] for key in (20251, 20252, 20253, 20254)] == [500, 550, 550, 550]


def test_rates_over_time_are_those_of_all_parts_together(cube: Cube) -> None:
    found = _column(cube, "quarter", "arrival_rate:cumulative arrival_rate:average3")
    assert found[(20253,)] == [Decimal("0.7"), Decimal("0.7")]


def test_a_rate_changes_in_points_and_nothing_before_leaves_it_unsaid(cube: Cube) -> None:
    found = _column(cube, "laboratory", "arrival_rate:change billed:difference", "2025", "yoy")
    assert found[("热工室",)] == [Decimal("0.333333") - Decimal("0.606061"), 120]
    assert _column(cube, "customer", "billed:change", "2025", "yoy", "customer:9")[(3,)] == [None]


def test_members_come_in_the_order_asked_for(cube: Cube) -> None:
    def order(sort: str) -> list[Any]:
        return [
            n.key
            for n in cube.ask(
                "customer", "", "billed", "2024/2025", "", "customer:9", sort
            ).grid.rows.children
        ]

    assert order("") == [1, 2, 4, 3]
    assert order("0") == [3, 4, 2, 1]
    assert order("name") == [1, 2, 3, 4]
    assert order("-name") == [4, 3, 2, 1]


def test_dates_without_a_fact_stand_in_the_grid(cube: Cube) -> None:
    grid = cube.ask("year month_of_year", "", "billed", "2024-11/2025-02").grid
    assert [node.path for node in grid.rows.walk() if len(node.path) == 2] == [
        (2024, 11), (2024, 12), (2025, 1), (2025, 2),
    ]  # fmt: skip
