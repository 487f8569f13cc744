"""The way in: nothing opens between the password and the second step, and no code works twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hengke.engines.access import login
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.account import gate, policy, recovery
from hengke.engines.account.models import LoginPolicy, Session, Totp
from hengke.kernel import clock
from tests.factories.people import PASSWORD, person
from tests.hengke.engines.account.conftest import code, give_password, is_in, post_json, with_app

pytestmark = pytest.mark.django_db
OPEN = {
    "/login",
    "/login/second",
    "/login/setup",
    "/login/passkey",
    "/login/passkey/begin",
    "/livez",
    "/readyz",
    # What anybody may ask who has the paper with the code on it.
    "/status",
    "/verify/1",
}


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _addresses(pattern.url_patterns, before + route)
        elif "(" not in route:
            for kind in ("int", "str"):
                while f"<{kind}:" in route:
                    start = route.index(f"<{kind}:")
                    route = route[:start] + "1" + route[route.index(">", start) + 1 :]
            found.append(before + route)
    return found


def test_password_alone_opens_nothing_for_somebody_with_a_second_step(client: Client) -> None:
    with_app()
    assert give_password(client)["Location"] == "/login/second"
    assert "_auth_user_id" not in client.session
    addresses = {address for address in _addresses(get_resolver().url_patterns) if "<" not in address} - OPEN
    assert len(addresses) > 60
    for address in addresses:
        for answer in (
            client.get(address, headers={"HX-Request": "true"}),
            client.post(address, "{}", content_type="application/json"),
        ):
            to_login = answer.status_code == 302 and answer["Location"].startswith("/login")
            # Addresses that strangers may ask refuse too: a language can be chosen, a token of a link is unknown.
            free = address in ("/language", "/logout") and answer.status_code in (200, 204, 302, 405)
            assert to_login or free or answer.status_code in (401, 403, 404, 405), (
                address,
                answer.status_code,
            )
    assert not is_in(client)


def test_the_code_opens_and_the_page_that_was_wanted_comes_up(client: Client) -> None:
    with_app()
    client.post("/login?next=/customers", {"username": "anna", "password": PASSWORD})
    answer = client.post("/login/second", {"code": f" {code()[:3]} {code()[3:]} "})
    assert answer["Location"] == "/customers"
    assert is_in(client)
    event = Event.objects.get(kind="login.succeeded")
    assert (event.payload["way"], event.payload["username"]) == ("totp", "anna")


def test_a_code_works_once_and_no_earlier_one_after_it(client: Client) -> None:
    with_app()
    with clock.at(clock.now()):
        for step, right in ((0, True), (0, False), (-1, False), (1, True), (2, False)):
            give_password(client)
            client.post("/login/second", {"code": code(step)})
            assert is_in(client) is right, step
            client.post("/logout")


def test_a_recovery_code_works_once(client: Client) -> None:
    user = with_app()
    codes = recovery.make(user, actor=Actor.of(user))
    assert len(set(codes)) == 10
    for expected in (True, False):
        give_password(client)
        client.post("/login/second", {"code": codes[0].upper()})
        assert is_in(client) is expected
        client.post("/logout")
    assert recovery.left(user) == 9
    assert Event.objects.get(kind="recovery_code.used").payload == {"left": 9}


def test_codes_of_somebody_else_are_refused(client: Client) -> None:
    with_app()
    other = with_app("bert")
    codes = recovery.make(other, actor=Actor.of(other))
    give_password(client)
    client.post("/login/second", {"code": codes[0]})
    assert not is_in(client)


def test_guessing_codes_locks_like_guessing_passwords(client: Client) -> None:
    with_app()
    give_password(client)
    tries = [client.post("/login/second", {"code": "000000"}).status_code for _n in range(6)]
    assert tries == [200] * 5 + [429]
    # The right password does not wipe the slate clean, and neither step is open now.
    assert client.post("/login/second", {"code": code()}).status_code == 429
    assert give_password(Client()).status_code == 429


def test_the_second_step_must_follow_soon_and_on_the_same_password(client: Client) -> None:
    user = with_app()
    give_password(client)
    with clock.at(clock.now() + gate.PATIENCE + timedelta(seconds=1)):
        assert client.post("/login/second", {"code": code()})["Location"] == "/login"
    give_password(client)
    user.set_password("another long password 8")
    user.save()
    assert client.post("/login/second", {"code": code()})["Location"] == "/login"
    assert not is_in(client)


def test_a_disabled_person_does_not_get_through_the_second_step(client: Client) -> None:
    user = with_app()
    give_password(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.post("/login/second", {"code": code()})["Location"] == "/login"


def test_a_role_that_requires_it_must_set_up_before_anything_opens(client: Client) -> None:
    LoginPolicy.objects.create(role=Role.DIRECTOR, second_step=True, idle_minutes=60, absolute_minutes=600)
    user = person("anna")
    assert give_password(client)["Location"] == "/login/setup"
    assert not is_in(client)
    letters = client.get("/login/setup").context["letters"]
    assert client.post("/login/setup", {"code": "000000"}).status_code == 200
    assert not Totp.objects.filter(user=user).exists()
    page = client.post("/login/setup", {"code": code(secret=letters.replace(" ", ""))})
    assert len(page.context["codes"]) == 10
    assert is_in(client)


def test_set_up_is_closed_to_those_who_have_a_second_step(client: Client) -> None:
    with_app()
    give_password(client)
    assert client.get("/login/setup")["Location"] == "/login"
    assert post_json(client, "/account/passkeys/begin").status_code == 403
    assert post_json(client, "/account/passkeys/add", answer={}).status_code == 403


def test_the_waiting_time_grows_and_ends_with_success_or_an_administrator(client: Client) -> None:
    user, start = person("anna"), clock.now()
    with clock.at(start):
        for _n in range(5):
            login.failed("anna", "10.0.0.1")
        assert login.wait("anna", "10.0.0.9") == timedelta(minutes=1)
        assert Event.objects.filter(kind="login.locked").count() == 1
    for n, minutes in enumerate((2, 4, 8, 16, 32, 60, 60), start=1):
        with clock.at(start + timedelta(hours=n)):
            assert login.wait("anna", "10.0.0.9") == timedelta()
            login.failed("anna", f"10.0.1.{n}")
            assert login.wait("anna", "10.0.0.9") == timedelta(minutes=minutes)
            assert login.waiting() == {"anna": timedelta(minutes=minutes)}
    with clock.at(start + timedelta(hours=7, minutes=1)):
        login.unlock(user, actor=Actor.system())
        assert login.wait("anna", "10.0.0.9") == timedelta()
    with clock.at(start + timedelta(hours=8)):
        assert give_password(client).status_code == 302


def test_blanks_around_a_name_do_not_make_it_another_one(client: Client) -> None:
    person("anna")
    names = ["anna", " anna", "anna ", "\tanna", "  anna"]
    assert [give_password(client, name, "wrong").status_code for name in names] == [200] * 5
    assert give_password(client).status_code == 429


def test_rules_are_kept_with_old_and_new_values() -> None:
    boss = Actor.of(person("boss", Role.SECURITY_ADMINISTRATOR))
    stricter = policy.Policy(second_step=True, idle=timedelta(minutes=30), absolute=timedelta(hours=8))
    policy.change(Role.DIRECTOR, stricter, actor=boss)
    assert policy.of(Role.DIRECTOR) == stricter
    assert policy.of(Role.BUSINESS_DESK) == policy.DEFAULT
    row = Event.objects.get(kind="policy.changed").rows.get()
    assert (row.before, row.after["idle_minutes"]) == (None, 30)


def test_a_half_way_session_does_not_stay() -> None:
    with_app()
    client = Client()
    give_password(client)
    assert Session.objects.get().user is None
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert client.get("/login/second")["Location"] == "/login"
