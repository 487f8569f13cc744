"""The sentence with gaps."""

from __future__ import annotations

import pytest
from django.test import Client

from .conftest import figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_a_sentence_becomes_an_address(boss: Client) -> None:
    response = boss.get("/pivot/ask?who=laboratory&what=billed&how=fell-yoy&count=5&period=2025")
    assert response.status_code == 302
    assert "compare=yoy" in response["Location"]
    found = figures(boss.get(response["Location"]).content.decode())
    assert {row[0] for row in found} == {"长度室", "热工室", "合计"}
    assert found[0][1] == "+150"
    assert boss.get("/pivot/ask?who=laboratory&what=billed&how=x").status_code == 400
