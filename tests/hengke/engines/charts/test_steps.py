"""Funnel and heat field."""

from __future__ import annotations

from hengke.engines.charts import Part, funnel, heat


def test_steps_say_their_share_of_the_first() -> None:
    chart = funnel([Part("a", 200), Part("b", 50)], title="T")
    assert chart.table.rows == [["a", "200", "100.0%"], ["b", "50", "25.0%"]]
    assert "80,0 420,0" in chart.svg
    assert funnel([], title="T").table.rows == []


def test_the_darker_the_larger_and_nothing_is_dashed() -> None:
    chart = heat(["r"], ["a", "b", "c", "d"], [[60, 30, None, 0]], title="T")
    assert [chart.svg.count(f'class="{cls}"') for cls in ("q5", "q3", "qn")] == [1, 1, 2]
    assert chart.table.rows == [["r", "60", "30", "–", "0"]]


def test_heads_of_a_field_are_left_out_where_they_have_no_room() -> None:
    names = [f"2025-{month:02}" for month in range(1, 25)]
    chart = heat(["r"], names, [[1] * 24], title="T")
    assert sum(f">{name}</text>" in chart.svg for name in names) == 6
