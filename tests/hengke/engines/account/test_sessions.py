"""Sessions end when they should: by time, by hand, and with the first request after a change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access import tokens
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.account import devices, gate
from hengke.engines.account.models import LoginPolicy, Session
from hengke.kernel import clock
from tests.factories.people import PASSWORD, person
from tests.hengke.engines.account.conftest import give_password, is_in

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
NEW = "violet umbrella 41 moons"


def _disable(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _other_role(user: User) -> None:
    User.objects.filter(pk=user.pk).update(role=Role.BUSINESS_DESK)


def _other_password(user: User) -> None:
    user.set_password(NEW)
    user.save()


@pytest.mark.parametrize("change", [_disable, _other_role, _other_password])
def test_session_and_token_end_with_the_next_request(
    anna: User, client: Client, change: Callable[[User], None]
) -> None:
    bearer = {"Authorization": f"Bearer {tokens.issue(anna, 'erp')}"}
    assert is_in(client)
    assert Client().get("/api/v1/customers", headers=bearer).status_code == 200
    change(anna)
    assert client.get("/api/v1/customers").status_code == 401
    assert client.get("/account")["Location"].startswith("/login")
    assert Client().get("/api/v1/customers", headers=bearer).status_code == 401


def test_a_session_does_not_come_back_with_a_person_who_is_let_in_again(anna: User, client: Client) -> None:
    for active in (False, True):
        anna.is_active = active
        anna.save()
    assert not is_in(client)


def test_the_cookie_of_before_log_out_is_worth_nothing(anna: User, client: Client) -> None:
    kept = client.cookies["sessionid"].value
    client.post("/logout")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_in(thief)
    assert Session.objects.filter(user=anna).count() == 0


def test_log_in_gives_a_new_key(client: Client) -> None:
    person("anna")
    client.get("/login")
    session = client.session
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    give_password(client)
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_an_unused_session_ends_and_a_used_one_ends_too_in_the_end(client: Client) -> None:
    LoginPolicy.objects.create(role=Role.DIRECTOR, second_step=False, idle_minutes=60, absolute_minutes=180)
    person("anna")
    start = clock.now()
    give_password(client)
    for minutes, expected in ((59, True), (118, True), (177, True), (181, False)):
        with clock.at(start + timedelta(minutes=minutes)):
            assert is_in(client) is expected, minutes
    give_password(client)
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert not is_in(client)


def test_the_defaults_are_eight_hours_and_one_day(anna: User) -> None:
    row = Session.objects.get(user=anna)
    assert timedelta(seconds=row.idle_seconds) == timedelta(hours=8)
    assert row.ends_at - row.started_at == timedelta(hours=24)


def test_reading_pages_touches_the_row_every_few_minutes_only(anna: User, client: Client) -> None:
    def updates() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/account")
        return len([one for one in seen.captured_queries if one["sql"].startswith("UPDATE")])

    assert updates() == 0
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert [updates(), updates()] == [1, 0]


def test_the_list_shows_devices_and_ends_one_or_all_others(anna: User, client: Client) -> None:
    phone, laptop = Client(), Client(headers={"User-Agent": CHROME})
    give_password(phone)
    give_password(laptop)
    page = client.get("/account")
    assert "Chrome · Windows" in page.content.decode()
    assert all(row.session_key not in page.content.decode() for row in Session.objects.all())
    handle = devices.handle(laptop.cookies["sessionid"].value)
    client.post(f"/account/sessions/{handle}/end")
    assert [is_in(one) for one in (client, phone, laptop)] == [True, True, False]
    client.post("/account/sessions/end")
    assert [is_in(one) for one in (client, phone)] == [True, False]
    assert Event.objects.filter(kind="session.ended").count() == 2


def test_nobody_ends_the_session_of_somebody_else(anna: User, client: Client) -> None:
    person("bert")
    other = Client()
    give_password(other, "bert")
    handle = devices.handle(other.cookies["sessionid"].value)
    assert client.post(f"/account/sessions/{handle}/end").status_code == 404
    assert is_in(other)


def test_changing_the_password_keeps_this_session_and_ends_the_others(anna: User, client: Client) -> None:
    other = Client()
    give_password(other)
    said = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/account/password", said)["Location"] == "/account"
    assert [is_in(client), is_in(other)] == [True, False]
    assert Event.objects.filter(kind="password.changed", actor=anna).count() == 1


def test_ended_sessions_are_swept_at_the_next_log_in(anna: User) -> None:
    with clock.at(clock.now() + timedelta(days=2)):
        give_password(Client())
        assert Session.objects.count() == 1


def test_an_administrator_ends_all_sessions_of_a_person(anna: User, client: Client) -> None:
    assert gate.end_sessions(anna, actor=Actor.system()) == 1
    assert not is_in(client)


@pytest.mark.parametrize(("agent", "words"), [
    (CHROME, "Chrome · Windows"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604", "Safari · iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox · Linux"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
    ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537 MicroMessenger/8.0", "微信 · Android"),
    ("curl/8", "Unknown device"), ("", "Unknown device"),
])  # fmt: skip
def test_what_a_browser_says_in_words(agent: str, words: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert devices.in_words(agent) == words
