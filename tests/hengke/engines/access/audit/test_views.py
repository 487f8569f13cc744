"""The audit pages: filters, paging in constant queries, every entry opens, the export is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access import events, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.audit import search
from hengke.engines.access.enums import Role
from hengke.engines.access.leaks.models import UnusualUse
from hengke.engines.access.models import Event, User
from hengke.kernel import clock
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("auditor", Role.ADMINISTRATOR))
    return client


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def numbers(page: str) -> set[int]:
    """The events that a page lists."""
    import re

    return {int(found) for found in re.findall(r'href="/audit/(\d+)"', page)}


@pytest.mark.parametrize(
    "role", [Role.DIRECTOR, Role.ACCOUNT_MANAGER, Role.BUSINESS_DESK, Role.LABORATORY_HEAD]
)
def test_only_the_security_role_opens_it(client: Client, role: str) -> None:
    event = events.record("note", actor=Actor.system())
    client.force_login(person("other", role))
    for url in ("/audit", f"/audit/{event.pk}", "/protection", "/privacy"):
        assert client.get(url).status_code == 403, url
    assert client.post("/audit/export").status_code == 403
    assert "/audit" not in client.get("/customers").content.decode()


def test_filters_by_person_kind_object_period_and_words(auditor: Client) -> None:
    anna, bert = Actor.of(person("anna")), Actor.of(person("bert"))
    customer = make.customer("芜湖造船厂")
    read = events.record("record.read", actor=anna, subject=customer, payload={"name": "芜湖造船厂"})
    failed = events.record(
        "login.failed", actor=Actor.system(), payload={"username": "gast", "address": "10.1.2.3"}
    )
    below = events.record("contact.changed", actor=bert, party_id=customer.pk, payload={"name": "赵"})
    old = events.record("customer.deleted", actor=bert, payload={"name": "旧厂"})
    Event.objects.filter(pk=old.pk).update(at=clock.now() - timedelta(days=40))
    Event.objects.filter(pk=failed.pk).update(address="203.0.113.9", device="Firefox/130.0")
    day = f"{clock.today() - timedelta(days=1):%Y-%m-%d}"
    for query, expected in (
        ("", {read, failed, below, old}), (f"person={anna.user_id}", {read}), ("person=system", {failed}),
        ("kind=login", {failed}), ("kind=reading", {read}), ("kind=contact.changed", {below}),
        ("object=customers.customer", {read}), (f"object=customers.customer:{customer.pk}", {read, below}),
        (f"from={day}", {read, failed, below}), (f"to={day}", {old}), ("q=造船", {read}), ("q=旧厂", {old}),
        ("q=gast", {failed}), ("q=203.0.113", {failed}), ("q=firefox", {failed}),
    ):  # fmt: skip
        found = numbers(text(auditor, f"/audit?{query}"))
        assert found == {event.pk for event in expected}, query


@pytest.mark.parametrize("query", ["person=x", "from=yesterday", "object=a:b", "rows=3", "from=2025-13-40"])
def test_a_malformed_address_is_refused(auditor: Client, query: str) -> None:
    assert auditor.get(f"/audit?{query}").status_code == 400


def test_paging_shows_every_event_once(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ROWS", 3)
    made = [events.record("note", actor=Actor.system()).pk for _ in range(8)]
    first = text(auditor, "/audit?kind=note")
    assert numbers(first) == set(made[5:])
    second = text(auditor, f"/audit?kind=note&after={made[5]}")
    assert numbers(second) == set(made[2:5])
    assert f"after={made[2]}" in second
    assert numbers(text(auditor, f"/audit?kind=note&before={made[4]}")) == set(made[5:])


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    return len(seen)


def test_one_and_three_rows_take_the_same_queries(auditor: Client) -> None:
    def add(n: int) -> None:
        who = Actor.of(person(f"who{n}"))
        events.record("customer.changed", actor=who, subject=make.customer(f"厂{n}"), payload={"changes": {}})
        events.record("login.succeeded", actor=who, subject=User.objects.get(pk=who.user_id))

    add(0)
    one = _queries(auditor, "/audit")
    add(1)
    add(2)
    assert _queries(auditor, "/audit") == one <= 9


def test_every_entry_opens_with_old_and_new_values(auditor: Client) -> None:
    customer = make.customer("甲厂", city="合肥市")
    before = journal.states([customer])
    customer.city = "芜湖市"
    customer.save()
    event = events.record(
        "customer.changed",
        actor=Actor.of(person("anna")),
        subject=customer,
        payload={"changes": {"city": ["合肥市", "芜湖市"]}},
    )
    journal.write(event, Customer, before, journal.states([customer]))
    events.record(
        "import.done", actor=Actor.system(), payload={"file": "<b>台账</b>", "list": [1], "none": None}
    )
    events.record("undone", actor=Actor.system(), subject=event, payload={"kind": "x"})
    for pk in Event.objects.values_list("pk", flat=True):
        assert auditor.get(f"/audit/{pk}").status_code == 200
    page = text(auditor, f"/audit/{event.pk}")
    assert page.count("合肥市") == page.count("芜湖市") == 2  # what was said, and the row itself
    assert "anna" in page
    assert "<b>台账" not in text(auditor, "/audit")
    assert auditor.get("/audit/999999").status_code == 404


def test_the_export_holds_what_the_filter_shows_and_is_told(auditor: Client) -> None:
    events.record("login.failed", actor=Actor.system(), payload={"username": "=cmd"})
    events.record("note", actor=Actor.system(), payload={"username": "hidden"})
    answer = auditor.post("/audit/export", {"kind": "login"}, REMOTE_ADDR="192.0.2.5")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert ("=cmd" in body, "hidden" in body, "note" in body) == (True, False, False)
    told = Event.objects.get(kind="audit.exported")
    assert (told.payload["filter"], told.payload["rows"], told.address) == ({"kind": "login"}, 1, "192.0.2.5")


def test_refusals_are_told_but_not_without_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from hengke.engines.access.leaks import middleware

    monkeypatch.setattr(middleware, "DENIALS_PER_MINUTE", 3)
    monkeypatch.setattr(middleware, "time", type("T", (), {"monotonic": staticmethod(lambda: 30.0)}))
    client.force_login(person("desk", Role.ACCOUNT_MANAGER))
    foreign = make.customer("别人的")
    for _ in range(5):
        assert client.get(f"/customers/{foreign.pk}").status_code == 404
    assert client.get("/nowhere").status_code == 404
    told = Event.objects.filter(kind="access.denied")
    assert told.count() == 3
    assert told[0].payload == {"path": f"/customers/{foreign.pk}", "method": "GET", "status": 404}


def test_a_notice_stays_until_somebody_deals_with_it(auditor: Client) -> None:
    row = UnusualUse.objects.create(
        user=person("anna"), channel="api", kind="exported", day=clock.today(), count=90_000, usual=30
    )
    assert "90,000" in text(auditor, "/audit")
    auditor.post(f"/audit/unusual/{row.pk}/seen")
    assert "90,000" not in text(auditor, "/audit?kind=login")
    row.refresh_from_db()
    assert (row.seen_by.username, Event.objects.get(kind="usage.seen").subject_id) == ("auditor", row.user_id)  # type: ignore[union-attr]


def test_codes_of_an_entry_are_said_in_words(auditor: Client) -> None:
    payload = {"username": "gast", "way": "totp", "rows_read": 8723}
    entry = events.record("login.succeeded", actor=Actor.system(), payload=payload)
    assert "gast · 用身份验证器" in text(auditor, "/audit")
    page = text(auditor, f"/audit/{entry.pk}")
    assert "用身份验证器" in page
    assert "读取行数" in page
    assert "totp" not in page
