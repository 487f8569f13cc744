"""Ring, radar and gauge."""

from __future__ import annotations

import pytest

from hengke.engines.charts import Part, Series, gauge, pie, radar


def test_slices_share_the_ring() -> None:
    chart = pie([Part("a", 3), Part("b", 1, "p2"), Part("c", -2, "p3")], title="T")
    assert chart.svg.count('class="slice') == 2
    assert [row[2] for row in chart.table.rows] == ["75.0%", "25.0%", "–"]
    assert "A100 100 0 1 1" in chart.svg  # three quarters take the long way round


def test_one_slice_is_a_whole_ring() -> None:
    assert pie([Part("a", 5)], title="T").svg.count('class="slice') == 1
    assert pie([], title="T").table.rows == []


def test_a_radar_has_a_spoke_for_each_label() -> None:
    chart = radar(["a", "b", "c"], [Series("x", [1, 2, None]), Series("y", [2, 1, 0])], title="T")
    assert chart.svg.count("web") == 2
    assert chart.table.rows == [["a", "1", "2"], ["b", "2", "1"], ["c", "–", "0"]]


@pytest.mark.parametrize(("value", "end"), [(0.5, "160 24"), (1.0, "256 120"), (7, "256 120")])
def test_a_gauge_ends_where_its_rate_is(value: float, end: str) -> None:
    chart = gauge(value, title="T", text="x")
    assert f"1 {end}" in chart.svg.split('class="arc"')[1]


def test_an_empty_gauge_has_no_arc() -> None:
    assert 'class="arc"' not in gauge(None, title="T", text="–").svg
