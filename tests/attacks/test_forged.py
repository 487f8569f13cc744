"""Requests that another site makes in somebody's name, and the way in under fire."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.test import Client
from django.urls import get_resolver

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.access.tokens import issue
from tests.attacks.support import logged_in, stored, unchanged
from tests.attacks.test_foreign import _routes
from tests.factories import customers as make
from tests.factories.people import PASSWORD, person

pytestmark = pytest.mark.django_db
# Ways in and the language are open to everybody; each protects itself.
OTHER_SITE = {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": "https://evil.example/x"}


def _addresses() -> list[str]:
    import re

    from hengke.engines.records.schema import registry

    found = []
    for route in _routes(get_resolver().url_patterns):
        place = re.sub(r"<int:\w+>", "1", route)
        place = re.sub(r"<(?:slug|record):slug>", registry.all_records()[0].slug, place)
        found.append(re.sub(r"<\w+:\w+>", "name", place))
    return sorted(set(found))


@pytest.mark.slow
def test_no_other_site_writes_in_somebodys_name() -> None:
    """Every address, every way a form or script of another site can send something without asking."""
    make.contact(make.customer())
    client = logged_in(person("root", Role.ADMINISTRATOR), enforce_csrf_checks=True)
    wrong = []

    def attack() -> None:
        for url in _addresses():
            for form in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
                for htmx in ({}, {"HTTP_HX_REQUEST": "true"}):
                    answer = client.post(url, b'{"a": "b"}', content_type=form, **OTHER_SITE, **htmx)
                    if answer.status_code not in (401, 403, 404, 405, 415):
                        wrong.append((url, form, answer.status_code))

    unchanged(attack)
    assert wrong == []
    assert client.get("/customers").status_code == 200  # nobody was logged out either


@pytest.mark.slow
def test_looking_changes_nothing() -> None:
    """GET on every address, also on those that change something when asked by POST."""
    make.contact(make.customer())
    client = logged_in(person("root", Role.ADMINISTRATOR))
    noted = ("access.denied", "record.opened", "rejects.exported", "exported")
    before, events = stored(), Event.objects.exclude(kind__in=noted).count()
    for url in _addresses():
        if url not in ("/notices/stream", "/readyz"):  # one does not end; the other says what is not ready
            assert client.get(url).status_code < 500, url
    client.get("/logout")
    assert client.get("/customers").status_code == 200
    after = stored()
    # What was opened or taken along is noted; nothing else is written.
    assert {table for table in before if before[table] != after[table]} <= {"access.usage"}
    told = Event.objects.exclude(kind__in=noted)
    assert [event.kind for event in told.order_by("pk")[events:]] == []


@pytest.mark.parametrize("where", [
    "//evil.example", "https://evil.example", "/\\evil.example", "http:evil.example", "javascript:alert(1)", "///evil",
])  # fmt: skip
def test_no_way_leads_to_another_site(where: str) -> None:
    user = person("anna")
    client = Client()
    answer = client.post(
        "/login", {"username": "anna", "password": PASSWORD, "next": where}, query_params={"next": where}
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))
    for url in ("/language", "/account/confirm"):
        answer = client.post(
            url, {"next": where, "language": "en", "password": PASSWORD}, headers={"Referer": where}
        )
        place = answer.get("Location", "/")
        assert place.startswith("/"), (url, place)
        assert not place.startswith(("//", "/\\")), (url, place)
    assert user.is_active


def test_a_name_that_does_not_exist_costs_the_same_work_as_one_that_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What takes time in a log-in is the hash; each way it is made exactly once."""
    person("anna")
    made: list[str] = []
    kind: Any = type(get_hasher())
    own = kind.encode
    verify = kind.verify
    monkeypatch.setattr(kind, "encode", lambda self, *rest: made.append("encode") or own(self, *rest))
    monkeypatch.setattr(kind, "verify", lambda self, *rest: made.append("verify") or verify(self, *rest))
    answers = []
    for name in ("anna", "nobody"):
        made.clear()
        answer = Client().post("/login", {"username": name, "password": "wrong wrong wrong"})
        answers.append(
            (answer.status_code, answer.content.decode().partition("<main")[2].replace(name, "")[:200])
        )
        assert len(made) == 1, (name, made)
    assert answers[0] == answers[1]


def test_fifty_tries_are_stopped_and_told_whoever_they_pretend_to_be() -> None:
    person("anna")
    for guess in range(50):
        forged = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{guess}", "HTTP_X_REAL_IP": f"10.0.1.{guess}"}
        answer = Client().post("/login", {"username": "anna", "password": f"guess {guess}"}, **forged)
    assert answer.status_code == 429
    assert "sessionid" not in answer.cookies
    right = Client().post("/login", {"username": "anna", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9")
    assert right.status_code == 429
    assert Event.objects.filter(kind="login.failed").count() < 50
    assert Event.objects.filter(kind="login.locked").exists()


def test_a_token_opens_nothing_but_the_interface_and_only_from_its_header() -> None:
    token = issue(person("anna"), "erp", writes=True)
    before = stored()
    for url in (f"/api/v1/customers?token={token}", f"/api/v1/customers?access_token={token}"):
        assert Client().get(url).status_code == 401
    assert Client().get("/customers", headers={"Authorization": f"Bearer {token}"}).status_code == 302
    assert Client().get("/api/v1/customers", headers={"Cookie": f"sessionid={token}"}).status_code == 401
    assert stored() == before
