"""A field of every kind through every door: what is written by one is read by all others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.models import Event
from hengke.engines.records.importing.columns import RowReader, propose
from hengke.engines.records.importing.upsert import Upsert
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.fields import VALUES, field, one_of_every_kind
from tests.factories.objects import made as made_object
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db
SLUGS = [record.slug for record in registry.all_records()]
KINDS = [*VALUES, "reference"]


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(person("boss"))
    return client


@pytest.fixture
def customer() -> Customer:
    found = make.customer()
    make.summary(found)
    return found


def _patch(client: Client, customer: Customer, values: dict[str, Any]) -> Any:
    customer.refresh_from_db()
    body = json.dumps({**values, "version": customer.version})
    return client.patch(f"/api/v1/customers/{customer.pk}", body, content_type="application/json")


def _shown(client: Client, customer: Customer) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form = client.get(f"/customers/{customer.pk}/edit").context["form"]
    shown = {bound.name: bound.value() for bound in form}
    return {name: value for name, value in shown.items() if value is not None}


def _said(kind: str, customer: Customer) -> Any:
    return customer.pk if kind == "reference" else VALUES[kind][2]


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_api_writes_is_read_everywhere(client: Client, customer: Customer, kind: str) -> None:
    key, said = field(kind=kind).key, _said(kind, customer)
    other = make.customer("另一家")
    make.summary(other)
    answer = _patch(client, customer, {key: said})
    assert (answer.status_code, answer.json()[key]) == (200, said)
    items = {item["id"]: item[key] for item in client.get("/api/v1/customers").json()["items"]}
    assert items[customer.pk] == said
    assert not items[other.pk]
    customer.refresh_from_db()
    shown = Catalogue(registry.by_slug("customers"), actor("x")).fields[key]
    value, words = shown.shown_of(customer)
    text = str(words) if kind == "reference" else shown.kind.plain(value)
    page = client.get(f"/customers/{customer.pk}").content.decode()
    assert f"自定义{kind}" in page
    assert all(line in page for line in text.splitlines())
    listed = client.get("/customers").content.decode()
    assert (
        text.partition("\n")[0].replace("-12.345", "−12.345").replace("8911407.90", "8,911,407.90") in listed
    )
    exported = b"".join(client.post("/customers/export", {"form": "csv"}).streaming_content).decode(
        "utf-8-sig"
    )
    assert text.partition("\n")[0] in exported


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_writes_and_shows_it(client: Client, customer: Customer, kind: str) -> None:
    key = field(kind=kind).key
    typed: Any = {
        "choice": "o2",
        "choices": ["o1", "o3"],
        "yesno": "false",
        "moment": "2026-03-01T09:30",
    }.get(kind, customer.name if kind == "reference" else VALUES.get(kind, ("", ""))[1])
    answer = client.post(f"/customers/{customer.pk}/edit", _shown(client, customer) | {key: typed})
    assert answer.status_code == 302, answer.context["form"].errors
    customer.refresh_from_db()
    shown = registry.by_slug("customers").field(key)
    assert shown.key_of(customer) == (customer.pk if kind == "reference" else VALUES[kind][0])
    assert client.post(f"/customers/{customer.pk}/edit", _shown(client, customer)).status_code == 302
    customer.refresh_from_db()
    assert customer.version == 2  # nothing was different
    assert client.get(f"/customers/{customer.pk}/cell/{key}").status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_the_import_takes_it_by_its_label(customer: Customer, kind: str) -> None:
    made = field(kind=kind)
    catalogue = Catalogue(registry.by_slug("customers"), actor("importer"))
    mapping = propose(catalogue, ["客户编号", "名称", made.name])
    mapping = {0: "number", 2: made.key} if made.key in mapping.values() else {}
    upsert = Upsert(catalogue, RowReader(catalogue, mapping))
    text = customer.name if kind == "reference" else VALUES[kind][1]
    event = Event.objects.create(kind="customer.imported", channel="job", payload={}, salt="", digest="",
                                 at=customer.created_at)  # fmt: skip
    row = [customer.number, "", text]
    assert upsert.take([(2, row)], event) == []
    assert (upsert.counts.changed, upsert.counts.added) == (1, 0)
    customer.refresh_from_db()
    value = registry.by_slug("customers").field(made.key).key_of(customer)
    assert value == (customer.pk if kind == "reference" else VALUES[kind][0])
    again = Upsert(catalogue, RowReader(catalogue, mapping))
    again.take([(2, row)], event)
    assert (again.counts.changed, again.counts.unchanged) == (0, 1)


@pytest.mark.parametrize(("kind", "wrong"), [
    ("number", "1.2345"), ("number", "x"), ("money", "1e30"), ("date", "2026-02-30"), ("moment", "soon"),
    ("yesno", "perhaps"), ("choice", "紫"), ("choices", "红、紫"), ("url", "javascript:alert(1)"), ("email", "nobody"),
    ("text", "x" * 501), ("reference", "no such customer"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_by_every_door(
    client: Client, customer: Customer, kind: str, wrong: str
) -> None:
    made = field(kind=kind)
    assert _patch(client, customer, {made.key: [wrong] if kind == "choices" else wrong}).status_code == 400
    answer = client.post(
        f"/customers/{customer.pk}/edit", {"name": customer.name, "version": 1, made.key: wrong}
    )
    assert made.key in answer.context["form"].errors
    catalogue = Catalogue(registry.by_slug("customers"), actor("importer"))
    upsert = Upsert(catalogue, RowReader(catalogue, {0: "number", 1: made.key}))
    assert [row.line for row in upsert.take([(2, [customer.number, wrong])], None)] == [2]
    customer.refresh_from_db()
    assert customer.extra == {}


def test_a_required_field_is_asked_for_and_bounds_hold(client: Client, customer: Customer) -> None:
    made = field(kind="number", required=True, options={"digits": 0, "low": "1", "high": "9"})
    for value, status in ((None, 400), (0, 400), (10, 400), (9, 200)):
        assert _patch(client, customer, {made.key: value}).status_code == status, value
    answer = client.post("/customers/new", {"name": "新客户"})
    assert made.key in answer.context["form"].errors


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("choices", "long", "rich", "reference")])
def test_lists_are_ordered_and_paged_by_it(client: Client, kind: str) -> None:
    made = field(kind=kind)
    texts = {
        "number": ["-3", "2", "10"], "money": ["-3.00", "2.00", "10.00"],
        "date": ["2025-12-31", "2026-01-01", "2026-01-02"],
        "moment": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-02T00:00:00Z"], "yesno": [False, True],
        "choice": ["o1", "o2", "o3"], "url": ["https://a.cn", "https://b.cn"], "phone": ["1", "2"],
        "email": ["a@b.cn", "b@b.cn"], "text": ["a", "b", "c"],
    }[kind]  # fmt: skip
    wanted = []
    for n, text in enumerate([*texts, None]):
        one = make.customer(f"客户{n}")
        make.summary(one)
        if text is not None:
            assert _patch(client, one, {made.key: text}).status_code == 200
        wanted.append(one.pk)
    for sort, order in ((made.key, wanted), (f"-{made.key}", [*wanted[-2::-1], wanted[-1]])):
        got, cursor = [], ""
        while True:
            page = client.get("/api/v1/customers", {"sort": sort, "page_size": 1, "cursor": cursor}).json()
            got += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        assert got == order
        assert client.get("/customers", {"sort": sort}).status_code == 200


def test_groups_board_and_calendar_are_made_by_it(client: Client, customer: Customer) -> None:
    fields = one_of_every_kind("customers")
    values = {fields[k].key: _said(k, customer) for k in KINDS}
    assert _patch(client, customer, values).status_code == 200
    for kind, words in (
        ("choice", "绿"),
        ("yesno", "否"),
        ("date", "2026"),
        ("moment", "2026"),
        ("reference", customer.name),
    ):
        groups = client.get("/customers", {"group": fields[kind].key}).context["groups"]
        assert [(words in group.label, group.count) for group in groups.rows] == [(True, 1)], kind
        inside = client.get(groups.rows[0].url)
        assert customer.name in inside.content.decode()
    board = client.get("/customers/board", {"by": fields["choice"].key}).context
    assert [(c.label, c.count) for c in board["columns"]] == [("红", 0), ("绿", 1), ("蓝", 0)]
    days = (
        client.get("/customers/calendar", {"by": fields["date"].key, "at": "2026-02-10"}).context["span"].days
    )
    assert [str(day.day) for day in days if day.entries] == ["2026-02-28"]
    moved = client.post(
        f"/customers/{customer.pk}/cell/{fields['choice'].key}", {"value": "o3", "version": 2}
    )
    assert moved.json()["markup"] == "蓝"


def test_search_finds_it_by_sound_and_stops_when_the_field_goes(client: Client, customer: Customer) -> None:
    made = field(kind="text")
    assert _patch(client, customer, {made.key: "鸿运当头"}).status_code == 200
    assert customer.name in client.get("/search", {"q": "hydt"}).content.decode()
    administrator = Client()
    administrator.force_login(person("admin", "administrator"))
    administrator.post(f"/fields/customers/{made.pk}/remove")
    assert customer.name not in client.get("/search", {"q": "hydt"}).content.decode()


def test_saved_views_keep_it_and_vanish_with_it(client: Client, customer: Customer) -> None:
    made = field(kind="choice")
    _patch(client, customer, {made.key: "o2"})
    client.post("/customers/views", {"name": "绿的", "filter": json.dumps([made.key, "eq", "o2"])})
    assert "绿的" in client.get("/customers").content.decode()


def test_the_document_of_the_api_names_it(client: Client) -> None:
    made = field(kind="choices")
    document = client.get("/api/v1/openapi.json").json()
    assert document["components"]["schemas"]["Customer"]["properties"][made.key]["title"] == made.name
    body = document["components"]["schemas"]["NewCustomer"]
    assert body["properties"][made.key]["items"]["enum"] == ["o1", "o2", "o3"]


@pytest.mark.parametrize("slug", [*SLUGS, "made"])
def test_every_object_takes_fields_of_every_kind(client: Client, slug: str) -> None:
    slug = made_object().slug if slug == "made" else slug
    fields = one_of_every_kind(slug)
    for url in (f"/{slug}", f"/{slug}/new", f"/{slug}/columns", f"/{slug}/filter", f"/api/v1/{slug}"):
        assert client.get(url).status_code == 200, url
    for made in fields.values():
        assert client.get(f"/{slug}/filter/{made.key}").status_code == 200
        assert made.name in client.get(f"/{slug}/new").content.decode()


def test_a_person_is_chosen_by_name_key_or_user_name_and_stays_after_leaving(
    client: Client, customer: Customer
) -> None:
    made = field(kind="person", search=False)
    first, second = person("zhao"), person("qian")
    for said, status in ((first.pk, 200), ("qian", 200), ("nobody", 400), (10**9, 400)):
        assert _patch(client, customer, {made.key: said}).status_code == status
    customer.refresh_from_db()
    assert customer.extra[made.key] == second.pk
    second.is_active = False
    second.save()
    shown = _shown(client, customer)
    assert client.post(f"/customers/{customer.pk}/edit", shown | {"short_name": "新"}).status_code == 302
    customer.refresh_from_db()
    assert (customer.short_name, customer.extra[made.key]) == ("新", second.pk)
    assert _patch(client, customer, {made.key: None}).status_code == 200
    assert _patch(client, customer, {made.key: second.pk}).status_code == 400
    assert "qian" not in client.get(f"/customers/{customer.pk}/edit").content.decode()
    assert _patch(client, customer, {made.key: first.pk}).status_code == 200
    assert client.get("/api/v1/customers", {made.key: str(first.pk)}).json()["count"] == 1
    assert "zhao" in client.get("/customers").content.decode()
    catalogue = Catalogue(registry.by_slug("customers"), actor("importer"))
    upsert = Upsert(catalogue, RowReader(catalogue, {0: "number", 1: made.key}))
    rows = upsert.take([(2, [customer.number, "zhao"]), (3, [customer.number, "qian"])], None)
    assert [row.line for row in rows] == [3]
