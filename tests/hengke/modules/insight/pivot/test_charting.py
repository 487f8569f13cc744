"""Every kind of chart."""

from __future__ import annotations

import pytest
from django.test import Client

from .conftest import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


@pytest.mark.parametrize(
    "chart",
    ["bars", "lines", "stacked", "combined", "pie", "radar", "gauge", "funnel", "heat", "map", "pareto"],
)
def test_every_chart_has_a_drawing_and_a_table(chart: str, boss: Client) -> None:
    text = page(
        boss, rows="city", columns="year", values="billed,arrival_rate", period="2024/2025", chart=chart
    )
    drawn = text.split("pv-chart")[1]
    assert "<svg" in drawn
    assert "以表格显示" in drawn
