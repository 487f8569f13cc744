"""`users`: who can log in, and the way back for somebody who cannot."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from hengke.engines.access import login
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.account import second_steps
from tests.factories.people import PASSWORD, person
from tests.hengke.engines.account.conftest import give_password, is_in, with_app

pytestmark = pytest.mark.django_db
NEW = "violet umbrella 41 moons"


def _said(*arguments: str) -> str:
    out = StringIO()
    call_command("users", *arguments, stdout=out)
    return out.getvalue()


def _link(*arguments: str) -> str:
    found = re.search(r"http://site(/login/link/\S+)", _said("--base", "http://site", "--reset", *arguments))
    assert found
    return found[1]


def test_everybody_is_listed_with_the_role_in_chinese() -> None:
    for role in Role.values:
        person(role, role)
    said = _said()
    assert all(role in said for role in Role.values)
    assert "安全管理员" in said
    assert "（已修改）" in said


def test_a_link_sets_a_password_once_and_unlocks(client: Client) -> None:
    user = person("anna", Role.ADMINISTRATOR)
    for _n in range(5):
        login.failed("anna", "10.0.0.1")
    link = _link("anna")
    assert not login.waiting()
    assert client.post(link, {"new_password1": "short", "new_password2": "short"}).status_code == 200
    assert client.post(link, {"new_password1": NEW, "new_password2": NEW})["Location"] == "/login"
    assert client.get(link).status_code == 404
    user.refresh_from_db()
    assert user.check_password(NEW)
    kinds = set(Event.objects.filter(subject_id=user.pk).values_list("kind", flat=True))
    assert kinds == {"login.unlocked", "password.link_made", "password.changed"}


def test_a_link_ends_after_an_hour_and_with_the_next_log_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.tokens import default_token_generator

    person("anna", Role.ADMINISTRATOR)
    link, now = _link("anna"), default_token_generator._now()  # type: ignore[attr-defined]
    monkeypatch.setattr(default_token_generator, "_now", lambda: now + timedelta(seconds=3601))
    assert client.get(link).status_code == 404
    monkeypatch.undo()
    assert client.get(link).status_code == 200
    give_password(Client())
    assert client.get(link).status_code == 404


def test_a_link_is_no_way_past_the_second_step_unless_it_was_asked_for(client: Client) -> None:
    user = with_app("anna", role=Role.ADMINISTRATOR)
    client.post(_link("anna"), {"new_password1": NEW, "new_password2": NEW})
    assert give_password(client, password=NEW)["Location"] == "/login/second"
    client.post(_link("anna", "--second-step"), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert second_steps.ways(user) == frozenset()


def test_a_link_of_somebody_else_does_not_fit(client: Client) -> None:
    person("anna", Role.ADMINISTRATOR)
    other = person("bert")
    token = _link("anna").rpartition("/")[2]
    assert client.get(f"/login/link/{other.pk}/{token}").status_code == 404


def test_unknown_and_disabled_people_get_none() -> None:
    person("anna", Role.ADMINISTRATOR)
    User.objects.update(is_active=False)
    for name in ("anna", "nobody"):
        with pytest.raises(CommandError):
            _said("--reset", name)


def test_the_first_administrator_is_in_after_the_welcome_link(client: Client) -> None:
    link = re.search(r"http://site(/welcome/\S+)", _said("--base", "http://site"))
    assert link
    said = {"username": "boss", "name": "Boss", "password": NEW, "again": NEW}
    assert client.post(link[1], said).status_code == 302
    assert is_in(client)
