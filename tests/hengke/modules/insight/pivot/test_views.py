"""The page: figures by hand, with whose eyes they are seen, and what a hostile address gets."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from hengke.engines.access.enums import Role, UnitKind
from tests.factories.people import person, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def _page(client: Client, **words: str) -> str:
    response = client.get(f"/pivot?{urlencode(words, doseq=True)}")
    assert response.status_code == 200, response.content.decode()[:3_000]
    return response.content.decode()


def _figures(page: str) -> list[list[str]]:
    """The table's rows as texts."""
    table = page.split('<table class="tbl tight pv-grid">')[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table.split("</thead>")[1], re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def test_the_first_page_shows_laboratories_against_last_year(client: Client) -> None:
    client.force_login(person("boss"))
    assert _figures(_page(client)) == [
        ["长度室", "550", "+37.5%", "2", "+100.0%"],
        ["热工室", "450", "+50.0%", "2", "0.0%"],
        ["合计", "1,000", "+42.9%", "3", "0.0%"],
    ]
