"""Roll-ups: known answers, conditions, and everybody's figure from what they may see."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access import stamp
from hengke.engines.access.rows import RoleRule
from hengke.engines.records.schema import registry
from hengke.kernel.errors import InputError
from tests.factories import customers as make
from tests.factories.fields import field
from tests.factories.objects import entry, vehicle
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
RIGHTS = {"director": "all", "account_manager": "own"}


def _login(username: str = "boss", role: str = "director", **more: Any) -> Client:
    client = Client()
    client.force_login(person(username, role, **more))
    return client


class World:
    """Two customers; the first has three vehicles (10, 30 and none), the second one (100)."""

    def __init__(self) -> None:
        self.object, self.fields = vehicle(rights=RIGHTS)
        home = unit("Department A")
        self.first, self.second = (make.customer(name, unit=home) for name in ("合肥仪表厂", "芜湖造船厂"))
        make.summary(self.first)
        make.summary(self.second)
        self.slug = self.object.slug
        for n, (customer, price) in enumerate([(self.first, "10"), (self.first, "30"), (self.first, None),
                                               (self.second, "100")]):  # fmt: skip
            values = {"customer": customer.pk, "state": "o1" if n != 1 else "o2", "day": date(2026, 1 + n, 5)}
            price_value = {} if price is None else {"price": Decimal(price)}
            entry(self.object.pk, f"皖A{n}", **{self.key(k): v for k, v in (values | price_value).items()})

    def key(self, name: str) -> str:
        return str(self.fields[name].key)

    def rollup(self, how: str, what: str = "", view: str = "") -> str:
        options = {"by": f"{self.slug}:{self.key('customer')}", "how": how, "view": view,
                   "what": f"{self.slug}:{self.key(what)}" if what else ""}  # fmt: skip
        return str(field("customers", "rollup", f"汇总{how}{what}{view}", options=options, search=False).key)

    def read(self, client: Client, key: str) -> list[Any]:
        return [
            client.get(f"/api/v1/customers/{c.pk}").json().get(key, "absent")
            for c in (self.first, self.second)
        ]


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(("how", "what", "answers"), [
    ("count", "", [3, 1]), ("sum", "price", ["40.00", "100.00"]), ("min", "price", ["10.00", "100.00"]),
    ("max", "price", ["30.00", "100.00"]), ("avg", "price", ["20.00", "100.00"]),
    ("min", "day", ["2026-01-05", "2026-04-05"]), ("max", "day", ["2026-03-05", "2026-04-05"]),
])  # fmt: skip
def test_known_answers(world: World, how: str, what: str, answers: list[Any]) -> None:
    key = world.rollup(how, what)
    client = _login()
    assert world.read(client, key) == answers
    listed = client.get("/api/v1/customers", {"sort": key}).json()["items"]
    assert sorted(str(item[key]) for item in listed) == sorted(map(str, answers))
    page = client.get(f"/customers/{world.first.pk}").content.decode()
    assert f"汇总{how}{what}" in page


def test_of_nothing_there_is_a_count_and_a_sum_but_nothing_else(world: World) -> None:
    keys = [world.rollup("count"), world.rollup("sum", "price"), world.rollup("max", "price")]
    empty, client = make.customer("没有车的客户"), _login()
    item = client.get(f"/api/v1/customers/{empty.pk}").json()
    assert [item[key] for key in keys] == [0, "0.00", None]


def test_a_view_narrows_it_and_deleting_counts_at_once(world: World) -> None:
    boss = _login()
    state = json.dumps([world.key("state"), "eq", "o1"])
    boss.post(f"/{world.slug}/views", {"name": "在用的", "shared": "on", "state": f"?filter={state}"})
    view = registry.by_slug(world.slug)
    from hengke.engines.access.actor import Actor
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.reading.listing import visible_views

    saved = next(v for v in visible_views(Catalogue(view, Actor.system())) if v.label == "在用的")
    key = world.rollup("count", view=f"{world.slug}:{saved.key}")
    assert world.read(boss, key) == [2, 1]
    car = boss.get(f"/api/v1/{world.slug}", {"name": "皖A0"}).json()["items"][0]
    boss.delete(
        f"/api/v1/{world.slug}/{car['id']}", {"version": car["version"]}, content_type="application/json"
    )
    assert world.read(boss, key) == [1, 1]


def test_everybodys_figure_is_of_what_they_may_see(world: World) -> None:
    count, total = world.rollup("count"), world.rollup("sum", "price")
    seller = person("sales", "account_manager", unit("Department A"))
    record = registry.by_slug(world.slug)
    record.model._default_manager.filter(name="皖A1").update(owner=seller)
    client = Client()
    client.force_login(seller)
    assert world.read(client, count) == [1, 0]
    assert world.read(client, total) == ["30.00", "0.00"]
    boss = _login()
    assert world.read(boss, count) == [3, 1]
    for who, wanted in ((client, ["芜湖造船厂", "合肥仪表厂"]), (boss, ["芜湖造船厂", "合肥仪表厂"])):
        assert [i["name"] for i in who.get("/api/v1/customers", {"sort": count}).json()["items"]] == wanted
    assert client.get("/api/v1/customers", {f"{count}__gte": "2"}).json()["count"] == 0
    assert boss.get("/api/v1/customers", {f"{count}__gte": "2"}).json()["count"] == 1
    assert "absent" in world.read(_login("desk", "business_desk"), count)  # sees no vehicles


def test_a_hidden_field_is_not_summed(world: World) -> None:
    count, total = world.rollup("count"), world.rollup("sum", "price")
    subject = registry.by_slug(world.slug).subject
    for about, fields in ((subject, {world.key("price"): "hidden"}), ("customers.customer", {})):
        given = [{"actions": ["view"], "scope": "all"}]
        RoleRule.objects.create(role="own_eye", subject=about, grants=given, fields=fields)
    stamp.renew()
    eye = _login("eye", "own_eye")
    assert world.read(eye, count) == [3, 1]
    assert world.read(eye, total) == ["absent", "absent"]
    assert eye.get("/api/v1/customers", {"sort": total}).status_code == 400


def test_over_declared_references_too() -> None:
    customer = make.customer()
    make.summary(customer)
    for n in range(2):
        make.activity(customer, f"回访{n}")
    options = {"by": "activities:customer", "how": "count", "what": "", "view": "activities:open"}
    key = field("customers", "rollup", "未完成活动", options=options, search=False).key
    client = _login()
    assert client.get(f"/api/v1/customers/{customer.pk}").json()[key] == 2
    assert "未完成活动" in client.get("/customers").content.decode()


@pytest.mark.parametrize("wrong", [
    {"by": "x:y"}, {"how": "median"}, {"what": "customers:name"}, {"what": ""}, {"view": "activities:none"},
    {"how": "sum", "what": "activities:starts_at"},
])  # fmt: skip
def test_what_makes_no_roll_up_is_refused(wrong: dict[str, str]) -> None:
    options = {"by": "activities:customer", "how": "min", "what": "activities:starts_at", "view": ""} | wrong
    with pytest.raises(InputError):
        field("customers", "rollup", "错", options=options, search=False)


def test_lists_take_the_same_queries_with_roll_ups(world: World) -> None:
    for how, what in (("count", ""), ("sum", "price"), ("max", "day")):
        world.rollup(how, what)
    client, counts = _login(), []
    for n in range(2):
        make.summary(make.customer(f"另一家{n}"))
        client.get("/customers")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/customers").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_form_offers_what_refers_to_the_object(world: World) -> None:
    admin = _login("admin", "administrator")
    url = "/fields/customers/new?kind=rollup"
    page = admin.get(url).content.decode()
    assert "公务车 · 所属客户" in page
    given = {"name": "公务车数", "by": f"{world.slug}:{world.key('customer')}", "how": "count", "list": "on"}
    assert admin.post(url, given).status_code == 302
    assert "公务车数" in _login().get("/customers").content.decode()
