"""Customers and all that is theirs, under any sequence of changes, against a plain reference (R8).

HENGKE_STATEFUL_RUNS and HENGKE_STATEFUL_STEPS ask for more than a usual test run: 500 and 50 for the full figure.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
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

from hengke.engines.access import journal
from hengke.engines.access.models import Event
from hengke.engines.records.models import Deleted
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bin, services
from hengke.kernel.errors import HengkeError
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Contact, Customer, CustomerName, Instrument
from hengke.modules.customers.services import merging
from tests.factories.people import actor
from tests.hengke.modules.customers.reference import (
    CHILDREN,
    CUSTOMERS,
    NAMES,
    Key,
    Refused,
    Row,
    Step,
    World,
    picture,
)

RUNS = int(os.environ.get("HENGKE_STATEFUL_RUNS", "12"))
STEPS = int(os.environ.get("HENGKE_STATEFUL_STEPS", "25"))
# The one text of a row that the reference follows.
TEXTS = {CUSTOMERS: "city", "contacts": "remark", "instruments": "maker", "activities": "text"}
MODELS: dict[str, Any] = {
    CUSTOMERS: Customer, "contacts": Contact, "instruments": Instrument, "activities": Activity, NAMES: CustomerName,
}  # fmt: skip
# What every write changes, and who decided on a name: no part of what is put back.
NOT_PUT_BACK = journal.BOOKKEEPING | {"decided"}
SLUGS = {model._meta.label_lower: slug for slug, model in MODELS.items()}
WORDS = st.sampled_from(["", "合肥市", "芜湖市", "蚌埠市"])
PLACES = st.integers(0, 30)


class Customers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        # Every sequence begins with the same empty tables.
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.boss = actor("boss")
        self.world = World()
        self.steps: list[tuple[Step, Callable[[], Any]]] = []
        self.numbers: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def _did(self, step: Step) -> None:
        event = Event.objects.order_by("-pk")[0]
        by = merging.take_back if step.of else _undo
        self.steps.append((step, lambda: by(event, actor=self.boss)))

    def _pick(self, at: int, among: list[Any]) -> Any:
        return among[at % len(among)]

    def _is_new(self, slug: str, target: Any) -> Key:
        """Neither a key nor a number was given out before."""
        assert (slug, target.pk) not in self.world.rows
        if slug == CUSTOMERS:
            assert target.number not in self.numbers
            self.numbers.add(target.number)
        return slug, target.pk

    @rule(city=WORDS)
    def create(self, city: str) -> None:
        name = f"第{len(self.numbers)}厂"
        made = services.create(
            registry.by_slug(CUSTOMERS), actor=self.boss, values={"name": name, "city": city}
        )
        key, alias = self._is_new(CUSTOMERS, made), (NAMES, CustomerName.objects.get(text=name).pk)
        self._did(self.world.create(key, Row(text=city), alias))

    @precondition(lambda self: self.world.live(CUSTOMERS))
    @rule(at=PLACES, slug=st.sampled_from(CHILDREN))
    def add(self, at: int, slug: str) -> None:
        _slug, customer = self._pick(at, self.world.live(CUSTOMERS))
        record = registry.by_slug(slug)
        values = {record.title_field.name: "王工", "customer": customer}
        made = services.create(record, actor=self.boss, values=values)
        self._did(self.world.create(self._is_new(slug, made), Row(owner=customer)))

    @precondition(lambda self: self.world.live(*TEXTS))
    @rule(at=PLACES, text=WORDS)
    def edit(self, at: int, text: str) -> None:
        key = self._pick(at, self.world.live(*TEXTS))
        if self.world.rows[key].text != text:
            self._update(key, {TEXTS[key[0]]: text})
            self._did(self.world.edit(key, text))

    @precondition(lambda self: self.world.live(*CHILDREN) and len(self.world.live(CUSTOMERS)) > 1)
    @rule(at=PLACES, to=PLACES)
    def move(self, at: int, to: int) -> None:
        key, (_slug, owner) = (
            self._pick(at, self.world.live(*CHILDREN)),
            self._pick(to, self.world.live(CUSTOMERS)),
        )
        if self.world.rows[key].owner != owner:
            self._update(key, {"customer": owner})
            self._did(self.world.move(key, owner))

    @precondition(lambda self: len(self.world.live(CUSTOMERS)) > 1)
    @rule(at=PLACES, step=PLACES)
    def merge(self, at: int, step: int) -> None:
        (_slug, one), (_slug, other) = self._two(at, step)
        merging.merge(Customer.objects.get(pk=one), Customer.objects.get(pk=other), actor=self.boss)
        self._did(self.world.merge(one, other))

    @precondition(lambda self: len(self.world.live(CUSTOMERS)) > 1)
    @rule(at=PLACES, step=PLACES)
    def merge_and_separate(self, at: int, step: int) -> None:
        """The identity on every column of every table that a merge touches."""
        (_slug, one), (_slug, other) = self._two(at, step)
        before = _everything()
        event = merging.merge(Customer.objects.get(pk=one), Customer.objects.get(pk=other), actor=self.boss)
        merging.unmerge(event, actor=self.boss)
        assert _everything() == before

    @precondition(lambda self: self._several())
    @rule(at=PLACES)
    def split(self, at: int) -> None:
        customer, names = self._pick(at, self._several())
        made, _event = merging.split(Customer.objects.get(pk=customer), [max(names)[1]], actor=self.boss)
        self._is_new(CUSTOMERS, made)
        self._did(self.world.split(customer, max(names), made.pk))

    @precondition(lambda self: self.world.live(*TEXTS))
    @rule(at=PLACES)
    def delete(self, at: int) -> None:
        key = self._pick(at, self.world.live(*TEXTS))
        target = MODELS[key[0]].objects.get(pk=key[1])
        services.delete(registry.by_slug(key[0]), actor=self.boss, target=target)
        self._did(self.world.delete(key))

    @precondition(lambda self: self.world.bin)
    @rule(at=PLACES)
    def restore(self, at: int) -> None:
        slug, pk = self._pick(at, sorted(self.world.bin))
        subject = MODELS[slug]._meta.label_lower
        entry = Deleted.objects.get(subject=subject, object_id=pk)
        step = self._both(
            lambda: self.world.restore((slug, pk)), lambda: bin.restore(entry.pk, actor=self.boss)
        )
        if step is not None:
            self._did(step)

    @precondition(lambda self: self.steps)
    @rule(back=st.integers(0, 6))
    def undo(self, back: int) -> None:
        """The last change, or one before it, also a second time: done exactly, or refused and nothing changed."""
        step, undo = self.steps[-1 - back % len(self.steps)]
        self._both(lambda: self.world.undo(step), undo)

    def _both(self, said: Callable[[], Any], done: Callable[[], Any]) -> Any:
        """A change of the reference and of the database, which are possible together or not at all."""
        before, answer, possible = deepcopy(self.world), None, True
        try:
            answer = said()
        except Refused:
            self.world, possible = before, False
        try:
            with transaction.atomic():
                done()
            happened, why = True, ""
        except HengkeError as error:
            happened, why = False, error.code
        assert happened == possible, why
        return answer

    def _two(self, at: int, step: int) -> tuple[Key, Key]:
        one = self._pick(at, self.world.live(CUSTOMERS))
        return one, self._pick(step, [key for key in self.world.live(CUSTOMERS) if key != one])

    def _several(self) -> list[tuple[int, list[Key]]]:
        """Customers with more than one name."""
        names = {
            pk: [each for each in self.world.of(pk) if each[0] == NAMES]
            for _slug, pk in self.world.live(CUSTOMERS)
        }
        return [(pk, found) for pk, found in names.items() if len(found) > 1]

    def _update(self, key: Key, values: dict[str, Any]) -> None:
        target = MODELS[key[0]].objects.get(pk=key[1])
        services.update(
            registry.by_slug(key[0]), actor=self.boss, target=target, values=values, version=target.version
        )

    @invariant()
    def the_database_says_the_same(self) -> None:
        assert picture(_stored()) == picture(self.world.rows.items())
        thrown = Deleted.objects.values_list("subject", "object_id")
        assert {(SLUGS[subject], pk) for subject, pk in thrown} == self.world.bin.keys()


def _undo(event: Event, *, actor: Any) -> None:
    services.undo(event.pk, actor=actor)


def _everything() -> dict[str, Any]:
    """Every column of every row, without what no undo puts back."""
    return {
        slug: {
            pk: {name: value for name, value in row.items() if name not in NOT_PUT_BACK}
            for pk, row in journal.states(model._base_manager.all()).items()
        }
        for slug, model in MODELS.items()
    }


def _stored() -> Iterator[tuple[Key, Row]]:
    for pk, city, gone, into in Customer._base_manager.values_list("pk", "city", "deleted_at", "merged_into"):
        yield (CUSTOMERS, pk), Row(0, city, _moment(gone), into or 0)
    for slug in CHILDREN:
        rows = MODELS[slug]._base_manager.values_list("pk", "customer", TEXTS[slug], "deleted_at")
        for pk, owner, text, gone in rows:
            yield (slug, pk), Row(owner, text, _moment(gone))
    for pk, owner in CustomerName.objects.values_list("pk", "customer"):
        yield (NAMES, pk), Row(owner)


def _moment(at: Any) -> int:
    return int(at.timestamp() * 1_000_000) if at else 0


class TestCustomers(TestCase):
    def test_any_sequence_ends_as_the_reference_says(self) -> None:
        options = settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Customers, settings=options)
