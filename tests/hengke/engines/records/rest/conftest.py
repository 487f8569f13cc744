"""Clients of the API: programs with a token that may write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from hengke.engines.access.models import Event, User
from hengke.engines.access.tokens import issue
from hengke.engines.records.rest import throttle
from tests.factories.people import person

Send = Callable[..., Any]


def client_of(user: User) -> Client:
    """A program of that person."""
    token = issue(user, "test", writes=True)
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})


def told() -> QuerySet[Event]:
    """What the API has written down; not that the token was made."""
    return Event.objects.exclude(kind="token.issued")


@pytest.fixture(autouse=True)
def _full_buckets() -> Iterator[None]:
    throttle.forget()
    yield
    throttle.forget()


@pytest.fixture
def api() -> Client:
    return client_of(person("boss"))


@pytest.fixture
def send(api: Client) -> Send:
    """send(method, address below /api/v1, body, **headers)"""

    def ask(method: str, url: str, body: object = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        call = getattr(api, method)
        if method == "get":
            return call(f"/api/v1{url}", headers=named)
        text = "" if body is None else json.dumps(body)
        return call(f"/api/v1{url}", text, content_type="application/json", headers=named)

    return ask
