"""Subtotals and folded rows."""

from __future__ import annotations

import pytest
from django.test import Client

from .conftest import figures, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_rows_and_columns_with_subtotals(boss: Client) -> None:
    words = {"rows": "province,city", "columns": "year,quarter", "values": "billed", "period": "2024/2025-Q2"}
    found = figures(page(boss, **words))
    assert [row[0] for row in found] == ["安徽省", "合肥市", "芜湖市", "蚌埠市", "合计"]
    assert found[0][1:] == found[-1][1:]
    assert found[-1] == ["合计", "500", "200", "0", "30", "730", "500", "200", "700", "1,430"]
    folded = figures(page(boss, **words, closed="安徽省"))
    assert [row[0] for row in folded] == ["安徽省", "合计"]
