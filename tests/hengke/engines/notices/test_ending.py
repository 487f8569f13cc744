"""An open event stream ends with what let it be opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client

from hengke.engines.access.models import User
from hengke.engines.account.models import Session
from hengke.engines.notices import live
from tests.factories.people import PASSWORD, person

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another long test password 8"


def _change(user: User, client: Client) -> None:
    client.post("/account/password", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})


def _disable(user: User, client: Client) -> None:
    user.is_active = False
    user.save()


def _demote(user: User, client: Client) -> None:
    user.role = "business_desk"
    user.save(update_fields=["role"])


def _end(user: User, client: Client) -> None:
    Session.objects.filter(user=user).delete()


WAYS: list[Callable[[User, Client], None]] = [
    _change, _disable, _demote, _end, lambda user, client: client.post("/logout") and None,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_what_ends_a_session_ends_its_streams(
    way: Callable[[User, Client], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    user, other = person("leaver"), person("other")
    client, elsewhere = Client(), Client()
    client.force_login(user)
    elsewhere.force_login(other)
    ended: list[int] = []
    monkeypatch.setattr(live, "end", lambda people: ended.extend(people))
    way(user, client)
    assert set(ended) == {user.pk}


def test_what_a_person_prefers_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    user: AbstractBaseUser = person("user")
    ended: list[int] = []
    monkeypatch.setattr(live, "end", lambda people: ended.extend(people))
    user.save(update_fields=["preferences"])
    assert ended == []
