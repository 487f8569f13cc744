"""Tiles as they are drawn: a figure with its comparison, a chart, a table with as many rows as have room."""

from __future__ import annotations

from datetime import date

import pytest

from hengke.engines.access.actor import Actor
from hengke.modules.insight.boards.answers import Asker
from hengke.modules.insight.boards.tiles import ROWS, Asked, Drawn, drawn, state_of, usual_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def _drawn(actor: Actor, query: str, kind: str, height: int = 2) -> Drawn:
    tile = Asked("1", "x", kind, state_of(query), 2, height)
    return drawn([tile], Asker.of(actor), patient=True)[0]


def test_a_figure_says_its_change_and_its_course(actor: Actor) -> None:
    figure = _drawn(actor, "rows=month&values=billed&period=2025&compare=yoy", "figure").figure
    assert figure is not None
    assert (figure.value, figure.unit, figure.change, figure.direction) == ("1,000", "元", "+42.9%", "up")
    assert "700" in figure.note
    assert "<path" in str(figure.spark)


def test_a_figure_of_two_periods_names_the_earlier_one(actor: Actor) -> None:
    figure = _drawn(actor, "values=lost_customers&period=2025&compare=yoy", "figure").figure
    assert figure is not None
    assert (figure.value, figure.change) == ("1", "")
    assert "2024-01-01" in figure.note


def test_a_chart_that_cannot_be_drawn_is_a_table(actor: Actor) -> None:
    assert _drawn(actor, "rows=laboratory&values=billed", "chart").chart is not None
    plain = _drawn(actor, "rows=laboratory&values=billed&chart=none", "chart")
    assert plain.chart is None
    assert plain.table is not None


def test_a_table_shows_what_has_room_and_counts_the_rest(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROWS, 1, 1)
    tile = _drawn(actor, "rows=customer&values=billed&period=2025", "table", height=1)
    assert tile.table is not None
    assert (len(tile.table.rows), tile.hidden_rows) == (1, 2)


def test_what_has_no_answer_says_why(actor: Actor) -> None:
    assert "没有符合条件" in _drawn(actor, "rows=city&values=billed&f=city:月球", "chart").words
    assert "您的角色看不到" in _drawn(actor, "rows=nothing&values=billed", "chart").words


def test_the_page_says_the_period_of_most_tiles(actor: Actor) -> None:
    tiles = [Asked(str(n), "x", "figure", state_of(f"values=billed&period={year}"), 1, 1)
             for n, year in enumerate(("2024", "2025", "2025"))]  # fmt: skip
    found = usual_period(drawn(tiles, Asker.of(actor), patient=True))
    assert found is not None
    assert found.start == date(2025, 1, 1)
    assert usual_period([]) is None


def test_the_period_of_the_board_takes_the_place_of_the_tiles_own() -> None:
    assert state_of("values=billed&period=2025", "2024").period == "2024"
