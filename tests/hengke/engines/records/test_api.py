"""REST: create, change, page through, and the description of it all."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.access.tokens import issue
from hengke.modules.customers.models import Customer, Instrument
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
    # Token; rules; number, customer, summary, alias asked and written; event, the lot of the journal and its rows;
    # aliases, key, entry, words; figures.
    with CaptureQueriesContext(connection) as seen:
        _post(api, {"name": "芜湖供水集团有限公司"})
    work = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(work) == 16, work


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
    for body in (b"{", b"\xff", b"[" * 5_000, b'{"name": NaN}', b'{"name": 1e999}', b"9" * 5_000):
        assert api.post("/api/v1/customers", body, content_type="application/json").status_code == 400


def test_what_is_too_long_is_said_to_be(api: Client) -> None:
    for size in (300_000, 6_000_000):
        answer = api.post("/api/v1/customers", b'"' + b"x" * size + b'"', content_type="application/json")
        assert answer.status_code == 413
        assert answer.json()["message"]


@pytest.mark.parametrize("form", ["multipart/form-data; boundary=x", "text/plain", "application/xml", ""])
def test_only_json_is_read(api: Client, form: str) -> None:
    answer = api.post("/api/v1/customers", b'{"name": "a"}', content_type=form)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json")


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "a\x00b"])
def test_text_that_cannot_be_stored_is_refused_everywhere(api: Client, text: str) -> None:
    customer = make.customer()
    bodies = [
        ("/api/v1/customers", {"name": text}), ("/api/v1/customers", {text: "x"}),
        ("/api/v1/contacts", {"customer": text, "name": "赵"}),
        ("/api/v1/contacts", {"customer": customer.pk, "name": "赵", "remark": text}),
    ]  # fmt: skip
    for url, body in bodies:
        assert _post(api, body, url).status_code == 400
    for tree in (["name", "eq", text], ["name", "in", ["a", text]], [text, "eq", 1], ["name", text, 1]):
        assert api.get("/api/v1/customers", {"filter": json.dumps(tree)}).status_code == 400


@pytest.mark.parametrize(("name", "value"), [
    ("interval_months", 10**30), ("interval_months", 32_768), ("interval_months", -1), ("interval_months", True),
    ("interval_months", 1.5), ("interval_months", "12"), ("due", 20250101), ("due", True), ("due", "9999-12-31"),
    ("due", "1899-12-31"), ("due", "2025-02-30"), ("name", 1), ("name", True), ("customer", True), ("customer", 1.0),
    ("customer", 10**30), ("customer", -1),
])  # fmt: skip
def test_values_beyond_their_column_or_of_another_type_are_refused(
    api: Client, name: str, value: object
) -> None:
    customer = make.customer()
    body = {"customer": customer.number, "name": "卡尺"} | {name: value}
    answer = _post(api, body, "/api/v1/instruments")
    assert (answer.status_code, Instrument.objects.count()) == (400, 0)
    assert answer.json()["message"]


def test_the_ends_of_a_column_are_taken(api: Client) -> None:
    customer = make.customer()
    for months, due in ((0, "1900-01-01"), (32_767, "2200-12-31"), (None, None)):
        body = {"customer": customer.pk, "name": "卡尺", "interval_months": months, "due": due}
        answer = _post(api, body, "/api/v1/instruments")
        assert (answer.status_code, answer.json()["interval_months"], answer.json()["due"]) == (
            201,
            months,
            due,
        )


def test_every_error_has_the_same_form(api: Client) -> None:
    stranger = Client(headers={"Authorization": "Bearer hk_wrong"})
    answers = {
        401: stranger.get("/api/v1/customers"), 404: api.get("/api/v1/customers/999"),
        405: api.put("/api/v1/customers/1"), 400: api.get("/api/v1/customers?nothing=1"),
        413: api.post("/api/v1/customers", b"1" * 300_000, content_type="application/json"),
    }  # fmt: skip
    answers |= {404: api.get("/api/v1/nowhere"), 403: _as_reader().post("/api/v1/customers")}
    for status, answer in answers.items():
        assert (answer.status_code, answer.json().keys()) == (
            status,
            {"code", "message", "fields"},
        )
    assert set(answers[405].headers["Allow"].split(", ")) == {"GET", "PATCH", "DELETE"}


def _as_reader() -> Client:
    token = issue(person("head", Role.LABORATORY_HEAD), "test", writes=True)
    return Client(headers={"Authorization": f"Bearer {token}"})


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
