"""Hidden values, other people's words and the inside of the ORM: no question tells of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access import stamp
from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.access.rows import RoleRule
from hengke.engines.records.models import SavedView
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.modules.customers.models import Contact, Customer, CustomerSummary
from tests.attacks.support import logged_in, unchanged
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
PHONES = ("13911110000", "13922220000", "13933330000", "13944440000")
AMOUNTS = (900_000, 20, 70_000, 4_000)


@pytest.fixture
def viewer() -> Client:
    """Somebody who sees every customer and contact, but neither telephone, mail nor amounts."""
    hidden = {
        "customers.customer": {"money": "hidden", "tier": "hidden", "phone": "hidden"},
        "customers.contact": {"phone": "hidden", "email": "hidden"},
    }
    for subject, fields in hidden.items():
        grants = [{"actions": ["view", "export", "change"], "scope": "all"}]
        RoleRule.objects.create(role="a_view", subject=subject, grants=grants, fields=fields)
    stamp.renew()
    for number, (phone, amount) in enumerate(zip(PHONES, AMOUNTS, strict=True)):
        customer = make.customer(f"测试{number}厂", phone=phone)
        make.summary(customer, this_year=amount, rank=number, by_year={})
        make.contact(customer, f"赵文{number}", phone=phone, email=f"p{phone}@example.com")
    _index()
    return logged_in(person("a_view", "a_view"))


def _permuted() -> None:
    """The same hidden values, of other people."""
    contacts, summaries = list(Contact.objects.order_by("pk")), list(CustomerSummary.objects.order_by("pk"))
    for place, contact in enumerate(contacts):
        phone = PHONES[place - 1]
        Contact.objects.filter(pk=contact.pk).update(phone=phone, email=f"p{phone}@example.com")
        Customer.objects.filter(pk=contact.customer_id).update(phone=phone)
    for place, row in enumerate(summaries):
        CustomerSummary.objects.filter(pk=row.pk).update(this_year=AMOUNTS[place - 1], rank=(place - 1) % 4)
    _index()


def _index() -> None:
    for slug in ("customers", "contacts"):
        record = registry.by_slug(slug)
        index.index_records(record, record.model._base_manager.values_list("pk", flat=True))


def _doors() -> list[str]:
    """Everything that shows rows in an order, counts them, or finds them by words."""
    found = ["/search?q=测试", "/search/suggest?q=测试", "/search/suggest?q=zw"]
    for slug in ("customers", "contacts"):
        names = registry.by_slug(slug).fields
        found += [f"/{slug}", f"/api/v1/{slug}", f"/{slug}/suggest?q=测", f"/{slug}/similar?name=测试1厂"]
        found += [f"/{slug}?sort={way}{field.name}" for field in names if field.sort for way in ("", "-")]
        found += [f"/{slug}?group={field.name}" for field in names if field.filter]
        found += [f"/{slug}?q={words}" for phone in PHONES for words in (phone, phone[:6], phone[-4:])]
        found += [f"/search/suggest?q={phone[:7]}" for phone in PHONES]
        found += [f"/{slug}/{shape}" for shape in ("board", "map", "filter", "conditions")]
    customer, contact = Customer.objects.order_by("pk")[1], Contact.objects.order_by("pk")[1]
    for page in (f"/customers/{customer.pk}", f"/contacts/{contact.pk}"):
        found += [page, f"{page}/edit", f"{page}/timeline", f"/api/v1{page}"]
    return found


def _said(client: Client, url: str) -> str:
    answer = client.get(url)
    text = f"{answer.status_code} {answer.content.decode()}"
    text = text.partition("<main")[2].partition("</main>")[0] if "<main" in text else text
    text = re.sub(r'csrf\w*"? value="\w+"|"csrf[^,]*|data-csrf="\w+"', "", text)
    return re.sub(r'"updated_at": ?"[^"]+"|\d\d:\d\d(:\d\d)?', "", text)


def test_no_door_answers_otherwise_when_hidden_values_change_places(viewer: Client) -> None:
    doors = _doors()
    before = {door: _said(viewer, door) for door in doors}
    exported = _exported(viewer)
    _permuted()
    after = {door: _said(viewer, door) for door in doors}
    assert {door: (before[door], after[door]) for door in doors if before[door] != after[door]} == {}
    assert _exported(viewer) == exported
    for number in PHONES:
        assert not any(number in text.replace(f"q={number}", "").replace(f'value="{number}"', "")
                       for door, text in before.items() if number not in door)  # fmt: skip


def _exported(client: Client) -> list[bytes]:
    return [b"".join(client.post(f"/{slug}/export", {"form": "csv"}).streaming_content) for slug in (
        "customers", "contacts",
    )]  # fmt: skip


@pytest.mark.parametrize("field", ["phone", "email"])
def test_a_hidden_field_is_no_word_of_any_question(viewer: Client, field: str) -> None:
    """Filter, sort, group, fields, columns, cells, bulk changes and views; each refusal leaves its trace."""
    contact = Contact.objects.order_by("pk")[0]
    asked = [
        {field: "1"}, {f"{field}__contains": "139"}, {f"{field}__gte": "1"}, {"sort": field}, {"sort": f"-{field}"},
        {"group": field}, {"filter": json.dumps([field, "startswith", "1"])},
        {"filter": json.dumps({"not": {"or": [[field, "contains", "1"]]}})},
    ]  # fmt: skip

    def attack() -> None:
        for words in asked:
            for door in (
                "/contacts",
                "/contacts/board",
                "/contacts/calendar",
                "/contacts/map",
                "/api/v1/contacts",
            ):
                assert viewer.get(door, words).status_code == 400, (door, words)
            assert viewer.post("/contacts/export", {"form": "csv", **words}).status_code == 400, words
        for words in ({"fields": field}, {"expand": field}):
            assert viewer.get("/api/v1/contacts", words).status_code == 400, words
            assert viewer.get(f"/api/v1/contacts/{contact.pk}", words).status_code == 400, words
        assert viewer.get(f"/contacts/filter/{field}").status_code == 400
        assert viewer.post("/contacts/columns", {"column": field}).status_code == 400
        assert viewer.get(f"/contacts/{contact.pk}/cell/{field}").status_code == 400
        assert viewer.post("/contacts/views", {"name": "x", "state": f"?{field}=1"}).status_code == 400
        assert viewer.post("/contacts/views", {"name": "x", "state": f"?sort={field}"}).status_code == 400
        # Through a reference, from an object whose own fields are open.
        assert viewer.get("/contacts", {f"customer.{field}": "1"}).status_code == 400

    unchanged(attack)


INSIDE = (
    "_connector", "_negated", "pk__in", "owner__password", 'a.b";--', "a\x01b", "__class__",
    "customer__owner__password",
    "is_superuser", "owner.password", "extra", "deleted_at", "objects", "%s", "name__regex", "id) OR (1=1",
)  # fmt: skip


@pytest.mark.parametrize("word", INSIDE)
def test_the_inside_of_the_database_is_no_word_either(word: str) -> None:
    boss = logged_in(person("boss"))
    customer = make.customer()

    def attack() -> None:
        for slug in ("customers", "contacts"):
            for words in (
                {word: "1"}, {f"{word}__gte": "1"}, {"sort": word}, {"group": word}, {"view": word},
                {"filter": json.dumps([word, "eq", "1"])}, {"filter": json.dumps({"and": [["name", word, "1"]]})},
            ):  # fmt: skip
                for door in (f"/{slug}", f"/{slug}/board", f"/{slug}/map", f"/api/v1/{slug}"):
                    assert boss.get(door, words).status_code == 400, (door, words)
                assert boss.post(f"/{slug}/export", {"form": "csv", **words}).status_code == 400, words
            assert boss.get(f"/{slug}/board", {"by": word}).status_code == 400
            for words in ({"fields": word}, {"expand": word}):
                assert boss.get(f"/api/v1/{slug}", words).status_code == 400, words
            assert boss.post(f"/{slug}/columns", {"column": word}).status_code == 400
        sent = json.dumps({word: "x", "version": 1})
        url = f"/api/v1/customers/{customer.pk}"
        assert boss.patch(url, sent, content_type="application/json").status_code == 400
        many = {"ids": customer.pk, "step": "run", "expected": "1", f"how-{word}": "set", f"to-{word}": "x"}
        assert boss.post("/customers/many", many).status_code in (200, 400)

    unchanged(attack)


@pytest.mark.parametrize("state", [
    'filter=["owner__password","startswith","argon2"]', "owner__password__startswith=argon2",
    'filter=["auth_user","eq",1]', 'filter={"or":[["sessions","eq","x"],["name","eq","x"]]}',
    "sort=owner__password", 'filter=["name","raw","1=1"]',
])  # fmt: skip
def test_a_stored_condition_reaches_no_further_than_one_in_an_address(state: str) -> None:
    """Views, rules and the conditions of a role are what segments are made of."""
    boss, admin = logged_in(person("boss")), logged_in(person("root", Role.ADMINISTRATOR))

    def attack() -> None:
        assert boss.post("/customers/views", {"name": "x", "state": f"?{state}"}).status_code == 400
        assert admin.post(f"/rules?record=customers&{state}", {"words": "x"}).status_code in (400, 404)

    unchanged(attack)
    assert not SavedView.objects.exists()


def test_a_tampered_view_shows_nothing(django_user_model: type[User]) -> None:
    """What somebody wrote into the table by hand is read by the same catalogue."""
    boss = person("boss")
    state = {"filter": ["owner__password", "startswith", "argon2"]}
    view = SavedView.objects.create(record="customers", name="x", owner=boss, state=state)
    make.customer(owner=boss)
    answer = logged_in(boss).get("/customers", {"view": f"v{view.pk}"})
    assert answer.status_code == 400 or "合肥供水" in answer.content.decode()


@pytest.mark.parametrize("given", [
    {"user": "b"}, {"as_user": "1"}, {"actor": "1"}, {"impersonate": "b"}, {"su": "b"}, {"tenant": "1"},
])  # fmt: skip
def test_nobody_asks_in_the_name_of_another(given: dict[str, str]) -> None:
    here, there = unit("Department A"), unit("Department B")
    mine, theirs = person("a", Role.ACCOUNT_MANAGER, here), person("b", Role.ACCOUNT_MANAGER, there)
    make.customer("自己的厂", owner=mine, unit=here)
    make.customer("别人的厂", owner=theirs, unit=there)
    client = logged_in(mine)
    forged = dict.fromkeys(
        ("X-User", "X-Forwarded-User", "Remote-User", "X-Remote-User", "X-Original-User"), "b"
    )

    def doors(**more: Any) -> list[Any]:
        asked = [
            client.get(door, given, **more)
            for door in ("/customers", "/api/v1/customers", "/overview/customers")
        ]
        return [*asked, client.post("/customers/export", {"form": "csv", **given}, **more)]

    for answer in doors():
        text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
        assert (answer.status_code, "别人的厂" in text) in ((400, False), (404, False), (200, False))
    given = {}
    for answer in doors(headers=forged):
        text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
        assert "别人的厂" not in text
    assert client.get("/api/v1/me", headers=forged).json()["username"] == "a"
    owned = client.get("/customers", {"owner": str(theirs.pk)})
    assert "别人的厂" not in owned.content.decode()
