"""Objects that an administrator makes: there at once on every door, within rights, and kept when taken away."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from hengke.engines.access import stamp
from hengke.engines.access.audit import words
from hengke.engines.access.models import Event, User
from hengke.engines.access.rows import RoleRule
from hengke.engines.records.custom import definitions, objects
from hengke.engines.records.custom import services as fields_services
from hengke.engines.records.custom.models import CustomObject, CustomRecord
from hengke.engines.records.privacy import erasing
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bin
from hengke.kernel.errors import InputError
from tests.factories import customers as make
from tests.factories import fields as fields_of
from tests.factories.objects import entry, eyes, made, maker, vehicle
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


def _login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_new_object_is_on_every_door_at_once() -> None:
    row, fields = vehicle()
    client, customer = _login(person("boss")), make.customer("合肥仪表厂")
    slug = row.slug
    assert "公务车" in client.get("/customers").content.decode()
    form = client.get(f"/{slug}/new").content.decode()
    assert "车牌号" in form
    assert "年检日" in form
    said = {"name": "皖A12345", fields["customer"].key: customer.number, fields["state"].key: "o1",
            fields["day"].key: "2026-08-01", fields["price"].key: "180000.50"}  # fmt: skip
    answer = client.post(f"/{slug}/new", said)
    assert answer.status_code == 302, answer.content.decode()
    for url in (f"/{slug}", f"/{slug}/board", f"/{slug}/calendar?at=2026-08-01"):
        page = client.get(url)
        assert page.status_code == 200, url
        assert "皖A12345" in page.content.decode(), url
    got = client.get(f"/api/v1/{slug}").json()["items"][0]
    assert (got["name"], got["number"], got[fields["price"].key]) == ("皖A12345", "V-00001", "180000.50")
    assert "皖A12345" in client.get(f"/{slug}/{got['id']}").content.decode()
    assert "皖A12345" in client.get("/search?q=皖A12345").content.decode()
    assert f"/{slug}" in client.get("/api/v1/openapi.json").json()["paths"]


def _list(client: Client, row: Any, **words: str) -> list[str]:
    return [item["name"] for item in client.get(f"/api/v1/{row.slug}", words).json()["items"]]


def test_the_page_of_what_is_referred_to_lists_what_refers_to_it() -> None:
    row, fields = vehicle(rights={"director": "all"})
    customer, other = make.customer("合肥仪表厂"), make.customer("芜湖造船厂")
    for n in range(8):
        entry(row.pk, f"皖A{n}", **{fields["customer"].key: customer.pk})
    entry(row.pk, "皖B1", **{fields["customer"].key: other.pk})
    client = _login(person("boss"))
    page = client.get(f"/customers/{customer.pk}").content.decode()
    assert "公务车 · 所属客户" in page
    assert "皖A7" in page
    assert "皖B1" not in page
    assert f"/{row.slug}?{fields['customer'].key}={customer.pk}" in page  # the rest of them
    assert _list(client, row, **{fields["customer"].key: str(other.pk)}) == ["皖B1"]
    desk = _login(person("desk", "business_desk"))
    assert "公务车" not in desk.get(f"/customers/{customer.pk}").content.decode()


def test_rows_of_two_objects_in_one_table_never_mix() -> None:
    cars, _fields = vehicle()
    rooms = made("会议室", title_name="房间", pattern="")
    car, room = entry(cars.pk, "皖A1"), entry(rooms.pk, "二号楼会议室")
    client = _login(person("boss"))
    assert (_list(client, cars), _list(client, rooms)) == (["皖A1"], ["二号楼会议室"])
    for row, foreign in ((cars, room), (rooms, car)):
        for url in (
            f"/{row.slug}/{foreign.pk}",
            f"/{row.slug}/{foreign.pk}/edit",
            f"/api/v1/{row.slug}/{foreign.pk}",
        ):
            assert client.get(url).status_code == 404, url
    assert client.post(f"/{rooms.slug}/{car.pk}/delete", {"version": 1}).status_code == 404
    assert client.get("/search/suggest?q=二号楼").content.decode().count("二号楼会议室") >= 1


def test_rights_of_one_object_say_nothing_of_another() -> None:
    cars, _fields = vehicle(rights={"business_desk": "own"})
    rooms = made("会议室", title_name="房间", rights={"director": "view"})
    desk = person("desk", "business_desk")
    client = _login(desk)
    entry(cars.pk, "皖A1")
    own = entry(cars.pk, "皖A2")
    type(own).objects.filter(pk=own.pk).update(owner=desk)
    assert _list(client, cars) == ["皖A2"]
    assert client.get(f"/{rooms.slug}").status_code == 403
    menu = client.get("/customers").content.decode()
    assert "公务车" in menu
    assert "会议室" not in menu
    assert client.post(f"/{cars.slug}/new", {"name": "皖A3"}).status_code == 302
    assert _list(client, cars) == ["皖A3", "皖A2"]
    boss = _login(person("boss"))
    assert boss.post(f"/{rooms.slug}/new", {"name": "x"}).status_code == 403


def test_numbers_go_on_and_are_never_given_twice() -> None:
    row, _fields = vehicle()
    assert [entry(row.pk, name).number for name in "ab"] == ["V-00001", "V-00002"]
    draft = objects.Draft("公务车", "车牌号", pattern="V-{n:02}")
    with pytest.raises(InputError, match="given already"):
        objects.change(row, draft, actor=maker())
    objects.change(row, replace(draft, pattern="W{n}"), actor=maker())
    assert entry(row.pk, "c").number == "W1"
    objects.change(row, replace(draft, pattern="V-{n:05}"), actor=maker())
    assert entry(row.pk, "d").number == "V-00003"
    for wrong in ("V", "{n}{n}", "{mm}{n}", "{x}{n}", "{"):
        with pytest.raises(InputError):
            objects.change(row, replace(draft, pattern=wrong), actor=maker())


def test_what_had_no_number_gets_one_with_the_pattern() -> None:
    row = made(pattern="")
    first, second = entry(row.pk, "a"), entry(row.pk, "b")
    objects.change(row, objects.Draft("公务车", "车牌号", pattern="V{n}"), actor=maker())
    rows = type(first).objects.order_by("pk").values_list("pk", "number")
    assert list(rows) == [(first.pk, "V1"), (second.pk, "V2")]


def test_a_removed_object_vanishes_everywhere_and_comes_back_with_everything() -> None:
    row, fields = vehicle()
    target = entry(row.pk, "皖A12345", **{fields["state"].key: "o2"})
    client, admin = _login(person("boss")), _login(person("admin", "administrator"))
    preview = admin.get(f"/objects/{row.pk}/remove")
    assert preview.context["contents"] == objects.Contents(1, 4, 0, ())
    assert admin.post(f"/objects/{row.pk}/remove").status_code == 302
    for url in (f"/{row.slug}", f"/{row.slug}/{target.pk}", f"/api/v1/{row.slug}", f"/fields/{row.slug}"):
        assert (admin if url.startswith("/fields") else client).get(url).status_code == 404, url
    assert "皖A12345" not in client.get("/search?q=皖A12345").content.decode().replace('value="皖A12345"', "")
    assert "公务车" not in client.get("/customers").content.decode()
    assert f"/{row.slug}" not in client.get("/api/v1/openapi.json").json()["paths"]
    for url in ("/history", "/bin", "/audit", "/fields", "/backoffice/roles"):
        assert admin.get(url, follow=True).status_code == 200, url
    assert admin.post(f"/objects/{row.pk}/restore").status_code == 302
    item = client.get(f"/api/v1/{row.slug}/{target.pk}").json()
    assert (item["name"], item[fields["state"].key]) == ("皖A12345", "o2")
    assert "皖A12345" in client.get("/search?q=皖A12345").content.decode()


def test_an_object_that_fields_refer_to_stays() -> None:
    row = made()
    field = fields_of.field("customers", "reference", "常用车", options={"of": row.slug})
    with pytest.raises(InputError, match="常用车"):
        objects.remove(row, actor=maker())
    admin = _login(person("admin", "administrator"))
    assert "常用车" in admin.get(f"/objects/{row.pk}/remove").content.decode()
    fields_services.remove(registry.by_slug("customers"), field, actor=maker())
    objects.remove(row, actor=maker())
    assert registry.made() == []


def test_another_process_knows_it_with_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _login(person("boss"))
    row, _fields = vehicle()
    # As in a process that has not heard of it.
    definitions.forget()
    assert registry.made() == []
    assert client.get(f"/{row.slug}").status_code == 200
    definitions.forget()
    assert client.get(f"/api/v1/{row.slug}").status_code == 200
    objects.change(row, objects.Draft("班车", "车牌号", pattern="V-{n:05}"), actor=maker())
    definitions.forget()
    assert "班车" in client.get("/customers").content.decode()


def test_words_follow_the_language() -> None:
    row = made(name_en="Vehicle", plural_en="Vehicles")
    record = registry.by_slug(row.slug)
    with translation.override("zh-hans"):
        assert (record.label, record.label_plural) == ("公务车", "公务车")
    with translation.override("en"):
        assert (record.label, record.label_plural) == ("Vehicle", "Vehicles")


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "%(what)s", "{n}", "客户'\"--", "a" * 60])
def test_hostile_names_are_words_only(name: str) -> None:
    row = made(name)
    entry(row.pk, name)
    client = _login(person("boss"))
    for url in (f"/{row.slug}", "/customers", "/history", f"/search?q={name[:5]}"):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert "<img src=x" not in answer.content.decode()
    admin = _login(person("admin", "administrator"))
    for url in (
        "/fields",
        f"/objects/{row.pk}",
        f"/objects/{row.pk}/remove",
        f"/fields/{row.slug}",
        "/audit",
    ):
        answer = admin.get(url)
        assert answer.status_code == 200, url
        assert "<img src=x" not in answer.content.decode()


@pytest.mark.parametrize("wrong", [
    {"name": ""}, {"name": "a" * 61}, {"name": "客户"}, {"title_name": ""}, {"icon": "../x"}, {"pattern": "V"},
])  # fmt: skip
def test_what_makes_no_object_is_refused_in_words(wrong: dict[str, str]) -> None:
    admin = _login(person("admin", "administrator"))
    given = {"name": "公务车", "title_name": "车牌号", "icon": "truck", "pattern": ""} | wrong
    answer = admin.post("/objects/new", given)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert CustomObject.objects.count() == 0


def test_the_pages_are_the_administrators_alone() -> None:
    row = made()
    for user in (person("boss"), person("sys", "security_administrator")):
        client = _login(user)
        for url in ("/objects/new", f"/objects/{row.pk}", f"/objects/{row.pk}/remove"):
            assert client.get(url).status_code == 403, url
            assert client.post(url, {"name": "x"}).status_code == 403, url
        assert client.post(f"/objects/{row.pk}/restore").status_code == 403
    assert CustomObject.objects.get().name == "公务车"


def test_rights_are_given_on_the_same_page_and_shown_on_that_of_the_role() -> None:
    admin = _login(person("admin", "administrator"))
    given = {"name": "公务车", "title_name": "车牌号", "icon": "truck", "role-director": "view"}
    assert admin.post("/objects/new", given).status_code == 302
    row = CustomObject.objects.get()
    client = _login(person("boss"))
    assert client.get(f"/{row.slug}").status_code == 200
    assert client.get(f"/{row.slug}/new").status_code == 403
    assert "公务车" in admin.get("/backoffice/roles/director").content.decode()


def test_deleting_and_undoing_and_the_bin_know_the_rows() -> None:
    row, _fields = vehicle()
    target, client = entry(row.pk, "皖A12345"), _login(person("boss"))
    assert client.post(f"/{row.slug}/{target.pk}/delete", {"version": 1}).status_code == 302
    assert "皖A12345" in client.get("/bin").content.decode()
    event = Event.objects.get(kind=f"{row.slug}.deleted")
    assert client.post(f"/undo/{event.pk}").status_code in (200, 302)
    assert _list(client, row) == ["皖A12345"]
    assert "公务车" in client.get("/history").content.decode()
    assert bin.purge(actor=maker(), days=0) == {"purged": 0, "kept": 0}
    client.post(f"/{row.slug}/{target.pk}/delete", {"version": 3})
    assert bin.purge(actor=maker(), days=0) == {"purged": 1, "kept": 0}
    assert not CustomRecord.objects.exists()


def test_what_was_erased_in_a_row_is_found_no_more() -> None:
    row, _fields = vehicle()
    target, client = entry(row.pk, "张三的车"), _login(person("boss"))
    assert "张三的车" in client.get("/search/suggest?q=张三").content.decode()
    CustomRecord.objects.filter(pk=target.pk).update(name="***的车")
    erasing._reindex({"records.customrecord": [target.pk]})
    assert "张三的车" not in client.get("/search/suggest?q=张三").content.decode()


def test_the_audit_names_what_was_done_and_to_what() -> None:
    row = made()
    target, admin = entry(row.pk, "皖A12345"), _login(person("admin", "administrator"))
    event = Event.objects.get(kind="object.created")
    created = Event.objects.get(kind=f"{row.slug}.created")
    with translation.override("en"):
        assert words.of_kind(event.kind) == "Object of your own added"
        assert words.of_kind(created.kind) == "公务车: added"
    assert words.of_type(created.subject_type) == "公务车"
    found = words.things([(created.subject_type, target.pk)])
    assert found[created.subject_type, target.pk].title == "皖A12345"
    assert "皖A12345" in admin.get(f"/audit/{created.pk}").content.decode()


def test_it_stands_on_the_timeline_of_what_it_names_and_on_its_map() -> None:
    row, fields = vehicle()
    boss = person("boss")
    client = _login(boss)
    customer = make.customer("合肥仪表厂", province="安徽省", city="合肥市")
    make.summary(customer)
    placed = make.customer(
        "芜湖水厂", province="安徽省", city="芜湖市", longitude=Decimal("118.37"), latitude=Decimal("31.33")
    )
    for n, named in enumerate((customer, customer, placed, None)):
        entry(row.pk, f"皖A{n}", **({fields["customer"].key: named.pk} if named else {}))
    page = client.get(f"/customers/{customer.pk}").content.decode()
    assert "新增公务车：皖A0" in page
    assert "新增公务车：皖A2" not in page
    found = client.get(f"/{row.slug}/map?province=安徽省").context["map"]
    assert [(place.names, place.count) for place in found.places] == [(("合肥市",), 2), (("芜湖市",), 1)]
    listed = client.get(found.places[0].url).content.decode()
    assert "皖A0" in listed
    assert "皖A2" not in listed
    assert client.get(f"/{row.slug}/map").context["map"].nowhere == 1
    points = client.get(f"/{row.slug}/map?layer=points").content.decode()
    assert "118.37°, 31.33°" in points


def test_map_and_timeline_keep_to_rights() -> None:
    home = unit("Department A")
    row, fields = vehicle(rights={"director": "all", "account_manager": "view"})
    mine, other = (
        make.customer("合肥甲厂", unit=home, city="合肥市"),
        make.customer("芜湖乙厂", city="芜湖市"),
    )
    for customer in (mine, other):
        make.summary(customer)
        entry(row.pk, f"皖-{customer.name}", **{fields["customer"].key: customer.pk})
    manager = _login(person("manager", "account_manager", home))
    found = manager.get(f"/{row.slug}/map?province=安徽省").context["map"]
    assert [(place.names, place.count) for place in found.places] == [(("合肥市",), 1)]
    desk = _login(person("desk", "business_desk"))
    assert "皖-合肥甲厂" not in desk.get(f"/customers/{mine.pk}").content.decode()
    assert desk.get(f"/{row.slug}/map").status_code == 403


def test_a_territory_reaches_the_rows_by_the_customer_that_they_name() -> None:
    row, fields = vehicle(rights={"director": "all"})
    seller = person("seller", "account_manager")
    for city in ("合肥市", "芜湖市"):
        customer = make.customer(f"{city}仪表厂", city=city)
        entry(row.pk, f"皖-{city}", **{fields["customer"].key: customer.pk})
    grant = {"actions": ["view"], "scope": "all", "where": ["city", "in", ["芜湖市"]]}
    RoleRule.objects.create(role="account_manager", subject=f"records.{row.slug}", grants=[grant])
    stamp.renew()
    manager = eyes(seller)
    model: Any = registry.by_slug(row.slug).model
    assert [str(one) for one in model.objects.visible_to(manager)] == ["皖-芜湖市"]
    fields_services.remove(registry.by_slug(row.slug), fields["customer"], actor=maker())
    assert list(model.objects.visible_to(manager)) == []
