"""Passkeys: accepted when everything agrees, refused when any one thing does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.account.models import LoginPolicy, Passkey
from tests.factories.authenticator import PRESENT, Authenticator
from tests.factories.people import person
from tests.hengke.engines.account.conftest import confirm, give_password, is_in, post_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(anna: User, client: Client) -> Authenticator:
    """A passkey of anna's, who is logged out again."""
    made = Authenticator()
    confirm(client)
    _add(client, made)
    client.post("/logout")
    return made


def _add(client: Client, key: Authenticator, name: str = "laptop") -> Any:
    options = post_json(client, "/account/passkeys/begin").json()
    return post_json(client, "/account/passkeys/add", answer=key.create(options), name=name)


def _use(client: Client, key: Authenticator, **words: str) -> Any:
    options = post_json(client, "/login/passkey/begin").json()
    return post_json(client, "/login/passkey", answer=key.get(options), **words)


def test_a_passkey_logs_in_without_a_password(key: Authenticator, client: Client) -> None:
    answer = _use(client, key, next="/customers")
    assert (answer.status_code, answer.json()) == (200, {"go": "/customers"})
    assert is_in(client)
    assert Event.objects.filter(kind="login.succeeded").last().payload["way"] == "passkey"  # type: ignore[union-attr]
    assert Passkey.objects.get().sign_count == 1


def test_a_passkey_is_a_second_step_even_without_pin(key: Authenticator, client: Client) -> None:
    key.flags = PRESENT
    assert give_password(client)["Location"] == "/login/second"
    assert _use(client, key).status_code == 200
    assert is_in(client)


def test_alone_it_must_have_checked_the_person(key: Authenticator, client: Client) -> None:
    key.flags = PRESENT
    assert _use(client, key).status_code == 400
    assert not is_in(client)


def _wrong_origin(key: Authenticator) -> None:
    key.origin = "http://evil.example"


def _wrong_port(key: Authenticator) -> None:
    key.origin = "http://testserver:9999"


def _wrong_host(key: Authenticator) -> None:
    key.host = "evil.example"


def _wrong_key(key: Authenticator) -> None:
    key.key = Authenticator().key


def _unknown(key: Authenticator) -> None:
    key.id = b"unknown"


def _wrong_person(key: Authenticator) -> None:
    key.handle = b"somebody else"


@pytest.mark.parametrize(
    "spoil", [_wrong_origin, _wrong_port, _wrong_host, _wrong_key, _unknown, _wrong_person]
)
def test_what_does_not_agree_is_refused_and_counted(
    key: Authenticator, client: Client, spoil: Callable[[Authenticator], None]
) -> None:
    spoil(key)
    assert _use(client, key).status_code == 400
    assert not is_in(client)
    assert Event.objects.get(kind="login.failed").payload["step"] == "passkey"


def test_a_challenge_is_answered_once(key: Authenticator, client: Client) -> None:
    answer = key.get(post_json(client, "/login/passkey/begin").json())
    assert post_json(client, "/login/passkey", answer=answer).status_code == 200
    client.post("/logout")
    assert post_json(client, "/login/passkey", answer=answer).status_code == 400
    post_json(client, "/login/passkey/begin")
    assert post_json(client, "/login/passkey", answer=answer).status_code == 400


def test_a_challenge_is_gone_after_a_refused_answer_too(key: Authenticator, client: Client) -> None:
    options = post_json(client, "/login/passkey/begin").json()
    assert post_json(client, "/login/passkey", answer={}).status_code == 400
    assert post_json(client, "/login/passkey", answer=key.get(options)).status_code == 400
    assert not is_in(client)


def test_a_copy_is_noticed_by_its_counter(key: Authenticator, client: Client) -> None:
    assert _use(client, key).status_code == 200
    client.post("/logout")
    key.counter = 0
    assert _use(client, key).status_code == 400
    assert Event.objects.filter(kind="passkey.copied").count() == 1


def test_the_passkey_of_another_person_is_no_second_step(key: Authenticator, client: Client) -> None:
    person("bert")
    give_password(client, "bert")
    confirm(client)
    theirs = Authenticator()
    _add(client, theirs)
    client.post("/logout")
    give_password(client, "anna")
    assert _use(client, theirs).status_code == 400
    assert not is_in(client)


def test_a_disabled_person_has_no_passkey(key: Authenticator, client: Client) -> None:
    User.objects.update(is_active=False)
    assert _use(client, key).status_code == 400


def test_adding_needs_the_password_again_and_no_key_twice(anna: User, client: Client) -> None:
    assert post_json(client, "/account/passkeys/begin").status_code == 403
    confirm(client)
    key = Authenticator()
    assert _add(client, key).status_code == 200
    assert _add(client, key).status_code == 400
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"answer": 1}', b'{"answer": {"id": "x", "response": {}}}']
)
def test_malformed_answers_are_refused(key: Authenticator, client: Client, body: bytes) -> None:
    post_json(client, "/login/passkey/begin")
    assert client.post("/login/passkey", body, content_type="application/json").status_code == 400


def test_bare_addresses_have_no_passkeys(client: Client) -> None:
    for host in ("127.0.0.1:8000", "[::1]:8000", "127.0.0.1"):
        assert client.post("/login/passkey/begin", headers={"Host": host}).status_code == 400
        assert "hk-passkey" not in client.get("/login", headers={"Host": host}).content.decode()
    assert "hk-passkey" in client.get("/login", headers={"Host": "localhost:8000"}).content.decode()


def test_a_required_second_step_may_be_a_passkey(client: Client) -> None:
    LoginPolicy.objects.create(role=Role.DIRECTOR, second_step=True, idle_minutes=60, absolute_minutes=600)
    person("anna")
    give_password(client)
    assert _add(client, Authenticator()).json() == {"go": "/account"}
    assert is_in(client)


def test_rename_and_remove(key: Authenticator, client: Client) -> None:
    give_password(client)
    _use(client, key)
    pk = Passkey.objects.get().pk
    client.post(f"/account/passkeys/{pk}/rename", {"name": "office"})
    assert Passkey.objects.get().name == "office"
    assert client.post(f"/account/passkeys/{pk}/remove").status_code == 403
    confirm(client)
    assert client.post(f"/account/passkeys/{pk}/remove").status_code == 302
    assert not Passkey.objects.exists()
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"passkey.renamed", "second_step.added", "second_step.removed"} <= kinds
