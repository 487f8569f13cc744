"""The event stream: chained, verified, redactable, undoable."""

from __future__ import annotations

import pytest

from hengke.engines.access import events, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, EventSeal
from hengke.kernel.errors import Conflict
from hengke.modules.customers.models import Customer

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def _three() -> list[Event]:
    return [events.record("note", actor=SYSTEM, payload={"n": n}) for n in range(3)]


def test_sealing_chains_every_event_once() -> None:
    _three()
    assert events.seal_pending() == 3
    assert events.seal_pending() == 0
    assert events.verify() == events.Verdict(verified=3, broken=None, unsealed=0)


def test_events_after_the_last_seal_are_counted_not_called_broken() -> None:
    _three()
    events.seal_pending()
    events.record("note", actor=SYSTEM)
    assert events.verify() == events.Verdict(verified=3, broken=None, unsealed=1)


@pytest.mark.parametrize(
    "change", [{"kind": "other"}, {"payload": {"n": 9}}, {"actor_id": None, "channel": "api"}]
)
def test_a_changed_event_is_named(change: dict[str, object]) -> None:
    second = _three()[1]
    events.seal_pending()
    Event.objects.filter(pk=second.pk).update(**change)
    assert events.verify().broken == second.pk


def test_a_removed_event_breaks_the_chain_at_the_next_one() -> None:
    _, second, third = _three()
    events.seal_pending()
    EventSeal.objects.filter(event=second).delete()
    Event.objects.filter(pk=second.pk).delete()
    assert events.verify().broken == third.pk


def test_undo_puts_back_only_what_the_event_touched() -> None:
    customer = Customer.objects.create(name="甲公司", city="合肥市")
    before = journal.states([customer])
    customer.city = "芜湖市"
    customer.save()
    event = events.record("customer.changed", actor=SYSTEM, subject=customer)
    journal.write(event, Customer, before, journal.states([customer]))
    Customer.objects.filter(pk=customer.pk).update(phone="123")
    journal.undo(event, actor=SYSTEM)
    customer.refresh_from_db()
    assert (customer.city, customer.phone) == ("合肥市", "123")


def test_undo_refuses_when_the_same_field_was_changed_since() -> None:
    customer = Customer.objects.create(name="甲公司", city="合肥市")
    before = journal.states([customer])
    customer.city = "芜湖市"
    customer.save()
    event = events.record("customer.changed", actor=SYSTEM, subject=customer)
    journal.write(event, Customer, before, journal.states([customer]))
    Customer.objects.filter(pk=customer.pk).update(city="蚌埠市")
    with pytest.raises(Conflict):
        journal.undo(event, actor=SYSTEM)
    customer.refresh_from_db()
    assert customer.city == "蚌埠市"


def test_nothing_is_undone_twice() -> None:
    event = events.record("note", actor=SYSTEM)
    journal.undo(event, actor=SYSTEM)
    with pytest.raises(Conflict):
        journal.undo(event, actor=SYSTEM)
