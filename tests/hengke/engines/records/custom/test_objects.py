"""Objects that an administrator makes: there at once on every door, within rights, and kept when taken away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.models import User
from tests.factories import customers as make
from tests.factories.objects import entry, vehicle
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def _login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_new_object_is_on_every_door_at_once() -> None:
    row, fields = vehicle()
    client, customer = _login(person("boss")), make.customer("合肥仪表厂")
    slug = row.slug
    assert "车辆" in client.get("/customers").content.decode()
    form = client.get(f"/{slug}/new").content.decode()
    assert "车牌号" in form and "年检日" in form
    said = {"name": "皖A12345", fields["customer"].key: customer.number, fields["state"].key: "o1",
            fields["day"].key: "2026-08-01", fields["price"].key: "180000.50"}  # fmt: skip
    answer = client.post(f"/{slug}/new", said)
    assert answer.status_code == 302, answer.content.decode()
    for url in (f"/{slug}", f"/{slug}/board", f"/{slug}/calendar?at=2026-08-01"):
        page = client.get(url)
        assert page.status_code == 200 and "皖A12345" in page.content.decode(), url
    got = client.get(f"/api/v1/{slug}").json()["items"][0]
    assert got["name"] == "皖A12345" and got["number"] == "V-00001"
    assert got[fields["price"].key] == "180000.50"
    assert "皖A12345" in client.get(f"/{slug}/{got['id']}").content.decode()
    assert "皖A12345" in client.get("/search?q=皖A12345").content.decode()
    assert f"/{slug}" in client.get("/api/v1/openapi.json").json()["paths"]
