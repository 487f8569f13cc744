"""Customers under any sequence of making, changing, merging, splitting, deleting, restoring and undoing (R8).

HENGKE_STATEFUL_RUNS and HENGKE_STATEFUL_STEPS ask for more than a usual test run: 500 and 50 for the full figure.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.models import Deleted
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bin, services
from hengke.modules.customers.models import Contact, Customer, CustomerName
from hengke.modules.customers.services import merging
from tests.factories.people import actor

RUNS = int(os.environ.get("HENGKE_STATEFUL_RUNS", "8"))
STEPS = int(os.environ.get("HENGKE_STATEFUL_STEPS", "15"))
CITIES = st.sampled_from(["合肥市", "芜湖市", "蚌埠市"])


@dataclass
class Plain:
    """A customer as the reference knows it."""

    city: str
    contacts: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)


@dataclass
class World:
    live: dict[int, Plain] = field(default_factory=dict)
    bin: dict[int, Plain] = field(default_factory=dict)


class Customers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        # Every sequence begins with the same empty tables.
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.boss: Actor = actor("boss")
        self.world = World()
        self.steps: list[tuple[World, Callable[[], Any]]] = []
        self.numbers: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def _did(self, before: World, undo: Callable[[], Any] | None = None) -> None:
        event = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
        self.steps.append((before, undo or (lambda: services.undo(event, actor=self.boss))))

    def _pick(self, number: int, among: dict[int, Plain]) -> int:
        return sorted(among)[number % len(among)]

    def _is_new(self, customer: Any) -> None:
        assert customer.number not in self.numbers
        self.numbers.add(customer.number)

    @rule(city=CITIES)
    def create(self, city: str) -> None:
        before, name = deepcopy(self.world), f"第{len(self.numbers)}厂"
        made = services.create(
            registry.by_slug("customers"), actor=self.boss, values={"name": name, "city": city}
        )
        self._is_new(made)
        self.world.live[made.pk] = Plain(city, names={CustomerName.objects.get(text=name).pk})
        self._did(before)

    @precondition(lambda self: self.world.live)
    @rule(at=st.integers(0, 9))
    def add_contact(self, at: int) -> None:
        before, pk = deepcopy(self.world), self._pick(at, self.world.live)
        values = {"name": "王工", "customer": pk}
        made = services.create(registry.by_slug("contacts"), actor=self.boss, values=values)
        self.world.live[pk].contacts.add(made.pk)
        self._did(before)

    @precondition(lambda self: self.world.live)
    @rule(at=st.integers(0, 9), city=CITIES)
    def edit(self, at: int, city: str) -> None:
        before, pk = deepcopy(self.world), self._pick(at, self.world.live)
        if city == self.world.live[pk].city:
            return
        target = Customer.objects.get(pk=pk)
        values = {"city": city}
        services.update(
            registry.by_slug("customers"),
            actor=self.boss,
            target=target,
            values=values,
            version=target.version,
        )
        self.world.live[pk].city = city
        self._did(before)

    @precondition(lambda self: len(self.world.live) > 1)
    @rule(at=st.integers(0, 9), step=st.integers(1, 8))
    def merge(self, at: int, step: int) -> None:
        before, one = deepcopy(self.world), self._pick(at, self.world.live)
        others = {pk: plain for pk, plain in self.world.live.items() if pk != one}
        other = self._pick(step, others)
        event = merging.merge(Customer.objects.get(pk=one), Customer.objects.get(pk=other), actor=self.boss)
        gone = self.world.live.pop(other)
        self.world.live[one].contacts |= gone.contacts
        self.world.live[one].names |= gone.names
        self._did(before, lambda: merging.take_back(event, actor=self.boss))

    @precondition(lambda self: any(len(plain.names) > 1 for plain in self.world.live.values()))
    @rule(at=st.integers(0, 9))
    def split(self, at: int) -> None:
        before = deepcopy(self.world)
        pk = self._pick(at, {pk: plain for pk, plain in self.world.live.items() if len(plain.names) > 1})
        name = max(self.world.live[pk].names)
        made, event = merging.split(Customer.objects.get(pk=pk), [name], actor=self.boss)
        self._is_new(made)
        self.world.live[pk].names.remove(name)
        self.world.live[made.pk] = Plain(self.world.live[pk].city, names={name})
        self._did(before, lambda: merging.take_back(event, actor=self.boss))

    @precondition(lambda self: self.world.live)
    @rule(at=st.integers(0, 9))
    def delete(self, at: int) -> None:
        before, pk = deepcopy(self.world), self._pick(at, self.world.live)
        services.delete(registry.by_slug("customers"), actor=self.boss, target=Customer.objects.get(pk=pk))
        self.world.bin[pk] = self.world.live.pop(pk)
        self._did(before)

    @precondition(lambda self: self.world.bin)
    @rule(at=st.integers(0, 9))
    def restore(self, at: int) -> None:
        before, pk = deepcopy(self.world), self._pick(at, self.world.bin)
        bin.restore(Deleted.objects.get(object_id=pk, subject="customers.customer").pk, actor=self.boss)
        self.world.live[pk] = self.world.bin.pop(pk)
        self._did(before)

    @precondition(lambda self: self.steps)
    @rule()
    def undo(self) -> None:
        self.world, undo = self.steps.pop()
        undo()

    @invariant()
    def the_database_says_the_same(self) -> None:
        stored = {
            pk: Plain(
                city,
                set(Contact.objects.filter(customer=pk, deleted_at=None).values_list("pk", flat=True)),
                set(CustomerName.objects.filter(customer=pk).values_list("pk", flat=True)),
            )
            for pk, city in Customer.objects.filter(deleted_at=None).values_list("pk", "city")
        }
        assert stored == self.world.live
        thrown = set(Deleted.objects.values_list("object_id", flat=True))
        assert thrown == self.world.bin.keys()


class TestCustomers(TestCase):
    def test_any_sequence_ends_as_the_reference_says(self) -> None:
        options = settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Customers, settings=options)
