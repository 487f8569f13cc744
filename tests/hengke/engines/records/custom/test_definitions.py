"""Adding, changing, moving, converting and taking away fields; each can be taken back, with every value."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.jobs import queue
from hengke.engines.records.custom import conversion, definitions
from hengke.engines.records.custom import services as fields
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import services
from hengke.kernel.errors import Conflict, InputError, NotAllowed
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.fields import ADMINISTRATOR, VALUES, field
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def record() -> Any:
    return registry.by_slug("customers")


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(person("admin", "administrator"))
    return client


def _store(customer: Customer, made: CustomField, value: Any, by: Actor | None = None) -> Customer:
    customer.refresh_from_db()
    record: Any = registry.by_slug("customers")
    return record.update(
        actor=by or Actor.system(), target=customer, values={made.key: value}, version=customer.version
    )


def _indexes() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Customer._meta.db_table)
    return {name for name in found if name.startswith("custom_")}


def test_an_administrator_makes_a_field_and_it_is_there_at_once(admin: Client) -> None:
    assert "自定义" not in admin.get("/customers/new").content.decode()
    answer = admin.post("/fields/customers/new?kind=choice", {
        "name": "自定义颜色", "filter": "on", "list": "on", "more": "红\n绿\n", "section": "外观",
    })  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    row = CustomField.objects.get()
    assert row.options == {"choices": [["o1", "红"], ["o2", "绿"]]}
    page = admin.get("/customers/new").content.decode()
    assert "自定义颜色" in page
    assert "外观" in page
    assert "自定义颜色" in admin.get("/customers").content.decode()
    assert row.key in _indexes().pop()


def test_other_processes_learn_of_it_with_the_next_request(admin: Client) -> None:
    row = field(kind="text")
    definitions.forget()  # as a process that was not there when it was made
    assert definitions.fields_of("customers") == ()
    admin.get("/")
    assert [f.name for f in definitions.fields_of("customers")] == [row.key]


def test_a_job_learns_of_it_when_it_begins() -> None:
    field(kind="text")
    definitions.forget()
    seen: list[int] = []

    @queue.job("tests.look")
    def look(*, actor: Actor, progress: queue.Progress) -> None:
        seen.append(len(definitions.fields_of("customers")))

    queue.enqueue("tests.look", title="x", actor=Actor.system())
    queue.run_waiting()
    assert seen == [1]


@pytest.mark.parametrize("draft", [
    {"name": ""}, {"name": "x" * 61}, {"name": "名称"}, {"kind": "hologram"}, {"kind": "choice", "options": {}},
    {"kind": "choice", "options": {"choices": [["", "a"], ["", "A"]]}}, {"kind": "number", "options": {"digits": 7}},
    {"kind": "number", "options": {"low": "2", "high": "1"}}, {"sensitivity": "nobody"},
    {"kind": "number", "options": {"low": "NaN"}},
])  # fmt: skip
def test_what_makes_no_sense_is_refused(record: Any, draft: dict[str, Any]) -> None:
    name = str(record.title_field.label) if draft.get("name") == "名称" else draft.get("name", "甲")
    with pytest.raises(InputError):
        fields.add(record, fields.Draft(**{"kind": "text"} | draft | {"name": name}), actor=ADMINISTRATOR)
    assert not CustomField.objects.exists()


@pytest.mark.parametrize("role", ["director", "account_manager", "business_desk", "laboratory_head"])
def test_only_administrators_may(role: str) -> None:
    row, client = field(), Client()
    client.force_login(person("somebody", role))
    for method, url in (
        ("get", "/fields"), ("get", "/fields/customers"), ("get", "/fields/customers/new?kind=text"),
        ("post", "/fields/customers/new?kind=text"), ("get", f"/fields/customers/{row.pk}"),
        ("post", f"/fields/customers/{row.pk}"), ("post", f"/fields/customers/{row.pk}/kind?kind=long"),
        ("post", f"/fields/customers/{row.pk}/move"), ("post", f"/fields/customers/{row.pk}/remove"),
        ("post", f"/fields/customers/{row.pk}/restore"), ("post", "/fields/undo/1"),
    ):  # fmt: skip
        assert getattr(client, method)(url).status_code == 403, url
    with pytest.raises(NotAllowed):
        fields.remove(registry.by_slug("customers"), row, actor=actor("other", role))


def test_the_pages_show_and_change_it(admin: Client) -> None:
    first, second = field(name="甲"), field(name="乙", kind="choice")
    assert "甲" in admin.get("/fields/customers").content.decode()
    assert admin.get("/fields").status_code == 200
    admin.post(f"/fields/customers/{second.pk}/move", {"to": 0})
    assert [f.label for f in definitions.fields_of("customers")] == ["乙", "甲"]
    data = {
        "name": "丙",
        "filter": "on",
        "choice-o1": "深红",
        "choice-o2": "绿",
        "choice-o3": "",
        "more": "黑",
    }
    answer = admin.post(f"/fields/customers/{second.pk}", data)
    assert answer.status_code == 302, answer.context["form"].errors
    second.refresh_from_db()
    assert (second.name, second.options["choices"]) == ("丙", [["o1", "深红"], ["o2", "绿"], ["o3", "黑"]])
    assert admin.get(f"/fields/customers/{first.pk}/remove").context["used"] == 0


def test_a_choice_that_is_held_cannot_go(record: Any) -> None:
    for kind, value in (("choice", "o3"), ("choices", ("o1", "o3"))):
        made, customer = field(kind=kind), make.customer(kind)
        _store(customer, made, value)
        draft = fields.draft_of(made)
        fewer = fields.Draft(**{**draft.__dict__, "options": {"choices": made.options["choices"][:2]}})
        with pytest.raises(InputError, match="still hold"):
            fields.change(record, made, fewer, actor=ADMINISTRATOR)
        _store(customer, made, None if kind == "choice" else ())
        assert fields.change(record, made, fewer, actor=ADMINISTRATOR) is not None


def test_removing_hides_it_everywhere_and_undo_brings_all_back(admin: Client, record: Any) -> None:
    made, customer = field(kind="text"), make.customer()
    make.summary(customer)
    _store(customer, made, "暗号")
    assert admin.get(f"/fields/customers/{made.pk}/remove").context["used"] == 1
    admin.post(f"/fields/customers/{made.pk}/remove")
    assert _indexes() == set()
    for url in (
        f"/customers?{made.key}=暗号",
        f"/customers?sort={made.key}",
        f"/api/v1/customers?{made.key}=暗号",
    ):
        assert admin.get(url).status_code == 400
    assert made.key not in admin.get(f"/api/v1/customers/{customer.pk}").json()
    assert "暗号" not in admin.get(f"/customers/{customer.pk}").content.decode()
    event = Event.objects.get(kind="field.deleted")
    assert admin.post(f"/fields/undo/{event.pk}").status_code == 302
    assert admin.get(f"/api/v1/customers/{customer.pk}").json()[made.key] == "暗号"
    assert len(_indexes()) == 1
    assert customer.name in admin.get("/search", {"q": "暗号"}).content.decode()
    admin.post(f"/fields/customers/{made.pk}/remove")
    admin.post(f"/fields/customers/{made.pk}/restore")
    assert admin.get(f"/api/v1/customers/{customer.pk}").json()[made.key] == "暗号"


def test_conversion_says_what_fits_and_undo_brings_back_what_did_not(admin: Client, record: Any) -> None:
    made = field(kind="text")
    people = [make.customer(f"客户{n}") for n in range(4)]
    for customer, text in zip(people, ("12.50", "约十二", "1,000"), strict=False):
        _store(customer, made, text)
    url = f"/fields/customers/{made.pk}/kind?kind=money"
    seen = admin.post(url, {"name": made.name, "filter": "on"}).context["preview"]
    assert seen == conversion.Preview(fitting=2, unfitting=1, examples=("约十二",))
    made.refresh_from_db()
    assert made.kind == "text"
    assert admin.post(url, {"name": made.name, "filter": "on", "sure": "1"}).status_code == 302
    values = [
        registry.by_slug("customers").field(made.key).key_of(c) for c in Customer.objects.order_by("pk")
    ]
    assert values == [Decimal("12.50"), None, Decimal("1000.00"), None]
    items = admin.get("/api/v1/customers", {f"{made.key}__gte": "100"}).json()["items"]
    assert [item["name"] for item in items] == ["客户2"]
    admin.post(f"/fields/undo/{Event.objects.get(kind='field.converted').pk}")
    kept = [customer.extra.get(made.key) for customer in Customer.objects.order_by("pk")]
    assert kept == ["12.50", "约十二", "1,000", None]


@pytest.mark.parametrize("start", list(VALUES))
def test_every_kind_becomes_text_and_comes_back(record: Any, start: str) -> None:
    made, customer = field(kind=start), make.customer()
    value = VALUES[start][0]
    _store(customer, made, value)
    draft = fields.draft_of(made)
    for kind, options in (("long", {}), (start, made.options)):
        step = fields.Draft(**{**draft.__dict__, "kind": kind, "options": options})
        row = CustomField.objects.get(pk=made.pk)
        if row.kind != kind:
            assert conversion.preview(record, row, step).unfitting == 0
            conversion.convert(record, row, step, actor=ADMINISTRATOR)
    customer.refresh_from_db()
    assert record.field(made.key).key_of(customer) == value


def test_a_later_change_of_another_field_does_not_hinder_undo(record: Any) -> None:
    boss = actor("boss")
    one, two, customer = field(name="甲"), field(name="乙"), make.customer()
    _store(customer, one, "旧", boss)
    _store(customer, one, "新", boss)
    changed = Event.objects.order_by("-pk").first()
    _store(customer, two, "别的", boss)
    assert changed is not None
    services.undo(changed.pk, actor=boss)
    customer.refresh_from_db()
    assert customer.extra == {one.key: "旧", two.key: "别的"}
    _store(customer, one, "第三", boss)
    with pytest.raises(Conflict):
        services.undo(Event.objects.get(payload__changes={one.key: ["", "旧"]}).pk, actor=boss)


def test_the_timeline_tells_changes_in_words(record: Any) -> None:
    made, customer, client = field(kind="choices"), make.customer(), Client()
    make.summary(customer)
    client.force_login(person("boss"))
    _store(customer, made, ("o1", "o2"))
    page = client.get(f"/customers/{customer.pk}").content.decode()
    assert "红、绿" in page
    assert f"{made.name}: " in page


def test_a_sensitive_field_is_unknown_to_those_who_may_not_see_it(record: Any) -> None:
    made, customer = field(kind="money", sensitivity="money"), make.customer()
    make.summary(customer)
    _store(customer, made, Decimal("77123.00"))
    desk = Client()
    desk.force_login(person("desk", "business_desk"))
    assert "money" in grants.hidden(Actor(user_id=1, role="business_desk"), record.subject)
    for words in ({made.key: "1"}, {f"{made.key}__gte": "1"}, {"sort": made.key}, {"group": made.key},
                  {"filter": json.dumps([made.key, "gt", 1])}):  # fmt: skip
        for url in ("/customers", "/api/v1/customers"):
            if url.startswith("/api") and "group" in words:
                continue
            assert desk.get(url, words).status_code == 400, (url, words)
    for url in (f"/customers/{customer.pk}", f"/customers/{customer.pk}/edit", "/customers", "/customers/new",
                f"/customers/{customer.pk}/timeline"):  # fmt: skip
        page = desk.get(url).content.decode()
        assert "77,123" not in page
        assert "77123" not in page
        assert made.name not in page
    assert desk.get(f"/customers/filter/{made.key}").status_code == 400
    assert desk.get(f"/customers/{customer.pk}/cell/{made.key}").status_code == 400
    assert made.key not in desk.get(f"/api/v1/customers/{customer.pk}").json()
    body = json.dumps({made.key: "1", "version": customer.version})
    assert desk.patch(
        f"/api/v1/customers/{customer.pk}", body, content_type="application/json"
    ).status_code in (400, 403)
    customer.refresh_from_db()
    assert customer.extra == {made.key: 7712300}


@pytest.mark.parametrize("value", ["9" * 30, "-1", "a\x00b", "x" * 3_000, "NaN", "1e999", "__class__", "²"])
def test_hostile_values_get_words(admin: Client, value: str) -> None:
    made = field(kind="number")
    names = ("name", "section", "help", "digits", "low", "high", "of", "more", "to", "kind", "sensitivity")
    said = dict.fromkeys(names, value)
    for page in ("new?kind=number", "new?kind=choice", "new?kind=reference", str(made.pk), f"{made.pk}/move"):
        assert admin.post(f"/fields/customers/{page}", said).status_code in (200, 302, 400), page
    big = "9" * 30
    for url in (
        f"/fields/customers/{big}",
        f"/fields/undo/{big}",
        f"/fields/customers/{big}/remove",
        "/fields/x",
    ):
        assert admin.post(url, said).status_code in (400, 404, 405), url
    assert admin.get("/fields/customers/new", {"kind": value}).status_code == 400
    assert admin.get(f"/fields/customers/{made.pk}/kind", {"kind": value}).status_code == 400
