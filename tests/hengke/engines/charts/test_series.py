"""Bars, stacks, lines and ranked bars: geometry and table by hand."""

from __future__ import annotations

import re

import pytest

from hengke.engines.charts import Series, bars, combined, lines, ranked, stacked_bars

LABELS = ["a", "b", "c"]


def _numbers(svg: str, name: str, cls: str) -> list[float]:
    found = re.findall(rf'<rect class="{cls}"[^>]* {name}="([\d.]+)"', svg)
    return [float(each) for each in found]


def test_bars_are_as_high_as_their_values_and_a_gap_is_none() -> None:
    chart = bars(LABELS, [Series("x", [10, None, 20]), Series("y", [-5, 0, 5])], title="T", head="H")
    first, second = _numbers(chart.svg, "height", "p1")
    assert second == pytest.approx(2 * first, abs=0.02)
    assert chart.table.rows == [["a", "10", "−5"], ["b", "–", "0"], ["c", "20", "5"]]
    assert [key.cls for key in chart.legend] == ["p1", "p2"]


def test_own_colours_stand_in_drawing_and_legend() -> None:
    chart = bars(["a"], [Series("x", [1]), Series("y", [2])], title="T", colours=("was", "now"))
    assert [key.cls for key in chart.legend] == ["was", "now"]
    assert 'class="was"' in chart.svg


def test_stacks_stand_upon_each_other_and_nothing_hangs() -> None:
    chart = stacked_bars(["a"], [Series("x", [10]), Series("y", [30]), Series("z", [-5])], title="T")
    (low,), (high,) = _numbers(chart.svg, "y", "p1"), _numbers(chart.svg, "y", "p2")
    (height,) = _numbers(chart.svg, "height", "p2")
    assert high + height == low
    assert chart.table.rows == [["a", "10", "30", "−5"]]
    assert 'class="p3"' not in chart.svg


def test_a_gap_breaks_a_line() -> None:
    chart = lines([*LABELS, "d", "e"], [Series("x", [1, 2, None, 3, 4])], title="T")
    assert chart.svg.count('<path class="trace l1"') == 2
    assert chart.svg.count("<circle") == 4


def test_bars_and_line_have_a_scale_each() -> None:
    chart = combined(["a", "b"], Series("n", [100, 200]), Series("r", [0.5, 1.0]), title="T")
    assert "100%" in chart.svg
    assert chart.table.rows == [["a", "100", "50%"], ["b", "200", "100%"]]


def test_ranked_bars_hold_their_share_together() -> None:
    chart = ranked(LABELS, Series("n", [10, 70, 20]), title="T", share="S")
    assert chart.table.rows == [["b", "70", "70%"], ["c", "20", "90%"], ["a", "10", "100%"]]
    assert ranked(["a"], Series("n", [-1]), title="T").table.rows == []


def test_labels_are_left_out_where_they_have_no_room() -> None:
    chart = bars([f"客户名称{i}" for i in range(40)], [Series("x", [1] * 40)], title="T")
    assert chart.svg.count('class="m"') < 8
    assert "<script" not in bars(["<script>"], [Series("x", [1])], title="T").svg
