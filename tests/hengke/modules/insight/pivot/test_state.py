"""Hostile addresses get words."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


@pytest.mark.parametrize("address", [
    "rows=laboratory&values=billed:profit", "values=billed:change&rows=city", "values=billed:cumulative&rows=city",
    "rows=city&values=customers:cumulative&columns=month", "values=arrival_rate:share", "compare=worst", "chart=3d",
    "period=2025-13", "period=²", "f=%00:x",  "f=year:²", "f=customer:1;drop", "f=month:2025-1",
    "top=city:0", "top=city:x", "top=city:99999", "sort=9", "sort=-x", "rows=city,city", "rows=city&columns=city",
    "rows=year,quarter,month,week,day", "values=" + ",".join(["billed"] * 20), "rows=" + "长" * 5_000,
    "f=customer:" + "9" * 30, "rows=city&sort=--name",
])  # fmt: skip
def test_hostile_addresses_get_words(address: str, boss: Client) -> None:
    response = boss.get(f"/pivot?{address}")
    assert response.status_code == 400, response.content.decode()[:500]
    assert re.search("[一-鿿]", response.content.decode())
