"""How many requests a minute are answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hengke.engines.records.rest import throttle
from tests.factories.people import person
from tests.hengke.engines.records.rest.conftest import client_of

pytestmark = pytest.mark.django_db


def _codes(client: Client, count: int) -> list[int]:
    return [client.get("/api/v1/me").status_code for _ in range(count)]


def test_a_token_gets_its_share_and_a_person_twice_that(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE, settings.SERVER_PROCESSES = 6, 2
    boss = person("boss")
    first, second, third = (client_of(boss) for _ in range(3))
    assert _codes(first, 4) == [200, 200, 200, 429]
    assert _codes(second, 3) == [200, 200, 429]  # what the first was refused counted for the person
    assert _codes(third, 1) == [429]
    assert _codes(client_of(person("other")), 3) == [200, 200, 200]


def test_a_refusal_says_how_long_to_wait(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE, settings.SERVER_PROCESSES = 4, 2
    client = client_of(person("boss"))
    _codes(client, 2)
    answer = client.get("/api/v1/customers")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 25 <= int(answer["Retry-After"]) <= 30


def test_a_bucket_fills_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    assert [throttle.seconds("x", 2) for _ in range(3)] == [0, 0, 30]
    now[0] += 30
    assert [throttle.seconds("x", 2) for _ in range(2)] == [0, 30]
    now[0] += 10_000
    assert [throttle.seconds("x", 2) for _ in range(3)] == [0, 0, 30]
