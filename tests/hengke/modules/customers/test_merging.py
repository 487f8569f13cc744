"""Merge, un-merge and split: nothing is lost, and un-merge is the identity."""

from __future__ import annotations

import itertools

import pytest
from django.apps import apps
from django.db.models import ForeignKey, OneToOneField
from django.test import Client, TestCase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hengke.engines.access import journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.search.query import search
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.modules.customers import references
from hengke.modules.customers.enums import Origin
from hengke.modules.customers.models import Contact, Customer, CustomerName, Instrument
from hengke.modules.customers.services.merging import merge, split, unmerge
from hengke.modules.customers.services.merging import take_back as unsplit
from tests.factories.people import actor, person, unit

SYSTEM = Actor.system()
VOLATILE = {"updated_at", "version", "decided"}


def _picture() -> dict[str, dict[int, dict[str, object]]]:
    """Every row of every table that a merge touches, without bookkeeping."""
    return {
        model.__name__: {
            pk: {k: v for k, v in row.items() if k not in VOLATILE}
            for pk, row in journal.states(model._base_manager.all()).items()
        }
        for model in (Customer, CustomerName, Contact, Instrument)
    }


def _customer(name: str, **values: object) -> Customer:
    customer = Customer.objects.create(name=name, **values)
    Contact.objects.create(customer=customer, name=f"{name}的张工")
    Instrument.objects.create(customer=customer, name="卡尺", serial=name)
    return customer


def test_every_reference_to_customer_states_its_policy() -> None:
    stated = {(r.model, r.field) for r in references.declared()}
    actual = {
        (model._meta.label_lower, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField) and field.related_model is Customer
    }
    assert stated == actual


@pytest.mark.django_db
class TestMerge:
    def test_moves_everything_and_fills_gaps(self) -> None:
        left, right = _customer("甲", city="合肥市"), _customer("乙", city="芜湖市", phone="0551-1")
        merge(left, right, actor=SYSTEM)
        left.refresh_from_db()
        right.refresh_from_db()
        assert (left.city, left.phone) == ("合肥市", "0551-1")
        assert left.contacts.count() == left.instruments.count() == 2
        assert set(left.names.values_list("text", flat=True)) == {"甲", "乙"}
        assert right.merged_into == left
        assert right not in Customer.objects.visible_to(SYSTEM)

    def test_unmerge_is_the_identity(self) -> None:
        left, right = _customer("甲"), _customer("乙", phone="0551-1")
        before = _picture()
        unmerge(merge(left, right, actor=SYSTEM), actor=SYSTEM)
        assert _picture() == before

    def test_unmerge_tolerates_derived_rows_that_are_gone(self) -> None:
        left, right = _customer("甲"), _customer("乙")
        event = merge(left, right, actor=SYSTEM)
        Instrument.objects.filter(serial="乙").delete()
        unmerge(event, actor=SYSTEM)
        assert CustomerName.objects.get(text="乙").customer == right

    def test_an_inner_merge_waits_for_the_outer_one(self) -> None:
        a, b, c = (_customer(n) for n in "甲乙丙")
        inner = merge(b, c, actor=SYSTEM)
        outer = merge(a, b, actor=SYSTEM)
        before = _picture()
        with pytest.raises(Conflict):
            unmerge(inner, actor=SYSTEM)
        assert _picture() == before
        unmerge(outer, actor=SYSTEM)
        unmerge(inner, actor=SYSTEM)
        assert CustomerName.objects.get(text="丙").customer == c

    def test_not_with_itself_nor_twice(self) -> None:
        left, right = _customer("甲"), _customer("乙")
        with pytest.raises(InputError):
            merge(left, left, actor=SYSTEM)
        merge(left, right, actor=SYSTEM)
        with pytest.raises((Conflict, NotFound)):
            merge(left, right, actor=SYSTEM)

    def test_an_outsider_cannot_merge_and_changes_nothing(self) -> None:
        left, right = _customer("甲"), _customer("乙")
        before, count = _picture(), Event.objects.count()
        with pytest.raises(NotFound):
            merge(left, right, actor=actor("x", Role.ACCOUNT_MANAGER, unit("elsewhere")))
        assert (_picture(), Event.objects.count()) == (before, count)

    def test_split_takes_its_names_along_and_can_be_undone(self) -> None:
        left, right = _customer("甲"), _customer("乙")
        merge(left, right, actor=SYSTEM)
        alias = CustomerName.objects.get(text="乙")
        created, event = split(left, [alias.pk], actor=SYSTEM)
        assert list(created.names.all()) == [alias]
        journal.undo(event, actor=SYSTEM)
        alias.refresh_from_db()
        assert alias.customer == left
        assert created not in Customer.objects.visible_to(SYSTEM)

    def test_what_a_run_made_for_a_split_is_no_obstacle_to_its_undoing_but_a_persons_row_is(self) -> None:
        left, right = _customer("甲"), _customer("乙")
        merge(left, right, actor=SYSTEM)
        created, event = split(left, [CustomerName.objects.get(text="乙").pk], actor=SYSTEM)
        derived = Contact.objects.create(customer=created, name="王工", origin=Origin.LEDGER)
        own = Contact.objects.create(customer=created, name="李工")
        with pytest.raises(Conflict):
            unsplit(event, actor=SYSTEM)
        derived.refresh_from_db()
        assert derived.deleted_at is None
        own.delete()
        unsplit(event, actor=SYSTEM)
        derived.refresh_from_db()
        assert derived.deleted_at is not None
        assert CustomerName.objects.get(text="乙").customer == left

    @pytest.mark.parametrize("which", ["none", "all", "foreign"])
    def test_split_needs_a_real_choice(self, which: str) -> None:
        left, other = _customer("甲"), _customer("乙")
        ids = {"none": [], "all": [left.names.get().pk], "foreign": [other.names.get().pk]}[which]
        with pytest.raises(InputError):
            split(left, ids, actor=SYSTEM)


_serial = itertools.count()  # every example has its own customers


class History(RuleBasedStateMachine):
    """Any sequence of merges and un-merges, against a dictionary of name -> customer."""

    def __init__(self) -> None:
        super().__init__()
        self.customers = [_customer(f"客户{n}-{next(_serial)}") for n in range(5)]
        self.home = {c.name: c.pk for c in self.customers}
        self.done: list[tuple[Event, dict[str, int]]] = []

    @rule(left=st.integers(0, 4), right=st.integers(0, 4))
    def merge(self, left: int, right: int) -> None:
        a, b = self.customers[left], self.customers[right]
        before = dict(self.home)
        try:
            event = merge(a, b, actor=SYSTEM)
        except (InputError, Conflict, NotFound):
            assert a == b or {a.pk, b.pk} - set(self.home.values())
            return
        self.home = {name: a.pk if pk == b.pk else pk for name, pk in self.home.items()}
        self.done.append((event, before))

    @precondition(lambda self: self.done)
    @rule()
    def unmerge_last(self) -> None:
        event, before = self.done.pop()
        unmerge(event, actor=SYSTEM)
        self.home = before

    @invariant()
    def names_are_where_they_should_be(self) -> None:
        names = CustomerName.objects.filter(text__in=self.home).values_list("text", "customer_id")
        assert dict(names) == self.home


class TestHistory(History.TestCase, TestCase):  # type: ignore[misc,name-defined]
    settings = settings(max_examples=20, stateful_step_count=12, deadline=None)


@pytest.mark.django_db
def test_a_merge_is_not_undone_past_its_own_service() -> None:
    from hengke.engines.records.writing import services

    left, right = _customer("甲"), _customer("乙")
    event = merge(left, right, actor=SYSTEM)
    with pytest.raises(NotFound):
        services.undo(event.pk, actor=SYSTEM)
    unmerge(event, actor=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["²", "9" * 5_000])
def test_odd_numbers_are_refused_not_crashed_on(words: str, client: Client) -> None:
    customer = _customer("甲")
    client.force_login(person("boss"))
    assert client.post(f"/customers/{customer.pk}/merge", {"other": words}).status_code == 400
    assert client.post(f"/customers/{customer.pk}/split", {"alias": words}).status_code == 400


def _second_lines(customer: Customer, name: str) -> list[str]:
    entries = SearchEntry.objects.filter(
        record="contacts", title=name, object_id__in=customer.contacts.values("pk")
    )
    return list(entries.values_list("subtitle", flat=True))


@pytest.mark.django_db
def test_search_names_the_surviving_customer_at_once_and_the_former_one_after_the_undoing() -> None:
    left, right = _customer("甲"), _customer("乙")
    event = merge(left, right, actor=SYSTEM)
    assert _second_lines(left, "乙的张工") == ["甲"]
    assert not SearchEntry.objects.filter(record="customers", object_id=right.pk).exists()
    assert [hit.pk for hit in search("乙", SYSTEM, slugs=("customers",))] == [left.pk]
    unmerge(event, actor=SYSTEM)
    assert _second_lines(right, "乙的张工") == ["乙"]
    assert [hit.pk for hit in search("乙", SYSTEM, slugs=("customers",))] == [right.pk]


@pytest.mark.django_db
def test_search_finds_both_parts_of_a_split() -> None:
    left, right = _customer("甲"), _customer("乙")
    merge(left, right, actor=SYSTEM)
    created, _event = split(left, [CustomerName.objects.get(text="乙").pk], actor=SYSTEM)
    assert [hit.pk for hit in search("乙", SYSTEM, slugs=("customers",))] == [created.pk]
    assert [hit.pk for hit in search("甲", SYSTEM, slugs=("customers",))] == [left.pk]
