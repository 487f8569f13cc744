"""A token goes no further than its scope, at every address of the API, and says so; much reading raises an alert."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from hengke.engines.access import tokens
from hengke.engines.access.leaks import usage
from hengke.engines.access.leaks.models import TokenUse, UnusualUse
from hengke.engines.access.models import ApiToken, Event
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.actions import actions_of
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Contact, Customer
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db
CUSTOMERS, CONTACTS, ACTIVITIES = "customers.customer", "customers.contact", "activities.activity"


def _client(user: Any, scopes: dict[str, str]) -> Client:
    secret = tokens.issue(user, "erp", scopes=scopes)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def world() -> SimpleNamespace:
    user, customer = person("boss"), make.customer("秘密厂")
    contact, activity = make.contact(customer), make.activity(customer, "回访")
    return SimpleNamespace(user=user, customer=customer, contact=contact, activity=activity)


def _routes(slug: str, pk: int) -> list[tuple[str, str]]:
    """Every address of the API about one record type, with what it does."""
    base, one = f"/api/v1/{slug}", f"/api/v1/{slug}/{pk}"
    return [
        ("get", base), ("get", f"{base}/meta"), ("get", one), ("post", base), ("post", f"{base}/bulk"), ("patch", one),
        ("delete", one), ("post", f"{one}/restore"), *(("post", f"{one}/{act.key}") for act in actions_of(slug)),
        ("post", f"{base}/files/x"),
    ]  # fmt: skip


def test_no_address_of_the_api_is_forgotten() -> None:
    found = {str(one.pattern) for one in get_resolver("hengke.engines.records.rest.urls").url_patterns}
    assert found == {
        "openapi.json", "me", "undo/<int:event>", "<record:slug>", "<record:slug>/meta", "<record:slug>/bulk",
        "<record:slug>/<int:pk>", "<record:slug>/<int:pk>/restore", "<record:slug>/<int:pk>/<slug:key>",
        "<record:slug>/files/<slug:name>", "<record:slug>/<int:pk>/files/<slug:name>",
    }  # fmt: skip


def _prints() -> list[Any]:
    kinds: tuple[Any, ...] = (Customer, Contact, Activity)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


@pytest.mark.parametrize("slug", [record.slug for record in registry.all_records()])
def test_every_address_of_an_object_out_of_scope_says_so(world: Any, slug: str) -> None:
    other = CONTACTS if slug != "contacts" else ACTIVITIES
    client, before = _client(world.user, {other: "write"}), _prints()
    for method, url in [*_routes(slug, 1), ("get", f"/api/v1/{slug}/1/files/x")]:
        body = (
            {}
            if method == "get"
            else {"data": json.dumps({"version": 1}), "content_type": "application/json"}
        )
        answer = getattr(client, method)(url, **body)
        assert (answer.status_code, answer.json()["code"]) == (403, "token_scope"), (method, url)
        assert registry.by_slug(slug).label in answer.json()["message"]
    assert _prints() == before


@pytest.mark.parametrize("slug", [record.slug for record in registry.all_records()])
def test_an_object_that_may_be_read_is_not_changed_at_any_address(world: Any, slug: str) -> None:
    other = CONTACTS if slug != "contacts" else ACTIVITIES
    client = _client(world.user, {registry.by_slug(slug).subject: "read", other: "write"})
    before = _prints()
    for method, url in _routes(slug, 1):
        body = (
            {}
            if method == "get"
            else {"data": json.dumps({"version": 1}), "content_type": "application/json"}
        )
        answer = getattr(client, method)(url, **body)
        if method == "get":
            assert answer.status_code in (200, 404), url
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "token_scope"), url
    assert _prints() == before


def test_what_is_in_scope_works_and_refers_to_what_may_be_read(world: Any) -> None:
    client = _client(world.user, {ACTIVITIES: "write", CUSTOMERS: "read"})
    made = client.post("/api/v1/activities", {"subject": "来电", "customer": world.customer.pk},
                       content_type="application/json")  # fmt: skip
    assert made.status_code == 201, made.json()
    changed = client.patch(f"/api/v1/activities/{made.json()['id']}", {"subject": "去电", "version": 1},
                           content_type="application/json")  # fmt: skip
    assert changed.json()["customer_name"] == "秘密厂"
    me = client.get("/api/v1/me").json()
    assert me["token"]["scope"] == {"activities": "write", "customers": "read"}
    assert set(me["rights"]) == {"activities", "customers"}
    assert "/contacts" not in client.get("/api/v1/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    "query", ["?expand=customer", "?fields=customer_name", "?fields=subject,customer_name", ""]
)
def test_an_object_out_of_scope_is_not_named_beside_another(world: Any, query: str) -> None:
    client = _client(world.user, {ACTIVITIES: "read"})
    for url in (f"/api/v1/activities{query}", f"/api/v1/activities/{world.activity.pk}{query}"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "秘密厂" not in json.dumps(answer.json(), ensure_ascii=False)


@pytest.mark.parametrize("query", ["customer.name=秘密厂", 'filter=["customer.city","eq","合肥市"]'])
def test_nor_does_a_condition_reach_it(world: Any, query: str) -> None:
    assert _client(world.user, {ACTIVITIES: "read"}).get(f"/api/v1/activities?{query}").status_code == 400
    both = _client(world.user, {ACTIVITIES: "read", CUSTOMERS: "read"})
    assert both.get(f"/api/v1/activities?{query}").json()["count"] == 1


def test_a_change_is_taken_back_only_within_the_scope(world: Any) -> None:
    client = _client(world.user, {ACTIVITIES: "write", CUSTOMERS: "read"})
    event = registry.by_slug("customers").delete(actor=_actor(world.user), target=world.customer)
    answer = client.post(f"/api/v1/undo/{event.pk}")
    assert (answer.status_code, answer.json()["code"]) == (403, "token_scope")
    assert Customer.objects.get().deleted_at is not None
    wide = _client(world.user, {ACTIVITIES: "write", CUSTOMERS: "write", CONTACTS: "write"})
    assert wide.post(f"/api/v1/undo/{event.pk}").status_code == 200


def _actor(user: Any) -> Any:
    from hengke.engines.access.actor import Actor

    return Actor.of(user)


def test_a_token_without_bounds_does_what_its_person_does(world: Any) -> None:
    secret = tokens.issue(world.user, "all", writes=True)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/me").json()["token"]["scope"] is None
    assert client.get("/api/v1/customers").json()["count"] == 1
    assert world.user.tokens.get().scopes == {}


@pytest.mark.parametrize("scopes", [{"access.user": "read"}, {"no.such": "read"}, {CUSTOMERS: "own"}])
def test_a_scope_of_what_there_is_not_is_refused(world: Any, scopes: dict[str, str]) -> None:
    with pytest.raises(InputError) as error:
        tokens.issue(world.user, "x", scopes=scopes)
    assert error.value.code == "token_scope_unknown"


def test_a_token_unused_for_90_days_ends(world: Any) -> None:
    client = _client(world.user, {CUSTOMERS: "read"})
    assert client.get("/api/v1/customers").status_code == 200
    ApiToken.objects.update(last_used_at=clock.now() - timedelta(days=91))
    assert client.get("/api/v1/customers").status_code == 401


def test_much_reading_by_one_token_raises_one_alert_a_day(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "WRITE_AT", 1)
    monkeypatch.setattr(settings, "API_ROWS_PER_HOUR", 5)
    for n in range(2):
        make.contact(world.customer, f"赵{n}")
    quiet, busy = _client(world.user, {CONTACTS: "read"}), _client(world.user, {CONTACTS: "read"})
    quiet.get("/api/v1/contacts")
    busy.get("/api/v1/contacts")
    assert not UnusualUse.objects.exists()
    busy.get("/api/v1/contacts")
    notice = UnusualUse.objects.get()
    assert (notice.kind, notice.count, notice.usual, notice.token_name) == ("token", 6, 5, "erp")
    busy.get("/api/v1/contacts")
    assert UnusualUse.objects.get().count == 9
    assert Event.objects.get(kind="usage.unusual").payload["name"] == "erp"
    assert sorted(TokenUse.objects.values_list("rows", flat=True)) == [3, 9]
    page = Client()
    page.force_login(person("auditor", "audit_administrator"))
    assert "令牌“erp”" in page.get("/audit").content.decode()
