"""One change to many objects: rights, preview, exact undo, tags, and going on after a kill."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hengke.engines.access import journal
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.jobs import queue
from hengke.engines.records.models import Deleted
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import many, services
from hengke.kernel.errors import InputError
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Contact, Customer
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
SET_CITY = {"how-city": "set", "value-city": "黄山市"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def _prints() -> dict[int, str]:
    return {row.pk: journal.fingerprint(row) for row in Customer.objects.all()}


def _chosen(who: Any, slug: str = "customers") -> many.Selection:
    return many.Selection(Catalogue(registry.by_slug(slug), who), None)


def _edit(who: Any, *raw: tuple[str, str, str], slug: str = "customers", **options: Any) -> dict[str, Any]:
    chosen = _chosen(who, slug)
    read = many.read_changes(chosen.catalogue, [{"field": f, "how": h, "value": v} for f, h, v in raw])
    return many.edit(chosen, read, **options)


def test_choose_look_run_and_undo_through_pages(boss: Client) -> None:
    made = [
        make.customer(f"第{n}厂", city=city)
        for n, city in enumerate(("合肥市", "合肥市", "黄山市", "芜湖市"))
    ]
    before = _prints()
    ids = {"ids": [c.pk for c in made[:3]]}
    assert 'name="how-city"' in boss.post("/customers/many", ids).content.decode()
    page = boss.post("/customers/many", ids | SET_CITY | {"step": "preview"}).content.decode()
    assert '<td>合肥市</td><td>黄山市</td><td class="num">2</td>' in page
    assert "第3厂" not in page
    assert _prints() == before
    boss.post("/customers/many", ids | SET_CITY | {"step": "run", "expected": "3"})
    assert [c.city for c in Customer.objects.order_by("pk")] == ["黄山市", "黄山市", "黄山市", "芜湖市"]
    event = Event.objects.get()
    assert (event.kind, event.payload["changes"]) == ("customer.edited", {"city": "黄山市"})
    assert event.rows.count() == 2
    boss.post(f"/undo/{event.pk}")
    assert _prints() == before


def test_a_run_over_other_rows_than_the_preview_showed_is_shown_again(boss: Client) -> None:
    make.customer()
    boss.post("/customers/many", {"all": "1", "step": "run", "expected": "2"} | SET_CITY)
    assert Customer.objects.get().city == "合肥市"


def test_all_that_fit_the_list_means_just_these(boss: Client) -> None:
    for n in range(3):
        make.customer(f"第{n}厂", city="芜湖市" if n else "合肥市")
    given = {"all": "1", "filter": '["city","eq","芜湖市"]', "step": "run", "expected": "2"}
    boss.post("/customers/many", given | SET_CITY)
    assert sorted(Customer.objects.values_list("city", flat=True)) == ["合肥市", "黄山市", "黄山市"]
    given = {"all": "1", "filter": '["nowhere","eq","x"]'}
    assert boss.post("/customers/many", given).status_code == 400


def test_foreign_objects_are_told_and_left_alone(client: Client) -> None:
    home = unit("A")
    seller = person("seller", Role.ACCOUNT_MANAGER, home)
    mine = make.customer("自己的", owner=seller, unit=home)
    seen, unseen = make.customer("同事的", unit=home), make.customer("别处的", unit=unit("B"))
    client.force_login(seller)
    ids = {"ids": [mine.pk, seen.pk, unseen.pk]} | SET_CITY
    page = client.post("/customers/many", ids | {"step": "preview"}).content.decode()
    assert "同事的" in page
    assert "别处的" not in page
    client.post("/customers/many", ids | {"step": "run", "expected": "1"})
    assert list(Customer.objects.order_by("pk").values_list("city", flat=True)) == [
        "黄山市",
        "合肥市",
        "合肥市",
    ]
    assert client.post("/customers/many/delete", ids).status_code == 403


@pytest.mark.parametrize("raw", [
    {"field": "number", "how": "set", "value": "1"}, {"field": "name", "how": "set", "value": "x"},
    {"field": "stage", "how": "set", "value": "nowhere"}, {"field": "city", "how": "add", "value": "x"},
    {"field": "__class__", "how": "set", "value": "x"}, {"field": "city", "how": "drop", "value": "x"},
    {"field": "owner", "how": "set", "value": "999"}, {"field": "this_year", "how": "set", "value": "1"},
])  # fmt: skip
def test_what_nobody_may_enter_is_refused(raw: dict[str, str]) -> None:
    with pytest.raises(InputError):
        many.read_changes(_chosen(actor("boss")).catalogue, [raw])


def test_hidden_fields_cannot_be_changed() -> None:
    lab = actor("lab", Role.LABORATORY_HEAD)
    assert "stage" not in {f.name for f in many.changeable(Catalogue(registry.by_slug("customers"), lab))}


def test_tags_are_added_removed_found_filtered_grouped_and_undone(boss: Client) -> None:
    a, b = make.customer("甲厂", tags="|重点|"), make.customer("乙厂")
    before, who = _prints(), actor("other")
    done = _edit(who, ("tags", "add", "待回访，重点"))
    assert [c.tags for c in (Customer.objects.get(pk=a.pk), Customer.objects.get(pk=b.pk))] == [
        "|重点|待回访|", "|待回访|重点|",
    ]  # fmt: skip
    _edit(who, ("tags", "remove", "重点"))
    assert set(Customer.objects.values_list("tags", flat=True)) == {"|待回访|"}
    assert boss.get("/customers?q=待回访").content.decode().count("厂</a>") == 2
    Customer.objects.filter(pk=a.pk).update(tags="|重点|回访|")
    for query, found in (
        ("tags=回访", "甲"),
        ("tags=待回访", "乙"),
        ("tags__ne=重点", "乙"),
    ):
        page = boss.get(f"/customers?{query}").content.decode()
        assert (f"{found}厂</a>" in page, page.count("厂</a>")) == (True, 1), query
    assert boss.get("/customers?tags=待").content.decode().count("厂</a>") == 0
    groups = boss.get("/customers?group=tags").content.decode()
    assert all(tag in groups for tag in ("重点", "回访", "待回访"))
    Customer.objects.filter(pk=a.pk).update(tags="|待回访|")
    services.undo(Event.objects.order_by("-pk").first().pk, actor=who)
    services.undo(done["event"], actor=who)
    assert _prints() == before


def test_rules_are_asked_for_every_row() -> None:
    boss, customer = actor("boss"), make.customer()
    late = make.activity(customer, "晚", starts_at="2026-03-02T08:00+08:00")
    make.activity(customer, "早", starts_at="2026-03-01T08:00+08:00")
    done = _edit(boss, ("ends_at", "set", "2026-03-01T09:00"), slug="activities")
    assert (done["changed"], done["refused"]) == (1, 1)
    assert "晚" in done["reasons"][0]
    late.refresh_from_db()
    assert late.ends_at is None


def test_what_follows_from_a_change_follows_here_too() -> None:
    make.activity(make.customer(), "打电话")
    _edit(actor("boss"), ("state", "set", "done"), slug="activities")
    assert Activity.objects.get().done_at is not None


def test_deleting_many_takes_along_and_is_one_undo(boss: Client) -> None:
    for n in range(3):
        make.contact(make.customer(f"第{n}厂"), f"人{n}")
    before = _prints()
    boss.post("/customers/many/delete", {"all": "1", "step": "run", "expected": "3"})
    assert (
        Customer.objects.filter(deleted_at=None).count(),
        Contact.objects.filter(deleted_at=None).count(),
    ) == (0, 0)
    assert Deleted.objects.count() == 3
    event = Event.objects.get()
    assert event.kind == "customer.removed"
    boss.post(f"/undo/{event.pk}")
    assert (_prints(), Contact.objects.filter(deleted_at=None).count(), Deleted.objects.count()) == (
        before,
        3,
        0,
    )


def test_big_changes_run_as_a_job_and_go_on_after_a_kill(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Customer.objects.bulk_create([Customer(name=f"第{n}厂", number=f"X-{n}") for n in range(1_005)])
    before = _prints()
    given = {"all": "1", "step": "run", "expected": "1005"} | SET_CITY
    assert boss.post("/customers/many", given)["Location"].startswith("/jobs/")
    monkeypatch.setattr(many, "LOT", 300)
    job = queue.claim()
    assert job is not None
    selection = many.Selection.from_json(job.arguments["selection"], actor("boss2"))
    read = many.read_changes(selection.catalogue, job.arguments["changes"])

    def killed(step: str, done: int, total: int) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        many.edit(selection, read, report=killed, key=job.pk)
    assert Customer.objects.filter(city="黄山市").count() == 300
    queue.run(job)
    assert job.result["changed"] == 705
    assert Customer.objects.filter(city="黄山市").count() == 1_005
    event = Event.objects.get(kind="customer.edited")
    assert event.rows.count() == 1_005
    services.undo(event.pk, actor=actor("boss3"))
    assert _prints() == before
