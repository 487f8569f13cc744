"""The small warehouse of the overview's tests, and people who look at boards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.modules.insight.boards import answers
from tests.factories.people import person, unit
from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    answers.forget()
    yield
    answers.forget()


@pytest.fixture
def boss_user(db: None) -> Any:
    return person("boss")


@pytest.fixture
def boss(client: Client, boss_user: Any) -> Client:
    client.force_login(boss_user)
    return client


@pytest.fixture
def actor(boss_user: Any) -> Actor:
    return Actor.of(boss_user)


def log_in(client: Client, name: str, role: str, laboratory: str = "") -> Client:
    place = (unit(laboratory, UnitKind.LABORATORY),) if laboratory else ()
    client.force_login(person(name, role, *place))
    return client


def head(client: Client) -> Client:
    return log_in(client, "head", Role.LABORATORY_HEAD, "长度室")


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:3_000]
    return response.content.decode()
