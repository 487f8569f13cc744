"""The small warehouse of the overview's tests, whose every amount is known by heart, and how a page is read."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from hengke.engines.access.enums import Role, UnitKind
from tests.factories.people import person, unit
from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse


def page(client: Client, **words: Any) -> str:
    response = client.get(f"/pivot?{urlencode(words, doseq=True)}")
    assert response.status_code == 200, response.content.decode()[:3_000]
    return response.content.decode()


def figures(text: str) -> list[list[str]]:
    """The table's rows as texts."""
    table = text.split('<table class="tbl tight pv-grid">')[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table.split("</thead>")[1], re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def head(client: Client) -> Client:
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY)))
    return client
