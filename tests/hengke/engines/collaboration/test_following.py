"""Followers: by themselves or by their part in the record, told once per burst, never of their own changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.collaboration.models import Follow
from hengke.engines.notices.models import Notice
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import services
from hengke.kernel import clock
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def _change(actor: Actor, customer: Any, name: str) -> None:
    customer.refresh_from_db()
    record = registry.by_slug("customers")
    record.update(actor=actor, target=customer, values={"short_name": name}, version=customer.version)


def _told(username: str) -> list[tuple[str, int]]:
    return list(
        Notice.objects.filter(recipient__username=username).order_by("pk").values_list("kind", "count")
    )


def test_changes_of_some_minutes_are_one_notice() -> None:
    boss, customer = Actor.of(person("boss")), make.customer()
    follower = person("follower")
    Follow.objects.create(user=follower, subject_type="customers.customer", subject_id=customer.pk)
    for n, minutes in enumerate((0, 4, 12, 40)):
        with clock.at(START + timedelta(minutes=minutes)):
            _change(boss, customer, f"简称{n}")
    assert _told("follower") == [("followed", 3), ("followed", 1)]


def test_own_changes_are_not_told_and_creating_follows() -> None:
    boss = Actor.of(person("boss"))
    made: Any = registry.by_slug("customers").create(actor=boss, values={"name": "新客户"})
    assert Follow.objects.get().user_id == boss.user_id
    _change(boss, made, "自己改")
    assert _told("boss") == []
    _change(Actor.of(person("other")), made, "别人改")
    assert _told("boss") == [("followed", 1)]


def test_owner_follows_until_saying_otherwise() -> None:
    owner = person("owner", Role.ACCOUNT_MANAGER, unit("Department A"))
    customer = make.customer(owner=owner, unit=unit("Department A"))
    boss = Actor.of(person("boss"))
    _change(boss, customer, "一")
    client = Client()
    client.force_login(owner)
    client.post(f"/customers/{customer.pk}/follow", {"on": "0"})
    with clock.at(START + timedelta(days=900)):
        _change(boss, customer, "二")
    assert _told("owner") == [("followed", 1)]
    assert 'aria-pressed="false"' in client.get(f"/customers/{customer.pk}").content.decode()


def test_new_owner_is_told_of_one_by_name_and_of_many_by_number() -> None:
    boss = Actor.of(person("boss"))
    owner = person("owner", Role.ACCOUNT_MANAGER, unit("Department A"))
    one, two = make.customer("甲", unit=unit("Department A")), make.customer("乙", unit=unit("Department A"))
    record = registry.by_slug("customers")
    services.assign(record, actor=boss, ids=[one.pk], owner=owner)
    services.assign(record, actor=boss, ids=[one.pk, two.pk], owner=owner)
    client = Client()
    client.force_login(owner)
    shown = client.get("/notices").content.decode()
    assert _told("owner") == [("assigned", 1), ("assigned", 1)]
    assert "甲" in shown
    assert "× 2" in shown


def test_shared_view_is_told_once_to_those_who_have_the_list() -> None:
    boss = person("boss")
    reader, _porter = person("reader", Role.BUSINESS_DESK), person("porter", "porter")
    client = Client()
    client.force_login(boss)
    for name in ("重点", "重点客户"):
        view = client.post("/customers/views", {"name": name, "shared": "on", "state": ""}, follow=False)
        assert view.status_code == 302
    client.post(f"{view['Location'].split('?')[0]}/views/1", {"name": "重点", "shared": "on", "state": ""})
    assert _told("reader") == [("shared", 1), ("shared", 1)]
    assert Notice.objects.exclude(recipient=reader).count() == 0


def test_whoever_loses_sight_of_a_record_reads_no_title() -> None:
    boss, home = Actor.of(person("boss")), unit("Department A")
    customer = make.customer("绝密客户有限公司", unit=home)
    reader = person("reader", Role.ACCOUNT_MANAGER, home)
    Follow.objects.create(user=reader, subject_type="customers.customer", subject_id=customer.pk)
    _change(boss, customer, "新")
    client = Client()
    client.force_login(reader)
    assert "绝密客户" in client.get("/notices").content.decode()
    User.objects.filter(pk=reader.pk).update(unit=unit("Department B"))
    for url in ("/notices", "/notices/part"):
        page = client.get(url).content.decode()
        assert "绝密客户" not in page
        assert 'class="notice' in page
    notice = Notice.objects.get(recipient=reader)
    assert client.post(f"/notices/{notice.pk}/open")["Location"] == "/notices"
