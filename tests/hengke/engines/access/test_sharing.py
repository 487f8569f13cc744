"""Shares, absences and hand-over: what they give, when they end, and that they can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access import changes, people, sharing
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.access.rows import Team
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import handover, services
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> User:
    """Somebody in charge; without one, no change of rights is taken."""
    return person("chief", Role.ADMINISTRATOR)


@pytest.fixture
def owner(chief: User) -> User:
    return person("owner", Role.ACCOUNT_MANAGER, unit("north"))


@pytest.fixture
def other(chief: User) -> User:
    return person("other", Role.ACCOUNT_MANAGER, unit("south"))


def _sees(user: User, target: Any, action: str = "view") -> bool:
    return type(target).objects.visible_to(Actor.of(user), action).filter(pk=target.pk).exists()


def _share(target: Any, by: User, **to: Any) -> Event:
    given = {"user": None, "team": None, "level": "view", "until": None} | to
    return sharing.share(target, actor=Actor.of(by), **given)


def test_a_share_shows_the_record_and_what_belongs_to_it(owner: User, other: User) -> None:
    customer = make.customer(owner=owner, unit=owner.unit)
    contact = make.contact(customer)
    assert not _sees(other, customer)
    event = _share(customer, owner, user=other)
    assert _sees(other, customer)
    assert _sees(other, contact)
    assert not _sees(other, customer, "change")
    assert not _sees(other, customer, "export")
    changes.undo(event.pk, actor=Actor.of(owner))
    assert not _sees(other, customer)


def test_a_share_to_change_lets_change_but_not_delete(owner: User, other: User) -> None:
    customer = make.customer(owner=owner, unit=owner.unit)
    _share(customer, owner, user=other, level="change")
    record = registry.by_slug("customers")
    services.update(record, actor=Actor.of(other), target=customer, values={"city": "芜湖市"}, version=1)
    customer.refresh_from_db()
    assert customer.city == "芜湖市"
    with pytest.raises(NotAllowed):
        services.delete(record, actor=Actor.of(other), target=customer)


def test_a_share_ends_by_itself(owner: User, other: User) -> None:
    customer = make.customer(owner=owner)
    _share(customer, owner, user=other, until=clock.now() + timedelta(hours=1))
    assert _sees(other, customer)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert not _sees(other, customer)


def test_a_share_with_a_team_reaches_its_members(owner: User, other: User) -> None:
    customer, team = make.customer(owner=owner), Team.objects.create(name="t")
    team.members.set([other])
    _share(customer, owner, team=team)
    assert _sees(other, customer)


def test_nobody_shares_more_than_one_has(owner: User, other: User) -> None:
    customer = make.customer(owner=owner, unit=owner.unit)
    _share(customer, owner, user=other)
    third = person("third", Role.ACCOUNT_MANAGER)
    with pytest.raises(NotAllowed):
        _share(customer, other, user=third)
    with pytest.raises(NotFound):
        _share(customer, third, user=other)
    with pytest.raises(InputError):
        _share(customer, owner, user=third, until=clock.now() - timedelta(hours=1))
    with pytest.raises(InputError):
        _share(customer, owner, user=third, level="delete")


def test_a_share_gives_nothing_that_no_role_gives(owner: User) -> None:
    customer, porter = make.customer(owner=owner), person("porter", "porter")
    _share(customer, owner, user=porter, level="change")
    assert not _sees(porter, customer)


def test_a_deputy_works_with_what_the_absent_person_owns_and_events_name_both(
    owner: User, other: User
) -> None:
    customer = make.customer(owner=owner, unit=owner.unit)
    today = clock.today()
    first = today + timedelta(days=1)
    event = people.stand_in(actor=Actor.of(owner), absent=owner, deputy=other, first=first, last=first)
    assert not _sees(other, customer, "change")
    with clock.at(clock.now() + timedelta(days=1)):
        assert _sees(other, customer, "change")
        record = registry.by_slug("customers")
        services.update(record, actor=Actor.of(other), target=customer, values={"city": "芜湖市"}, version=1)
        told = Event.objects.get(kind="customer.changed")
        assert told.payload["for"] == {"id": owner.pk, "name": "owner"}
        client = Client()
        client.force_login(person("boss"))
        assert "other" in client.get(f"/customers/{customer.pk}").content.decode()
    with clock.at(clock.now() + timedelta(days=2)):
        assert not _sees(other, customer, "change")
    changes.undo(event.pk, actor=Actor.of(owner))
    with clock.at(clock.now() + timedelta(days=1)):
        assert not _sees(other, customer, "change")


def test_nobody_names_a_deputy_for_somebody_else(owner: User, other: User) -> None:
    today = clock.today()
    with pytest.raises(NotAllowed):
        people.stand_in(actor=Actor.of(other), absent=owner, deputy=other, first=today, last=today)


def test_a_leavers_records_are_dealt_out_and_come_back(owner: User, other: User, chief: User) -> None:
    mine = [make.customer(f"厂{n}", owner=owner) for n in range(5)]
    gone = make.customer("gone", owner=owner, deleted_at=clock.now())
    third = person("third", Role.ACCOUNT_MANAGER)
    to_do = Activity.objects.create(subject="回访", kind="task", owner=owner)
    done = Activity.objects.create(subject="已回访", kind="call", owner=owner, state="done")
    actor = Actor.of(chief)
    assert [(h.record.slug, h.owned, h.movable) for h in handover.preview(owner, actor=actor)] == [
        ("customers", 5, 5),
        ("activities", 1, 1),
        ("commissions", 0, 0),
        ("recalls", 0, 0),
    ]
    event = handover.hand_over(owner, [other, third], actor=actor)
    owners = list(
        Customer.objects.filter(pk__in=[c.pk for c in mine]).order_by("pk").values_list("owner", flat=True)
    )
    assert owners == [other.pk, third.pk, other.pk, third.pk, other.pk]
    for row in (gone, done, to_do):
        row.refresh_from_db()
    # What is deleted or done stays with who had it.
    assert (gone.owner_id, done.owner_id, to_do.owner_id) == (owner.pk, owner.pk, other.pk)
    services.undo(event.pk, actor=actor)
    assert Customer.objects.filter(owner=owner).count() == 6


def test_assigning_is_a_right_of_its_own(owner: User, other: User) -> None:
    customer = make.customer(owner=owner)
    desk = Actor.of(person("desk", Role.BUSINESS_DESK))
    assert _sees(User.objects.get(username="desk"), customer, "change")
    with pytest.raises(NotFound):
        services.assign(registry.by_slug("customers"), actor=desk, ids=[customer.pk], owner=other)
    with pytest.raises(InputError):
        handover.hand_over(owner, [other], actor=desk)
    customer.refresh_from_db()
    assert customer.owner_id == owner.pk
