"""Somebody with a second step, and the codes of their telephone."""

from __future__ import annotations

import json
from typing import Any

import pyotp
import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.account import totp
from hengke.kernel import clock
from tests.factories.people import PASSWORD, person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(steps: int = 0, secret: str = SECRET) -> str:
    """What the telephone shows now, or some time steps from now."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


def with_app(username: str = "anna", **words: Any) -> User:
    """A person whose app is set up and has not been used since."""
    user = person(username, **words)
    totp.add(user, SECRET, 0, actor=Actor.of(user))
    return user


def give_password(client: Client, username: str = "anna", password: str = PASSWORD, **words: str) -> Any:
    return client.post("/login", {"username": username, "password": password}, **words)


def post_json(client: Client, url: str, **body: Any) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json")


def confirm(client: Client) -> None:
    """Type the password once more."""
    assert client.post("/account/confirm", {"password": PASSWORD}).status_code == 302


def is_in(client: Client) -> bool:
    """Whether the client's session opens a page."""
    return bool(client.get("/account").status_code == 200)


@pytest.fixture
def anna(db: None, client: Client) -> User:
    """Logged in with `client`, no second step."""
    user = person("anna")
    give_password(client)
    return user
