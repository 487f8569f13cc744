"""The page: figures by hand, what it refuses, and what it costs."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.test import Client

from .conftest import figures, head, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_the_first_page_shows_laboratories_against_last_year(boss: Client) -> None:
    assert figures(page(boss)) == [
        ["长度室", "550", "+37.5%", "2", "+100.0%"],
        ["热工室", "450", "+50.0%", "2", "0.0%"],
        ["合计", "1,000", "+42.9%", "3", "0.0%"],
    ]


def test_a_laboratory_head_sees_the_own_lines_only(client: Client) -> None:
    found = figures(page(head(client), rows="laboratory", values="billed,customers", period="2025"))
    assert found == [["长度室", "550", "2"], ["合计", "550", "2"]]
    assert (
        "热工室" not in client.get("/pivot/filter?field=laboratory&rows=city&values=billed").content.decode()
    )
    lines = client.get(
        f"/pivot/lines?f={quote('laboratory:热工室')}&values=billed&period=2025"
    ).content.decode()
    assert "客户" not in re.sub(
        r"<nav.*?</nav>|<thead.*?</thead>", "", lines.split("<tbody>")[1].split("</tbody>")[0]
    )
