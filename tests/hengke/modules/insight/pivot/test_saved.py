"""Saved pivots."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.factories.people import person

from .conftest import head, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_a_pivot_is_saved_shared_and_put_away(boss: Client) -> None:
    state = "rows=tier&values=billed&chart=pie"
    boss.post("/pivot/keep", {"state": state, "name": "等级一览", "shared": "on"})
    text = page(boss)
    assert "等级一览" in text
    pk = re.search(r"/pivot/kept/(\d+)/delete", text)
    assert pk is not None
    head(boss)
    assert "/pivot?rows=tier" not in page(boss)
    assert boss.post(pk[0]).status_code == 404
    boss.force_login(person("boss2"))
    assert "/pivot?rows=tier" in page(boss)
    assert boss.post("/pivot/keep", {"state": "rows=cost", "name": "x"}).status_code == 400
    assert boss.post("/pivot/keep", {"state": state, "name": " "}).status_code == 400
