"""Levels of fields: hidden, masked, read only; one stricter role is not opened by another; reveal is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access import stamp, table
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.access.rows import RoleHolding, RoleRule
from hengke.engines.access.scopes import Grant, Level, Scope
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.seen import mask_email, mask_phone
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
CUSTOMERS = "customers.customer"
DOING = frozenset({"view", "add", "change", "export", "import"})


def _rule(role: str, fields: dict[str, str], scope: Scope = Scope.ALL, *more: str) -> None:
    grant = Grant(role, CUSTOMERS, DOING | {*more}, scope)
    values = {"grants": [table.stored(grant)], "fields": fields}
    RoleRule.objects.update_or_create(role=role, subject=CUSTOMERS, defaults=values)
    stamp.renew()


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _customer(**values: Any) -> Customer:
    found = make.customer("合肥阀门厂", **{"phone": "13812341234", "email": "wang@example.org", **values})
    index.index_records(registry.by_slug("customers"), [found.pk])
    return found


@pytest.mark.parametrize(("text", "masked"), [
    ("13812341234", "138****1234"), ("0551-62345678", "055****5678"), ("8234567", "****67"), ("12", "****12"),
])  # fmt: skip
def test_telephones_are_masked(text: str, masked: str) -> None:
    assert mask_phone(text) == masked


def test_mail_is_masked() -> None:
    assert mask_email("wang@example.org") == "w****@example.org"


def test_a_masked_field_is_masked_at_every_door() -> None:
    customer = _customer()
    _rule("own_x", {"phone": "masked"})
    client = _client(person("x", "own_x"))
    assert client.post("/customers/columns", {"column": ["name", "phone"]}).status_code == 302
    page, listed = f"/customers/{customer.pk}", "/customers"
    for url in (page, listed, f"/api/v1/customers/{customer.pk}", "/api/v1/customers"):
        text = client.get(url).content.decode()
        assert "138****1234" in text, url
        assert "13812341234" not in text, url
    exported = b"".join(client.post("/customers/export", {"form": "csv"}).streaming_content).decode()
    assert "138****1234" in exported
    assert "13812341234" not in exported
    assert "13812341234" not in client.get(f"{page}/edit").content.decode()


@pytest.mark.parametrize("words", [
    {"phone": "13812341234"}, {"phone__startswith": "138"}, {"phone__empty": "1"},
    {"sort": "phone"}, {"sort": "-phone"}, {"filter": '["phone","contains","1234"]'},
    {"filter": '{"not":["phone","eq",""]}'},
])  # fmt: skip
@pytest.mark.parametrize("level", ["masked", "hidden"])
def test_a_masked_or_hidden_field_is_no_oracle(level: str, words: dict[str, str]) -> None:
    _customer()
    _rule("own_x", {"phone": level})
    client = _client(person("x", "own_x"))
    for url in ("/customers", "/api/v1/customers"):
        assert client.get(url, words).status_code == 400
    assert client.post("/customers/export", {"form": "csv"} | words).status_code == 400


@pytest.mark.parametrize("question", ["13812341234", "138", "1234", "2341234"])
def test_a_masked_field_is_not_found_by_search(question: str) -> None:
    _customer()
    client = _client(person("boss"))
    asked = (f"/search?q={question}", f"/search/suggest?q={question}", f"/customers?q={question}")
    for url in asked:
        assert "合肥阀门厂" in client.get(url).content.decode(), url
    _rule("own_x", {"phone": "masked"})
    client = _client(person("x", "own_x"))
    for url in (*asked, f"/api/v1/customers?q={question}"):
        assert "合肥阀门厂" not in client.get(url).content.decode(), url
    for url in ("/search?q=阀门", "/search/suggest?q=famen", "/customers?q=合肥阀"):
        assert "合肥阀门厂" in client.get(url).content.decode(), url


def test_read_only_is_shown_and_filtered_but_not_written() -> None:
    customer = _customer()
    _rule("own_x", {"phone": "read"})
    client = _client(person("x", "own_x"))
    assert client.get("/api/v1/customers", {"phone": "13812341234"}).json()["count"] == 1
    body = json.dumps({"phone": "1", "version": 1})
    url = f"/api/v1/customers/{customer.pk}"
    assert client.patch(url, body, content_type="application/json").status_code == 400
    form = {"name": "合肥阀门厂", "phone": "1", "version": 1, "stage": "prospect"}
    client.post(f"/customers/{customer.pk}/edit", form)
    customer.refresh_from_db()
    assert customer.phone == "13812341234"


def test_revealing_is_a_right_of_its_own_and_told() -> None:
    customer = _customer()
    _rule("own_x", {"phone": "masked"})
    client, url = _client(person("x", "own_x")), f"/customers/{customer.pk}/reveal/phone"
    assert client.post(url).status_code == 403
    assert not Event.objects.filter(kind="customer.revealed").exists()
    _rule("own_x", {"phone": "masked"}, Scope.ALL, "reveal")
    assert client.get(url).status_code == 405
    assert "13812341234" in client.post(url).content.decode()
    event = Event.objects.get(kind="customer.revealed")
    assert (event.subject_id, event.payload) == (customer.pk, {"field": "phone"})
    assert client.post(f"/customers/{customer.pk}/reveal/name").status_code == 400
    _rule("own_x", {"phone": "hidden"}, Scope.ALL, "reveal")
    assert client.post(url).status_code == 400


def test_the_event_of_a_change_shows_a_masked_value_masked() -> None:
    customer = _customer()
    body = {"phone": "13900001111", "version": 1}
    _client(person("boss")).patch(
        f"/api/v1/customers/{customer.pk}", json.dumps(body), content_type="application/json"
    )
    _rule("own_x", {"phone": "masked"})
    text = _client(person("x", "own_x")).get(f"/customers/{customer.pk}/timeline").content.decode()
    assert "139****1111" in text
    assert "13900001111" not in text


def test_two_roles_never_show_the_figures_of_one_over_the_rows_of_the_other() -> None:
    _rule("own_narrow", {}, Scope.OWN)
    _rule("own_wide", {"money": "hidden"}, Scope.ALL)
    user = person("both", "own_narrow")
    RoleHolding.objects.create(user=user, role="own_wide")
    stamp.renew()
    fields = Catalogue(registry.by_slug("customers"), Actor.of(user)).fields
    assert "this_year" not in fields
    _rule("own_wide", {"money": "hidden"}, Scope.SUBTREE)
    assert "this_year" not in Catalogue(registry.by_slug("customers"), Actor.of(user)).fields
    _rule("own_narrow", {}, Scope.ALL)
    assert "this_year" in Catalogue(registry.by_slug("customers"), Actor.of(user)).fields


def test_the_name_always_shows_and_the_system_sees_all() -> None:
    _rule("own_x", {"name": "hidden", "city": "hidden"})
    fields = Catalogue(registry.by_slug("customers"), Actor.of(person("x", "own_x", unit("u")))).fields
    assert "name" in fields
    assert "city" not in fields
    assert "city" in Catalogue(registry.by_slug("customers"), Actor.system()).fields
    assert Level.HIDDEN < Level.MASKED < Level.READ < Level.WRITE
