"""The smallest table that knows enough is chosen."""

from __future__ import annotations

import pytest

from .conftest import Cube


@pytest.mark.parametrize(("rows", "values", "period", "compare", "source"), [
    ("laboratory project_group", "billed", "2025", "yoy", "facts_laboratory"),
    ("laboratory month", "billed", "2025", "previous", "facts_laboratory"),
    ("laboratory", "customers", "2025", "", "facts_month"), ("city quarter", "billed", "2025-Q1", "", "facts_month"),
    ("city", "billed", "2025-01-01/2025-03-10", "", "facts_day"), ("week", "customers", "2025", "", "facts_day"),
    ("month", "customers", "2025-02", "previous", "facts_month"), ("city project_group", "billed", "2025", "", "facts"),
    ("laboratory", "orders", "2025", "", "facts"), ("tier", "billed", "2025", "", "facts_month"),
])  # fmt: skip
def test_choice(rows: str, values: str, period: str, compare: str, source: str, cube: Cube) -> None:
    assert cube.ask(rows, "", values, period, compare).source == source
