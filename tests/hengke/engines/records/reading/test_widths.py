"""Widths of columns: kept for the person and in saved views, refused when they are none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    make.customer()
    return client


def _set(client: Client, widths: Any) -> int:
    return client.post("/customers/widths", {"widths": json.dumps(widths)}).status_code


def _widths(client: Client, url: str = "/customers") -> list[int]:
    return [int(width) for width in re.findall(r'<col width="(\d+)">', client.get(url).content.decode())]


def test_widths_are_kept_for_the_person_alone(boss: Client) -> None:
    assert _widths(boss) == []
    assert _set(boss, {"name": 300, "city": 90}) == 200
    pick, name, number, *_rest = _widths(boss)
    assert (pick, name, number) == (36, 300, 140)
    assert 90 in _widths(boss)
    other = Client()
    other.force_login(person("other"))
    assert _widths(other) == []
    assert _widths(boss, "/contacts") == []


def test_automatic_widths_come_back(boss: Client) -> None:
    _set(boss, {"name": 300})
    assert _set(boss, {}) == 200
    assert _widths(boss) == []
    _set(boss, {"name": 300})
    boss.post("/customers/columns", {"usual": "1"})
    assert _widths(boss) == []


def test_a_saved_view_keeps_its_widths_apart_from_the_persons(boss: Client) -> None:
    _set(boss, {"name": 300})
    view = boss.post("/customers/views", {"name": "宽", "state": "?", "shared": "on"})["Location"]
    _set(boss, {"name": 200})
    assert _widths(boss, view)[1] == 300
    assert _widths(boss)[1] == 200
    other = Client()
    other.force_login(person("other"))
    assert _widths(other, view)[1] == 300


@pytest.mark.parametrize(
    "widths", [{"name": 59}, {"name": 901}, {"name": "100"}, {"name": True}, {"name": 1e2}, [1], 7, None]
)
def test_what_is_no_width_is_refused(boss: Client, widths: Any) -> None:
    assert _set(boss, widths) == 400
    assert _widths(boss) == []


@pytest.mark.parametrize("widths", [{"no_such_field": 100}, {"owner__password": 100}])
def test_an_unknown_column_is_refused(boss: Client, widths: Any) -> None:
    assert _set(boss, widths) == 400


def test_a_person_who_may_not_see_the_list_has_no_widths_of_it(client: Client) -> None:
    client.force_login(person("sys", "system_administrator"))
    assert _set(client, {"name": 100}) == 403
