"""Reading in shapes, versions and ETags, recycle bin, undo, and all errors at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import person, unit
from tests.hengke.engines.records.rest.conftest import client_of, told

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def test_fields_and_expansion_shape_an_object(send: Send) -> None:
    home = unit("Department A")
    owner = person("seller", Role.ACCOUNT_MANAGER, home)
    customer = make.customer(owner=owner, unit=home, city="合肥市")
    wanted = {
        "id": customer.pk, "version": 1, "city": "合肥市", "owner": owner.pk,
        "names": {"owner": "seller", "unit": "Department A"},
    }  # fmt: skip
    question = "?fields=city,owner&expand=owner,unit"
    assert send("get", f"/customers/{customer.pk}{question}").json() == wanted
    assert send("get", f"/customers{question}").json()["items"] == [wanted]


@pytest.mark.parametrize(
    "question", ["fields=nothing", "expand=city", "expand=nothing", "total=2", "nothing=1"]
)
def test_unknown_shapes_are_refused(send: Send, question: str) -> None:
    assert send("get", f"/customers?{question}").status_code == 400


def test_hidden_fields_are_in_no_shape() -> None:
    customer = make.customer(phone="0551-63521862")
    reader = client_of(person("a", Role.BUSINESS_DESK))
    for words in ("fields=name,this_year", "expand=stage"):
        for url in (f"/api/v1/customers?{words}", f"/api/v1/customers/{customer.pk}?{words}"):
            assert reader.get(url).status_code == 400


def test_one_object_takes_two_queries_however_it_is_shaped(api: Client) -> None:
    customer = make.customer()
    for question in ("", "?fields=name", "?expand=owner,unit"):
        with CaptureQueriesContext(connection) as seen:
            assert api.get(f"/api/v1/customers/{customer.pk}{question}").status_code == 200
        work = [q["sql"] for q in seen if "customers_customer" in q["sql"]]
        assert len(work) == 2, work


def test_total_counts_beyond_the_bounded_count(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengke.engines.records.reading.listing.COUNT_LIMIT", 2)
    for n in range(5):
        make.customer(f"客户{n}")
    answer = send("get", "/customers?total=true").json()
    assert (answer["count"], answer["more_than_count"], answer["total"]) == (2, True, 5)
    assert "total" not in send("get", "/customers").json()


def test_etag_changes_with_version_and_figures(send: Send) -> None:
    customer = make.customer()
    first = send("get", f"/customers/{customer.pk}")["ETag"]
    assert send("get", f"/customers/{customer.pk}", If_None_Match=f'"x", W/{first}').status_code == 304
    make.summary(customer, this_year=5)
    answer = send("get", f"/customers/{customer.pk}", If_None_Match=first)
    assert answer.status_code == 200
    second = answer["ETag"]
    # A figure is no version: who has read before it came may still change the customer.
    changed = send("patch", f"/customers/{customer.pk}", {"city": "芜湖市"}, If_Match=first)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert send("patch", f"/customers/{customer.pk}", {"city": "x"}, If_Match=second).status_code == 412
    assert send("patch", f"/customers/{customer.pk}", {"city": "x"}, If_Match="*").status_code == 428
    assert send("get", f"/customers/{customer.pk}", If_None_Match=second).status_code == 200


def test_delete_restore_and_undo(send: Send) -> None:
    customer = make.customer()
    url = f"/customers/{customer.pk}"
    assert send("delete", url, If_Match='"9"').status_code == 412
    assert send("delete", url, If_Match='"1-abc"').status_code == 200
    assert send("get", url).status_code == 404
    assert send("delete", url).status_code == 404
    back = send("post", f"{url}/restore")
    assert (back.status_code, back.json()["name"]) == (200, customer.name)
    assert send("post", f"{url}/restore").status_code == 404  # it is not in the bin any more
    event = send("delete", url).json()["event"]
    assert send("post", f"/undo/{event}").status_code == 200
    assert send("get", url).status_code == 200
    assert send("post", f"/undo/{event}").status_code == 409
    kinds = ["customer.deleted", "undone", "customer.deleted", "undone"]
    assert list(told().filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True)) == kinds


def test_nobody_brings_back_what_is_out_of_scope(send: Send) -> None:
    customer = make.customer(unit=unit("Department A"))
    event = send("delete", f"/customers/{customer.pk}").json()["event"]
    outsider = client_of(person("b", Role.ACCOUNT_MANAGER, unit("Department B")))
    for url in (f"/api/v1/customers/{customer.pk}/restore", f"/api/v1/undo/{event}"):
        assert outsider.post(url).status_code == 404
    assert Customer.objects.get(pk=customer.pk).deleted_at is not None


def test_everything_that_is_wrong_is_said_at_once(send: Send) -> None:
    body = {"name": "", "stage": "nonsense", "email": "b", "nothing": 1, "city": 5, "code": "1"}
    answer = send("post", "/customers", body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_value"
    assert answer.json()["fields"].keys() == body.keys()
    assert all(texts and all(texts) for texts in answer.json()["fields"].values())


def test_a_change_is_checked_in_the_fields_that_are_sent(send: Send) -> None:
    customer = make.customer(city="合肥市")
    answer = send("patch", f"/customers/{customer.pk}", {"city": "芜湖市"}, If_Match='"1"')
    assert answer.json()["city"] == "芜湖市"
    assert told().get().payload["changes"] == {"city": ["合肥市", "芜湖市"]}
    both = send("patch", f"/customers/{customer.pk}", {"email": "x", "code": "1"}, If_Match='"2"')
    assert both.json()["fields"].keys() == {"email", "code"}


def test_a_page_of_the_same_site_must_prove_itself() -> None:
    customer = make.customer()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person("boss"))
    assert browser.delete(f"/api/v1/customers/{customer.pk}").status_code == 403
    browser.get("/customers/new")
    token = browser.cookies["csrftoken"].value
    assert (
        browser.delete(f"/api/v1/customers/{customer.pk}", headers={"X-CSRFToken": token}).status_code == 200
    )


def test_no_other_site_is_told_anything(api: Client) -> None:
    answer = api.get("/api/v1/customers", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_created_objects_say_where_they_are(send: Send) -> None:
    answer = send("post", "/customers?fields=name", {"name": "合肥供水集团有限公司"})
    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "version", "name"}
    assert (
        json.loads(send("get", answer["Location"].removeprefix("/api/v1")).content)["name"]
        == "合肥供水集团有限公司"
    )


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\t\n"])
def test_blanks_name_no_object(send: Send, blank: str) -> None:
    answer = send("post", "/contacts", {"name": "赵文", "customer": blank})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["customer"])
    many = send("post", "/contacts/bulk", {"create": [{"name": "赵文", "customer": blank}]})
    assert (many.status_code, list(many.json()["fields"])) == (400, ["create[0].customer"])
