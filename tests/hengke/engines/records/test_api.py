"""REST: create, change, page through, and the description of it all."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.models import Event
from hengke.engines.access.tokens import issue
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Client:
    token = issue(person("boss"), "test", writes=True)
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})


def _post(api: Client, body: object, url: str = "/api/v1/customers") -> object:
    return api.post(url, json.dumps(body), content_type="application/json")


def test_create_leaves_event_journal_and_search_entry(api: Client) -> None:
    answer = _post(api, {"name": "合肥供水集团有限公司", "city": "合肥市"})
    assert answer.status_code == 201
    item = answer.json()
    assert (item["number"], item["version"], item["stage"], item["this_year"]) == (
        "C-000001",
        1,
        "prospect",
        "0.00",
    )
    event = Event.objects.exclude(kind="token.issued").get()
    assert (event.kind, event.channel) == ("customer.created", "api")
    assert api.get("/api/v1/customers", {"q": "hfgs"}).json()["count"] == 1


def test_create_answers_what_a_later_reading_answers(api: Client) -> None:
    customer = _post(api, {"name": "合肥供水集团有限公司", "phone": "0551-63521862", "code": ""}).json()
    contact = _post(api, {"name": "王明", "customer": customer["number"]}, "/api/v1/contacts").json()
    assert contact["customer_name"] == "合肥供水集团有限公司"
    assert api.get(f"/api/v1/customers/{customer['id']}").json() == customer
    assert api.get(f"/api/v1/contacts/{contact['id']}").json() == contact
    assert api.get("/api/v1/customers").json()["items"] == [customer]


def test_create_reads_nothing_again_that_it_has_written(api: Client) -> None:
    _post(api, {"name": "合肥供水集团有限公司"})
    # Token; number, customer, summary, alias asked and written; event, journal; aliases, key, entry, words; figures.
    with CaptureQueriesContext(connection) as seen:
        _post(api, {"name": "芜湖供水集团有限公司"})
    work = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(work) == 13, work


@pytest.mark.parametrize("body", [
    [], "x", {"name": ""}, {"name": ["a"]}, {"name": {"a": 1}}, {}, {"name": "a", "code": "1"},
    {"name": "a", "stage": "nonsense"}, {"name": "a\x00b"}, {"name": "长" * 201}, {"name": "a", "email": "b"},
])  # fmt: skip
def test_what_does_not_fit_is_refused_with_words(api: Client, body: object) -> None:
    answer = _post(api, body)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert Customer.objects.count() == 0


def test_not_json_is_refused(api: Client) -> None:
    for body in (b"{", b"\xff", b"[" * 5_000, b'"' + b"x" * 300_000 + b'"'):
        assert api.post("/api/v1/customers", body, content_type="application/json").status_code == 400


def test_contact_refers_to_its_customer_by_key_number_or_name(api: Client) -> None:
    customer = make.customer()
    for n, word in enumerate((customer.pk, customer.number, customer.name)):
        answer = _post(api, {"customer": word, "name": f"赵{n}"}, "/api/v1/contacts")
        assert (answer.status_code, answer.json()["customer"]) == (201, customer.pk)
    assert _post(api, {"customer": 999, "name": "x"}, "/api/v1/contacts").status_code == 400


def test_cursor_leads_through_everything_once(api: Client) -> None:
    for n in range(7):
        make.summary(make.customer(f"客户{n}"), this_year=Decimal(n % 3))
    seen, cursor = [], ""
    while cursor is not None:
        answer = api.get("/api/v1/customers", {"page_size": 2, "cursor": cursor}).json()
        seen += [item["id"] for item in answer["items"]]
        cursor = answer["next"]
    assert sorted(seen) == sorted(Customer.objects.values_list("pk", flat=True))


def test_amounts_are_strings_to_the_cent(api: Client) -> None:
    make.summary(make.customer(), this_year=Decimal("12345678901.10"))
    assert api.get("/api/v1/customers").json()["items"][0]["this_year"] == "12345678901.10"


def test_description_names_every_field(api: Client) -> None:
    described = api.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) >= {"/api/v1/customers", "/api/v1/customers/{pk}", "/api/v1/instruments"}
    assert described["components"]["schemas"]["Customer"]["properties"]["this_year"]["anyOf"][0] == {
        "type": "string"
    }
    body = described["paths"]["/api/v1/customers"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    assert "owner" not in body["properties"]
    assert "name" in body["properties"]
