"""Somebody who asks for far too much is slowed down, and nobody else is."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from hengke.engines.access.leaks import exporting
from hengke.engines.access.models import Event
from hengke.engines.records.rest import throttle
from tests.attacks.support import logged_in
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def test_two_hundred_exports_at_once_are_twenty() -> None:
    greedy, other = logged_in(person("greedy")), logged_in(person("other"))
    make.summary(make.customer())
    asked: Counter[int] = Counter()
    for n in range(200):
        answer = greedy.post("/customers/export", {"form": ("csv", "xlsx", "json")[n % 3]})
        asked[answer.status_code] += 1
        if answer.status_code == 429:
            assert answer["Retry-After"] == "60"
    assert asked == {200: exporting.PER_MINUTE, 429: 200 - exporting.PER_MINUTE}
    assert Event.objects.filter(kind="customer.exported").count() == exporting.PER_MINUTE
    assert other.post("/customers/export", {"form": "csv"}).status_code == 200
    Event.objects.update(at=Event.objects.earliest("pk").at.replace(year=2020))
    assert greedy.post("/customers/export", {"form": "csv"}).status_code == 200


def test_a_flood_of_questions_is_bounded_for_who_asks_only(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE, settings.SERVER_PROCESSES = 20, 1
    greedy, other = logged_in(person("greedy")), logged_in(person("other"))
    throttle.forget()
    codes = Counter(greedy.get("/api/v1/customers?page_size=1").status_code for _ in range(60))
    assert set(codes) == {200, 429}
    assert 20 <= codes[200] < 30
    assert other.get("/api/v1/customers").status_code == 200
    throttle.forget()
