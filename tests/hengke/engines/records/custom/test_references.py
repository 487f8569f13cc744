"""Custom references follow what they name into another object, in every object and bin, and come back exactly."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hengke.engines.access import events, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal
from hengke.engines.records.custom import objects, services
from hengke.engines.records.custom.models import CustomRecord
from hengke.engines.records.custom.references import leading_to, move
from hengke.engines.records.models import CustomField, SavedView
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bin
from hengke.kernel.errors import Conflict
from hengke.modules.customers.models import Contact, Customer
from hengke.modules.customers.services.merging import heirs, merge, split, take_back, unmerge
from tests.factories import customers as make
from tests.factories.fields import ADMINISTRATOR, field
from tests.factories.objects import entry, vehicle
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
BOOKKEEPING = ("updated_at", "version", "decided")


class World:
    """甲 and 乙 and 丙; a vehicle, a contact, an instrument and customers that name them."""

    def __init__(self) -> None:
        self.first, self.second, self.third = (make.customer(name) for name in "甲乙丙")
        self.object, fields = vehicle()
        self.owner = fields["customer"].key
        self.payer = field(self.object.slug, "reference", "付款方", filter=False).key
        self.former = field("contacts", "reference", "原单位").key
        self.lender = field("instruments", "reference", "出借方").key
        self.parent = field("customers", "reference", "上级").key
        both = {self.owner: self.second.pk, self.payer: self.second.pk}
        self.car = entry(self.object.pk, "皖A1", **both)
        self.gone = entry(self.object.pk, "皖A2", **{self.owner: self.second.pk})
        _put_away(self.gone)
        self.other = entry(self.object.pk, "皖A3", **{self.owner: self.third.pk, self.payer: self.first.pk})
        self.contact = _with(make.contact(self.third), self.former, self.second.pk)
        self.instrument = _with(make.instrument(self.third), self.lender, self.second.pk)
        _with(self.third, self.parent, self.second.pk)

    def picture(self) -> dict[tuple[str, int], Any]:
        """Every row that has custom values, without bookkeeping."""
        return {
            (model.__name__, pk): {k: v for k, v in row.items() if k not in BOOKKEEPING}
            for model in (Customer, Contact, type(self.instrument), CustomRecord)
            for pk, row in journal.states(model._base_manager.all()).items()
        }


def _with(row: Any, key: str, value: Any) -> Any:
    row.extra = row.extra | {key: value}
    row.save()
    return row


def _put_away(row: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(deleted_at=timezone.now())


def _extra(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = type(row)._base_manager.get(pk=row.pk).extra
    return found


@pytest.fixture
def world() -> World:
    return World()


def test_every_object_and_the_bin_follow(world: World) -> None:
    merge(world.first, world.second, actor=SYSTEM)
    first = world.first.pk
    assert _extra(world.car) == {world.owner: first, world.payer: first}
    assert _extra(world.gone) == {world.owner: first}
    assert _extra(world.other) == {world.owner: world.third.pk, world.payer: first}
    assert _extra(world.contact) == {world.former: first}
    assert _extra(world.instrument) == {world.lender: first}
    assert _extra(world.third) == {world.parent: first}


def test_a_list_by_the_reference_finds_what_followed(world: World) -> None:
    merge(world.first, world.second, actor=SYSTEM)
    client = Client()
    client.force_login(person("boss"))
    found = client.get(f"/api/v1/{world.object.slug}", {world.owner: world.first.pk}).json()["items"]
    assert [item["name"] for item in found] == ["皖A1"]
    assert "皖A1" in client.get(f"/customers/{world.first.pk}").content.decode()


def test_taking_a_merge_back_is_the_identity(world: World) -> None:
    before = world.picture()
    event = merge(world.first, world.second, actor=SYSTEM)
    assert world.picture() != before
    unmerge(event, actor=SYSTEM)
    assert world.picture() == before


def test_the_undo_of_the_page_takes_them_back_too(world: World) -> None:
    before = world.picture()
    event = merge(world.first, world.second, actor=SYSTEM)
    client = Client()
    client.force_login(person("boss"))
    assert client.post(f"/customers/identity/{event.pk}/undo").status_code in (200, 204, 302)
    assert world.picture() == before


def test_another_value_changed_meanwhile_stays_and_the_same_one_is_a_conflict(world: World) -> None:
    event = merge(world.first, world.second, actor=SYSTEM)
    _with(type(world.car).objects.get(pk=world.car.pk), world.payer + "0", "later")
    unmerge(event, actor=SYSTEM)
    assert _extra(world.car) == {
        world.owner: world.second.pk, world.payer: world.second.pk, world.payer + "0": "later",
    }  # fmt: skip
    event = merge(world.first, world.second, actor=SYSTEM)
    _with(type(world.car).objects.get(pk=world.car.pk), world.owner, world.third.pk)
    with pytest.raises(Conflict):
        unmerge(event, actor=SYSTEM)


def test_open_forms_learn_of_it(world: World) -> None:
    version = type(world.car).objects.get(pk=world.car.pk).version
    merge(world.first, world.second, actor=SYSTEM)
    assert type(world.car).objects.get(pk=world.car.pk).version > version


def test_nobody_refers_to_what_they_became(world: World) -> None:
    _with(world.first, world.parent, world.second.pk)
    before = world.picture()
    event = merge(world.first, world.second, actor=SYSTEM)
    assert _extra(world.first) == {}
    unmerge(event, actor=SYSTEM)
    assert world.picture() == before


def test_nor_to_themselves_through_what_the_other_one_said(world: World) -> None:
    _with(world.second, world.parent, world.first.pk)
    merge(world.first, world.second, actor=SYSTEM)
    assert _extra(world.first) == {}


def test_values_that_only_the_absorbed_one_has_are_kept(world: World) -> None:
    note, grade = field("customers", "text", "备注一").key, field("customers", "text", "等级一").key
    _with(world.first, note, "甲的")
    _with(world.second, note, "乙的")
    _with(world.second, grade, "一级")
    _with(world.second, world.parent, world.third.pk)
    before = world.picture()
    event = merge(world.first, world.second, actor=SYSTEM)
    assert _extra(world.first) == {note: "甲的", grade: "一级", world.parent: world.third.pk}
    unmerge(event, actor=SYSTEM)
    assert world.picture() == before


def test_removed_fields_and_objects_follow_for_they_may_come_back(world: World) -> None:
    row = CustomField.objects.get(pk=int(world.former[1:]))
    services.remove(registry.by_slug("contacts"), row, actor=Actor(user_id=None, role="administrator"))
    objects.remove(world.object, actor=Actor(user_id=None, role="administrator"))
    before = world.picture()
    event = merge(world.first, world.second, actor=SYSTEM)
    assert CustomRecord.objects.get(pk=world.car.pk).extra[world.owner] == world.first.pk
    assert _extra(world.contact) == {world.former: world.first.pk}
    unmerge(event, actor=SYSTEM)
    assert world.picture() == before


def test_only_fields_that_lead_to_the_model_are_asked_for(world: World) -> None:
    field(world.object.slug, "reference", "司机", options={"of": "contacts"})
    found = {(reference.slug, reference.key) for reference in leading_to(Customer)}
    slug = world.object.slug
    assert found == {(slug, world.owner), (slug, world.payer), ("contacts", world.former),
                     ("instruments", world.lender), ("customers", world.parent)}  # fmt: skip
    assert [reference.slug for reference in leading_to(Contact)] == [slug]
    assert leading_to(CustomField) == []


def test_many_rows_need_no_more_statements(world: World) -> None:
    def count(customer: Customer) -> int:
        event = events.record("tested", actor=SYSTEM)
        with CaptureQueriesContext(connection) as captured:
            move(event, model=Customer, absorbed=customer.pk, survivor=world.first.pk)
        return len(captured)

    one, three = make.customer("丁"), make.customer("戊")
    for n in range(4):
        entry(world.object.pk, f"皖B{n}", **{world.owner: (one if n == 0 else three).pk})
    assert count(one) == count(three)


def test_a_split_is_not_undone_from_under_what_names_the_new_customer(world: World) -> None:
    merge(world.first, world.second, actor=SYSTEM)
    created, event = split(world.first, [world.first.names.get(text="乙").pk], actor=SYSTEM)
    assert _extra(world.car)[world.owner] == world.first.pk
    car = entry(world.object.pk, "皖C1", **{world.owner: created.pk})
    with pytest.raises(Conflict):
        take_back(event, actor=SYSTEM)
    assert Customer.objects.get(pk=created.pk).deleted_at is None
    _put_away(car)
    take_back(event, actor=SYSTEM)
    assert Customer._base_manager.get(pk=created.pk).deleted_at is not None


def test_the_journal_of_a_merge_names_the_rows(world: World) -> None:
    event = merge(world.first, world.second, actor=SYSTEM)
    rows = RowJournal.objects.filter(event=event, model=f"records.{world.object.slug}")
    assert sorted(rows.values_list("row_id", flat=True)) == [world.car.pk, world.car.pk, world.gone.pk]
    assert Event.objects.filter(kind="customer.merged").count() == 1


def test_purging_an_object_ends_references_to_it() -> None:
    to_customer = field("contacts", "reference", "介绍客户")
    gone, kept_one = make.customer("合肥甲厂"), make.customer("合肥乙厂")
    home = make.customer("合肥丙厂")
    naming = [make.contact(home, name=f"张{n}") for n in range(3)]
    for contact, target in zip(naming, (gone, gone, kept_one), strict=True):
        type(contact).objects.filter(pk=contact.pk).update(extra={to_customer.key: target.pk, "c999": "x"})
    registry.by_slug("customers").delete(actor=actor("deleting"), target=gone)
    assert bin.purge(actor=ADMINISTRATOR, days=0)["purged"] == 1
    for contact in naming:
        contact.refresh_from_db()
    assert [contact.extra for contact in naming] == [
        {"c999": "x"}, {"c999": "x"}, {to_customer.key: kept_one.pk, "c999": "x"},
    ]  # fmt: skip
    assert [contact.version for contact in naming] == [2, 2, 1]


def test_a_saved_view_follows_a_merge_and_its_undoing() -> None:
    survivor, absorbed, third = (make.customer(f"合肥{n}厂") for n in "甲乙丙")
    for customer in (survivor, absorbed):
        contact = make.contact(customer, name=f"{customer.name}的张工")
        own = field("contacts", "reference", f"介绍{customer.pk}")
        type(contact).objects.filter(pk=contact.pk).update(extra={own.key: customer.pk})
    boss = person("boss")
    client = Client()
    client.force_login(boss)
    wheres: list[Any] = [
        ["customer", "eq", absorbed.pk], ["customer", "in", [absorbed.pk, third.pk]], [own.key, "eq", str(absorbed.pk)],
        {"not": ["customer", "ne", absorbed.pk]},
    ]  # fmt: skip
    views = [
        SavedView.objects.create(record="contacts", name=str(n), owner=boss, state={"filter": where})
        for n, where in enumerate(wheres)
    ]

    def named(view: SavedView) -> list[str]:
        items = client.get(f"/api/v1/contacts?view=s{view.pk}").json()["items"]
        return sorted(item["name"] for item in items)

    before = [named(view) for view in views]
    assert before == [["合肥乙厂的张工"]] * 4
    event = merge(survivor, absorbed, actor=Actor.system())
    both = ["合肥乙厂的张工", "合肥甲厂的张工"]
    assert [named(view) for view in views] == [both, both, ["合肥乙厂的张工"], both]
    unmerge(event, actor=Actor.system())
    assert [named(view) for view in views] == before
    first = merge(absorbed, third, actor=Actor.system())
    merge(survivor, absorbed, actor=Actor.system())
    assert heirs({third.pk, absorbed.pk, survivor.pk, 10**9}) == {
        third.pk: survivor.pk,
        absorbed.pk: survivor.pk,
    }
    assert first.pk
