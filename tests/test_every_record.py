"""What every declared record type must hold, whoever declares it: constant queries, and nothing for
outsiders.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.journal import states
from hengke.engines.access.models import Event, User
from hengke.engines.access.tokens import issue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.actions import actions_of
from hengke.engines.records.schema.declarations import RecordType
from hengke.engines.records.schema.kinds import LongText, Text
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories import records
from tests.factories.objects import vehicle
from tests.factories.people import person, unit
from tests.factories.records import OWN_LABORATORY

pytestmark = pytest.mark.django_db

OTHER_LABORATORY = "电学室"
# Session, person, keys (the bounded count), page, saved views, one of the shell, and one of these: sums of money, or
# people to hand over to. Customers and what an administrator made have both, some objects neither.
LIST_QUERIES = {
    "customers": 8, "contacts": 6, "instruments": 6, "made": 8, "item-classes": 6, "price-lists": 6,
    "bundle-lines": 6, "commissions": 8, "commission-lines": 6, "certificates": 6,
}  # fmt: skip
USUAL_LIST_QUERIES = 7
API_QUERIES = 4


@pytest.fixture(params=[*(record.slug for record in registry.all_records()), "made"])
def record(request: pytest.FixtureRequest) -> RecordType:
    """Every declared record type, and one that an administrator made."""
    if request.param != "made":
        return registry.by_slug(request.param)
    row, _fields = vehicle(rights=records.MADE_RIGHTS)
    return registry.by_slug(row.slug)


def _key(record: RecordType) -> str:
    return "made" if record in registry.made() else record.slug


@pytest.fixture
def mine(record: RecordType) -> models.Model:
    """An object of department A whose lines are from the own laboratory."""
    found: models.Model = _objects(record, 1)[0]
    return found


def _objects(record: RecordType, count: int) -> list[Any]:
    home = unit("Department A")
    found = []
    for n in range(count):
        customer = make.customer(f"合肥第{n}仪表厂{Customer.objects.count()}", unit=home)
        make.summary(customer)
        make.summary(customer, OWN_LABORATORY)
        found.append(records.of(record.slug, customer, n))
    return found


def _login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _queries(client: Client, url: str) -> int:
    client.get(url)  # what is read once per process does not count
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_every_record_type_has_a_maker() -> None:
    assert not records.without_maker()


def test_a_new_object_that_no_test_can_make_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_records", registry._records | {"boats": replaced("boats")})
    assert records.without_maker() == {"boats"}


def replaced(slug: str) -> RecordType:
    """A record type of another name, which nobody has thought of in the tests."""
    found: RecordType = type("BoatRecord", (), {"slug": slug})()
    return found


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_however_long(record: RecordType, count: int) -> None:
    _objects(record, count)
    assert _queries(_login(person("boss")), f"/{record.slug}") == LIST_QUERIES.get(
        _key(record), USUAL_LIST_QUERIES
    )


@pytest.mark.parametrize("count", [1, 3])
def test_api_list_takes_the_same_queries_however_long(record: RecordType, count: int) -> None:
    _objects(record, count)
    assert _queries(_login(person("boss")), f"/api/v1/{record.slug}") == API_QUERIES


def test_page_takes_the_same_queries_however_much_belongs_to_it() -> None:
    client, customer = _login(person("boss")), make.customer()
    counts = []
    for n in range(1, 4):
        make.contact(customer, f"钱{n}")
        make.instrument(customer, f"天平{n}")
        counts.append(_queries(client, f"/customers/{customer.pk}"))
    assert counts[0] == counts[2]


def test_list_page_form_export_and_api_work(record: RecordType, mine: Any) -> None:
    client = _login(person("boss"))
    title = getattr(mine, record.title_field.path)
    for url in (f"/{record.slug}", f"/{record.slug}/{mine.pk}", f"/{record.slug}/{mine.pk}/edit"):
        assert title in client.get(url).content.decode()
    assert client.get(f"/{record.slug}/new").status_code == 200
    exported = b"".join(client.post(f"/{record.slug}/export", {"form": "csv"}).streaming_content)
    assert title in exported.decode("utf-8-sig")
    assert Event.objects.filter(kind__endswith=".exported").count() == 1
    answer = client.get(f"/api/v1/{record.slug}").json()
    assert [item["id"] for item in answer["items"]] == [mine.pk]
    assert answer["items"][0] == client.get(f"/api/v1/{record.slug}/{mine.pk}").json()


BAD_PARAMETERS: list[dict[str, str]] = [
    {"no_such_field": "1"}, {"owner__password__startswith": "argon2"}, {"_connector": "OR"}, {"_negated": "1"},
    {"sort": "no_such_field"}, {"sort": 'id";--'}, {"sort": "customer__owner__password"}, {"view": "nowhere"},
    {"filter": '["no_such_field","eq",1]'}, {"filter": '["name","regex",".*"]'}, {"filter": "["},
    {"filter": '["name","eq",{"a":1}]'}, {"filter": "[" * 2_000}, {"name__isnull": "1"},
    {"updated_at__gte": "yesterday"},
    {"filter": json.dumps({"or": [["name", "eq", "x"]] * 10_000})}, {"fields": "__class__"},
    {"filter": '["name","in",[["x"]]]'}, {"name": "a\x00b"},
]  # fmt: skip
FORGED_CURSORS = (
    {"after": "%%%"},
    {"after": "W10"},
    {"before": "WyIiLCJ4IiwxXQ"},
    {"after": "WyJkIiwie30iLDFd"},
)
BAD_SIZES = ("0", "201", "1000000000", "-1", "x", "9" * 30)


@pytest.mark.parametrize("view", ["list", "export", "api"])
def test_bad_parameters_are_refused_with_words(record: RecordType, mine: Any, view: str) -> None:
    client = _login(person("boss"))
    for words in BAD_PARAMETERS:
        if view == "export":
            answer = client.post(f"/{record.slug}/export", {"form": "csv"} | words)
        else:
            answer = client.get(f"/api/v1/{record.slug}" if view == "api" else f"/{record.slug}", words)
        assert answer.status_code == 400, str(words)[:200]


def test_forged_cursors_are_refused(record: RecordType, mine: Any) -> None:
    boss, other = _login(person("boss")), _login(person("other"))
    for words in FORGED_CURSORS:
        assert boss.get(f"/{record.slug}", words).status_code in (200, 400), words
        cursor = {"cursor": next(iter(words.values()))}
        assert other.get(f"/api/v1/{record.slug}", cursor).status_code in (200, 400), words


def test_page_size_is_bounded(record: RecordType) -> None:
    client = _login(person("boss"))
    for size in BAD_SIZES:
        assert client.get(f"/api/v1/{record.slug}", {"page_size": size}).status_code == 400, size


def _addresses(record: RecordType, pk: int) -> list[tuple[str, str]]:
    """Every generated address about one object, with the method that does something."""
    page, api = f"/{record.slug}/{pk}", f"/api/v1/{record.slug}/{pk}"
    return [
        ("get", page), ("get", f"{page}/edit"), ("post", f"{page}/edit"), ("post", f"{page}/delete"),
        ("get", f"{page}/timeline"), ("get", f"{page}/cell/{_cell(record)}"), ("post", f"{page}/cell/{_cell(record)}"),
        ("get", api), ("patch", api), ("delete", api), ("post", f"{api}/restore"), *_actions(record, page, api),
    ]  # fmt: skip


def _cell(record: RecordType) -> str:
    """A field of words that people enter: the title, unless it is given out as a number."""
    if record.title_field.write:
        return record.title_field.name
    return next(field.name for field in record.fields if field.write and type(field.kind) in (Text, LongText))


def _actions(record: RecordType, page: str, api: str) -> list[tuple[str, str]]:
    keys = [act.key for act in actions_of(record.slug)]
    return [("post", f"{page}/do/{key}") for key in keys] + [("post", f"{api}/{key}") for key in keys]


def _everywhere(record: RecordType) -> list[tuple[str, str]]:
    """Every generated address that is not about one object."""
    base = f"/{record.slug}"
    return [
        ("get", base), ("get", f"{base}/board"), ("get", f"{base}/calendar"), ("get", f"{base}/map"),
        ("get", f"{base}/timeline"),
        ("get", f"{base}/timeline"),
        ("post", f"{base}/views"), ("post", f"{base}/views/1"),
        ("post", f"{base}/views/1/delete"), ("post", f"{base}/views/1/restore"),
        ("get", f"{base}/new"), ("post", f"{base}/new"), ("get", f"{base}/similar"),
        ("get", f"{base}/columns"), ("post", f"{base}/columns"), ("post", f"{base}/widths"), ("get", f"{base}/filter"),
        ("get", f"{base}/filter/name"), ("get", f"{base}/suggest"), ("post", f"{base}/many"),
        ("post", f"{base}/many/delete"),
        ("post", f"{base}/assign"), ("post", f"{base}/export"), ("get", f"{base}/import"), ("post", f"{base}/import"),
        ("get", f"{base}/import/{'0' * 32}/columns"), ("get", f"{base}/import/1"), ("post", f"{base}/import/1/start"),
        ("get", f"{base}/import/1/errors"), ("get", f"/api/v1{base}"), ("post", f"/api/v1{base}"),
        ("get", f"/api/v1{base}/meta"), ("post", f"/api/v1{base}/bulk"),
    ]  # fmt: skip


def _ask(client: Client, method: str, url: str) -> Any:
    if url.startswith("/api/") and method != "get":
        body = {"name": "stolen", "version": 1}
        return getattr(client, method)(url, json.dumps(body), content_type="application/json")
    return (
        client.get(url)
        if method == "get"
        else client.post(url, {"name": "stolen", "version": 1, "owner": 1, "form": "csv"})
    )


def _outsiders() -> dict[str, User]:
    other = unit("Department B")
    laboratory = unit(OTHER_LABORATORY, UnitKind.LABORATORY, other)
    return {
        "other unit": person("b_sales", Role.ACCOUNT_MANAGER, other),
        "other laboratory": person("b_lab", Role.LABORATORY_HEAD, laboratory),
        "no laboratory": person("lost", Role.LABORATORY_HEAD),
    }


@pytest.mark.parametrize("who", ["other unit", "other laboratory", "no laboratory"])
def test_outsiders_find_nothing_under_any_address(record: RecordType, mine: Any, who: str) -> None:
    outsider = _outsiders()[who]
    client, title = _login(outsider), getattr(mine, record.title_field.path)
    if records.is_everybodys(record, outsider):
        return  # the whole institution reads it; that such a reader changes nothing is tested below
    before = states(type(mine)._base_manager.all())
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for method, url in _addresses(record, mine.pk):
        answer = _ask(client, method, url)
        assert answer.status_code in (403, 404), (method, url, answer.status_code)
        assert title not in answer.content.decode()
    answer = client.post(
        f"/{record.slug}/assign", {"ids": mine.pk, "owner": User.objects.get(username="lost").pk}
    )
    for door in ("many", "many/delete"):
        for step in ("", "preview", "run"):
            sent = {"ids": mine.pk, "step": step, "expected": "1", f"how-{_cell(record)}": "set"}
            assert title not in client.post(f"/{record.slug}/{door}", sent).content.decode()
    assert answer.status_code in (400, 403, 404)
    assert states(type(mine)._base_manager.all()) == before
    # What was refused is told, and nothing else happened.
    assert {*Event.objects.filter(pk__gt=last).values_list("kind", flat=True)} == {"access.denied"}
    for url in (
        f"/{record.slug}",
        f"/api/v1/{record.slug}",
        f"/search/suggest?q={title}",
        f"/search?q={title}",
    ):
        assert title not in client.get(url).content.decode().replace(f'value="{title}"', "")
    assert client.get(f"/api/v1/{record.slug}").json().get("count", 0) == 0


def _walked(record: RecordType, pk: int) -> list[str]:
    """Every address about one object, taken from the table of addresses itself: a new one cannot be forgotten."""
    from hengke.engines.records.urls import urlpatterns

    place = "<made:slug>" if _key(record) == "made" else record.slug
    routes = [
        str(pattern.pattern).replace(place, record.slug)
        for resolver in urlpatterns
        for pattern in getattr(resolver, "url_patterns", ())
        if str(pattern.pattern).startswith(f"{place}/<int:pk>")
    ]
    assert len(routes) > 8
    name = _cell(record)
    about = [re.sub(r"<(?:str|slug):\w+>", name, route.replace("<int:pk>", str(pk))) for route in routes]
    return [f"/{route}" for route in about] + [f"/api/v1/{record.slug}/{pk}"]


@pytest.mark.parametrize("who", ["other unit", "other laboratory", "no laboratory"])
def test_every_address_there_is_answers_an_outsider_with_nothing(
    record: RecordType, mine: Any, who: str
) -> None:
    outsider = _outsiders()[who]
    client, title = _login(outsider), getattr(mine, record.title_field.path)
    before, reads = states(type(mine)._base_manager.all()), records.is_everybodys(record, outsider)
    for url in _walked(record, mine.pk):
        for method in (
            ("post", "patch", "delete", "put") if reads else ("get", "post", "patch", "delete", "put")
        ):
            answer = getattr(client, method)(url, {"name": "x"} if method == "post" else None)
            refused = (400, 403, 404, 405, 415, 428) if reads else (403, 404, 405, 415, 428)
            assert answer.status_code in refused, (method, url, answer.status_code)
            assert reads or title not in answer.content.decode()
    assert states(type(mine)._base_manager.all()) == before


@pytest.mark.parametrize("scope", ["all", "own", "shared"])
def test_a_reader_of_any_scope_changes_nothing_under_any_address(
    record: RecordType, mine: Any, scope: str
) -> None:
    """`own` belongs to the reader, `shared` was shared with the reader, to be viewed."""
    from hengke.engines.access import stamp
    from hengke.engines.access.rows import RoleRule, Share

    reader = person("reader", "own_reader")
    for one in registry.all_records():
        grants = [{"actions": ["view"], "scope": scope}]
        RoleRule.objects.create(role="own_reader", subject=one.subject, grants=grants)
    if scope == "own" and "owner" not in record.model.scope_paths:
        return  # nobody owns it alone
    if scope == "own":
        owned = mine.customer if "customer" in str(record.model.scope_paths["owner"]) else mine
        type(owned)._base_manager.filter(pk=owned.pk).update(owner=reader)
    if scope == "shared":
        Share.objects.create(subject=record.subject, object_id=mine.pk, user=reader)
    stamp.renew()
    client, before = _login(reader), states(type(mine)._base_manager.all())
    assert client.get(f"/{record.slug}/{mine.pk}").status_code == 200
    for url in _walked(record, mine.pk):
        for method in ("get", "post", "patch", "delete"):
            answer = getattr(client, method)(url, {"name": "x"} if method == "post" else None)
            assert answer.status_code < 500, (method, url)
            assert method == "get" or answer.status_code in (400, 403, 404, 405, 415, 428), (method, url)
    assert states(type(mine)._base_manager.all()) == before


def test_role_without_the_right_is_refused_everywhere(record: RecordType, mine: Any) -> None:
    client = _login(person("porter", "porter"))
    before = states(type(mine)._base_manager.all())
    for method, url in _everywhere(record) + _addresses(record, mine.pk):
        assert _ask(client, method, url).status_code == 403, (method, url)
    assert states(type(mine)._base_manager.all()) == before


def test_nobody_gets_in_without_log_in(record: RecordType, mine: Any) -> None:
    client, before = Client(), states(type(mine)._base_manager.all())
    for method, url in _everywhere(record) + _addresses(record, mine.pk):
        answer = _ask(client, method, url)
        expected = 401 if url.startswith("/api/") else 302
        assert answer.status_code == expected, (method, url)
        assert expected == 401 or answer["Location"].startswith("/login")
    assert states(type(mine)._base_manager.all()) == before


def test_get_changes_nothing(record: RecordType, mine: Any) -> None:
    client = _login(person("boss"))
    for url in (
        f"/{record.slug}/{mine.pk}/delete",
        f"/{record.slug}/assign",
        "/undo/1",
    ):
        assert client.get(url).status_code == 405


def test_writing_needs_the_token_of_the_page(record: RecordType, mine: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("boss"))
    before = states(type(mine)._base_manager.all())
    for method, url in _everywhere(record) + _addresses(record, mine.pk):
        if method != "get":
            assert _ask(client, method, url).status_code == 403, url
    assert states(type(mine)._base_manager.all()) == before


def _hiding() -> list[tuple[str, str, str]]:
    """(slug, role, field) of every field that a role must not know of."""
    from hengke.engines.access.actor import Actor
    from hengke.engines.records.reading.catalogue import Catalogue

    found = []
    for record in registry.all_records():
        for role in Role.values:
            seen = Catalogue(record, Actor(user_id=1, role=role)).fields
            found += [(record.slug, role, field.name) for field in record.fields if field.name not in seen]
    return found


@pytest.mark.parametrize(("slug", "role", "name"), _hiding())
def test_hidden_fields_do_not_exist(slug: str, role: str, name: str) -> None:
    laboratory = unit(OWN_LABORATORY, UnitKind.LABORATORY, unit("Department A"))
    client = _login(person("reader", role, laboratory if role == Role.LABORATORY_HEAD else None))
    _objects(registry.by_slug(slug), 2)
    for words in (
        {name: "1"},
        {f"{name}__gte": "1"},
        {"sort": name},
        {"sort": f"-{name}"},
        {"filter": json.dumps([name, "gt", 1])},
    ):
        for url in (f"/{slug}", f"/api/v1/{slug}"):
            assert client.get(url, words).status_code == 400, (url, words)
    assert client.get(f"/{slug}/filter/{name}").status_code == 400
    assert client.post(f"/{slug}/columns", {"column": name}).status_code == 400
    items = client.get(f"/api/v1/{slug}").json()["items"]
    assert len(items) == 2
    assert all(name not in item for item in items)


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "owner",
        "unit",
        "number",
        "version_",
        "deleted_at",
        "merged_into",
        "origin",
        "is_staff",
        "created_at",
    ],
)
def test_what_nobody_may_enter_is_refused(record: RecordType, mine: Any, name: str) -> None:
    client, before = _login(person("boss")), states(type(mine)._base_manager.all())
    url = f"/api/v1/{record.slug}/{mine.pk}"
    answer = client.patch(url, json.dumps({name: 1, "version": 1}), content_type="application/json")
    assert answer.status_code == 400
    client.post(f"/{record.slug}/{mine.pk}/edit", {name: 1})
    assert states(type(mine)._base_manager.all()) == before


def test_api_update_needs_the_version_that_was_read(record: RecordType, mine: Any) -> None:
    client, url = _login(person("boss")), f"/api/v1/{record.slug}/{mine.pk}"

    def send(body: dict[str, Any], **headers: str) -> Any:
        return client.patch(url, json.dumps(body), content_type="application/json", headers=headers)

    assert send({_cell(record): "新名"}).status_code == 428
    assert send({_cell(record): "新名"}, **{"If-Match": '"7"'}).status_code == 412
    answer = send({_cell(record): "新名"}, **{"If-Match": '"1"'})
    assert (answer.status_code, answer.json()[_cell(record)], answer.json()["version"]) == (
        200,
        "新名",
        2,
    )
    assert send({_cell(record): "again", "version": 1}).status_code == 412


def test_read_only_token_cannot_write(record: RecordType, mine: Any) -> None:
    boss = person("boss")
    reading, writing = ({"Authorization": f"Bearer {issue(boss, 'x', writes=w)}"} for w in (False, True))
    client, url = Client(enforce_csrf_checks=True), f"/api/v1/{record.slug}/{mine.pk}"
    assert client.get(url, headers=reading).status_code == 200
    body = json.dumps({_cell(record): "新名", "version": 1})
    assert client.patch(url, body, content_type="application/json", headers=reading).status_code == 403
    assert client.patch(url, body, content_type="application/json", headers=writing).status_code == 200


def test_deleting_can_be_undone(record: RecordType, mine: Any) -> None:
    client, title = _login(person("boss")), getattr(mine, record.title_field.path)
    client.post(f"/{record.slug}/{mine.pk}/delete")
    assert client.get(f"/{record.slug}/{mine.pk}").status_code == 404
    assert title not in client.get(f"/search/suggest?q={title}").content.decode()
    event = Event.objects.get(kind__endswith=".deleted")
    assert client.post(f"/undo/{event.pk}").status_code == 302
    assert client.get(f"/{record.slug}/{mine.pk}").status_code == 200
    assert title in client.get(f"/search/suggest?q={title}").content.decode()


def test_strangers_cannot_undo(record: RecordType, mine: Any) -> None:
    _login(person("boss")).post(f"/{record.slug}/{mine.pk}/delete")
    event = Event.objects.get(kind__endswith=".deleted")
    for user in _outsiders().values():
        assert _login(user).post(f"/undo/{event.pk}").status_code == 404
    mine.refresh_from_db()
    assert mine.deleted_at is not None
