"""Log-in: limited, logged, telling nothing about who exists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from hengke.engines.access import tokens
from hengke.engines.access.login import TRIES_PER_ADDRESS, TRIES_PER_NAME
from hengke.engines.access.models import ApiToken, Event
from hengke.kernel import clock
from tests.factories.people import PASSWORD, person

pytestmark = pytest.mark.django_db


def _try(client: Client, username: str, password: str = "wrong", **headers: str) -> int:
    return client.post("/login", {"username": username, "password": password}, **headers).status_code


def test_the_right_password_opens_and_is_logged(client: Client) -> None:
    person("anna")
    assert _try(client, "anna", PASSWORD) == 302
    assert Event.objects.filter(kind="login.succeeded").count() == 1
    assert client.get("/livez").status_code == 200


def test_a_name_is_blocked_after_failures_even_with_the_right_password(client: Client) -> None:
    person("anna")
    assert [_try(client, "anna") for _ in range(TRIES_PER_NAME)] == [200] * TRIES_PER_NAME
    assert _try(client, "anna", PASSWORD) == 429
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert _try(client, "anna", PASSWORD) == 302


def test_spaces_around_a_name_make_no_other_name(client: Client) -> None:
    person("anna")
    spaced = ["anna", " anna", "anna ", "\u3000anna", "\tanna"]
    assert [_try(client, name) for name in spaced[:TRIES_PER_NAME]] == [200] * TRIES_PER_NAME
    assert _try(client, "  anna  ", PASSWORD) == 429


def test_an_address_is_blocked_and_forged_headers_do_not_help(client: Client) -> None:
    codes = [
        _try(client, f"user{n}", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(TRIES_PER_ADDRESS + 1)
    ]
    assert codes == [200] * TRIES_PER_ADDRESS + [429]


def test_the_answer_is_the_same_for_known_and_unknown_names(client: Client) -> None:
    person("anna")
    known = client.post("/login", {"username": "anna", "password": "wrong"}).content.decode()
    unknown = client.post("/login", {"username": "nobody", "password": "wrong"}).content.decode()
    mask = {"anna": "X", "nobody": "X"}
    for name, sign in mask.items():
        known, unknown = known.replace(name, sign), unknown.replace(name, sign)
    strip = [line for line in known.splitlines() if "csrf" not in line]
    assert strip == [line for line in unknown.splitlines() if "csrf" not in line]


def test_no_redirect_to_another_site(client: Client) -> None:
    person("anna")
    response = client.post("/login?next=//evil.example/", {"username": "anna", "password": PASSWORD})
    assert response.headers["Location"] == "/"


def test_a_disabled_person_is_out_at_once(client: Client) -> None:
    user = person("anna")
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get("/").status_code == 302
    assert "/login" in client.get("/").headers["Location"]


def test_tokens_are_stored_as_digests_and_checked() -> None:
    user = person("anna")
    secret = tokens.issue(user, "erp")
    assert secret not in ApiToken.objects.get().digest
    found = tokens.find(secret)
    assert found is not None
    assert (found.user, found.writes) == (user, False)
    ApiToken.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert tokens.find(secret) is None


def test_use_of_a_token_is_noted_once_a_minute() -> None:
    secret = tokens.issue(person("anna"), "erp")
    bearer = {"Authorization": f"Bearer {secret}"}
    Client().get("/api/v1/customers", headers=bearer)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    Client().get("/api/v1/customers", headers=bearer)
    assert ApiToken.objects.get().last_used_at == first
    earlier = first - timedelta(minutes=2)
    ApiToken.objects.update(last_used_at=earlier)
    Client().get("/api/v1/customers", headers=bearer)
    assert ApiToken.objects.get().last_used_at > earlier


def test_logging_in_keeps_tokens(client: Client) -> None:
    secret = tokens.issue(person("anna"), "erp")
    assert _try(client, "anna", PASSWORD) == 302
    assert tokens.find(secret) is not None
