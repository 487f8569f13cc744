"""People at their browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import User
from tests.factories import people


@pytest.fixture
def at() -> Callable[[str], Client]:
    """A logged-in browser of a person of the given role; one person per role."""

    def opened(role: str) -> Client:
        client = Client()
        laboratory = (
            people.unit("压力室", UnitKind.LABORATORY)
            if role == Role.LABORATORY_HEAD
            else people.unit("业务科")
        )
        user = User.objects.filter(username=role).first() or people.person(role, role, laboratory)
        client.force_login(user, backend="hengke.engines.access.backend.UnitBackend")
        return client

    return opened


@pytest.fixture
def admin(at: Callable[[str], Client]) -> Client:
    """An administrator's browser."""
    return at(Role.ADMINISTRATOR)
