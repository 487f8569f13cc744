"""The recycle bin: what goes along comes back, what went before stays, purged is gone; and the history of changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access import journal
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, RowJournal
from hengke.engines.jobs import queue
from hengke.engines.records.models import Deleted
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bin, services
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, NotAllowed, NotFound
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Contact, Customer, CustomerName, Instrument
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
CUSTOMERS = "customers"


def _client(role: str = Role.DIRECTOR, username: str = "boss", **at: Any) -> Client:
    client = Client()
    client.force_login(person(username, role, **at))
    return client


def _hashes() -> dict[str, dict[int, str]]:
    return {
        model.__name__: {row.pk: journal.fingerprint(row) for row in model._base_manager.all()}
        for model in (Customer, CustomerName, Contact, Instrument, Activity)
    }


def _live() -> tuple[int, ...]:
    return tuple(
        m._base_manager.filter(deleted_at=None).count() for m in (Customer, Contact, Instrument, Activity)
    )


def _delete(customer: Customer, who: Any) -> Event:
    return services.delete(registry.by_slug(CUSTOMERS), actor=who, target=customer)


def test_customer_with_500_dependants_comes_back_with_the_same_hashes() -> None:
    boss, customer, other = actor("boss"), make.customer(), make.customer("别家")
    for n in range(200):
        make.contact(customer, f"人{n}")
        make.instrument(customer, f"表{n}")
    for n in range(100):
        make.activity(customer, f"事{n}")
    make.contact(other)
    gone_before = make.contact(customer, "早已离职")
    services.delete(registry.by_slug("contacts"), actor=boss, target=gone_before)
    before, events = _hashes(), Event.objects.count()

    _delete(customer, boss)
    assert _live() == (1, 1, 0, 0)
    entry = Deleted.objects.get(subject="customers.customer")
    assert entry.along == {"customers.contact": 200, "customers.instrument": 200, "activities.activity": 100}
    assert Event.objects.count() == events + 1

    bin.restore(entry.pk, actor=boss)
    assert _hashes() == before
    gone_before.refresh_from_db()
    assert gone_before.deleted_at is not None
    assert [e.name for e in Deleted.objects.all()] == ["早已离职"]


def test_undo_of_the_deletion_and_of_the_restoration_keep_the_bin_true() -> None:
    boss, customer = actor("boss"), make.customer()
    make.contact(customer)
    before = _hashes()
    deleted = _delete(customer, boss)
    services.undo(deleted.pk, actor=boss)
    assert (_hashes(), Deleted.objects.count()) == (before, 0)
    _delete(Customer.objects.get(), boss)
    hidden = _hashes()
    event, _row = bin.restore(Deleted.objects.get().pk, actor=boss)
    services.undo(event.pk, actor=boss)
    assert _hashes() == hidden
    bin.restore(Deleted.objects.get().pk, actor=boss)
    assert _hashes() == before


def test_restored_objects_are_found_again() -> None:
    client, customer = _client(), make.customer()
    make.contact(customer, "赵文斌")
    client.post(f"/customers/{customer.pk}/delete")
    assert "赵文斌" not in client.get("/search/suggest?q=赵文斌").content.decode()
    assert client.post(f"/bin/{Deleted.objects.get().pk}/restore")["Location"] == f"/customers/{customer.pk}"
    assert "赵文斌" in client.get("/search/suggest?q=赵文斌").content.decode()


def test_nothing_comes_back_without_what_it_belongs_to() -> None:
    boss, customer = actor("boss"), make.customer()
    contact = make.contact(customer)
    event = services.delete(registry.by_slug("contacts"), actor=boss, target=contact)
    _delete(customer, boss)
    entry = Deleted.objects.get(subject="customers.contact")
    with pytest.raises(Conflict):
        bin.restore(entry.pk, actor=boss)
    with pytest.raises(Conflict):
        services.undo(event.pk, actor=boss)
    assert _live() == (0, 0, 0, 0)


def test_bin_shows_what_the_person_may_see_and_only_offers_what_is_theirs() -> None:
    home, other = unit("A"), unit("B")
    seller = person("seller", Role.ACCOUNT_MANAGER, home)
    boss = actor("boss")
    for name, place in (("甲厂", home), ("乙厂", other)):
        _delete(make.customer(name, unit=place), boss)
    client = Client()
    client.force_login(seller)
    page = client.get("/bin").content.decode()
    assert ("甲厂" in page, "乙厂" in page) == (True, False)
    for entry in Deleted.objects.all():
        assert client.post(f"/bin/{entry.pk}/restore").status_code == 404
    assert Customer.objects.filter(deleted_at=None).count() == 0
    with pytest.raises(NotFound):
        bin.restore(Deleted.objects.first().pk, actor=actor("lost", Role.LABORATORY_HEAD))
    assert "甲厂" in _client(username="boss2").get("/bin?q=甲").content.decode()
    assert "乙厂" not in _client(username="boss3").get("/bin?q=甲").content.decode()


def test_bin_and_history_take_the_same_queries_however_long() -> None:
    client = _client()
    counts: dict[str, list[int]] = {"/bin": [], "/history": []}
    for n in range(3):
        client.post(f"/customers/{make.customer(f'第{n}厂').pk}/delete")
        for url, seen in counts.items():
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            seen.append(len(queries))
    assert len(set(counts["/bin"])) == 1
    assert len(set(counts["/history"])) == 1


def test_purge_removes_what_is_old_with_its_journal_and_says_so() -> None:
    boss = actor("boss")
    old, young, needed = (make.customer(name) for name in ("旧厂", "新厂", "被并的"))
    make.contact(old, "旧人")
    Customer.objects.create(name="并入者", merged_into=needed, deleted_at=clock.now())
    for customer in (old, young, needed):
        _delete(customer, boss)
    Deleted.objects.exclude(name="新厂").update(at=clock.now() - timedelta(days=91))
    job = queue.enqueue("records.purge", title="x", actor=actor("admin", Role.ADMINISTRATOR))
    queue.run_waiting()
    job.refresh_from_db()
    assert job.result == {"purged": 1, "kept": 1}
    assert not Customer.objects.filter(pk=old.pk).exists()
    assert not Contact.objects.filter(name="旧人").exists()
    assert not RowJournal.objects.filter(model="customers.customer", row_id=old.pk).exists()
    assert set(Deleted.objects.values_list("name", flat=True)) == {"新厂", "被并的"}
    event = Event.objects.get(kind="bin.purged")
    assert event.payload["by_subject"] == {
        "customers.customer": 1, "customers.contact": 1, "customers.customername": 1, "customers.customersummary": 1,
    }  # fmt: skip


def test_only_administrators_purge_by_hand() -> None:
    customer = make.customer()
    boss = _client()
    boss.post(f"/customers/{customer.pk}/delete")
    assert boss.post("/bin/purge", {"days": 0}).status_code == 403
    with pytest.raises(NotAllowed):
        bin.purge(actor=actor("desk", Role.BUSINESS_DESK), days=0)
    admin = _client(Role.ADMINISTRATOR, "admin")
    assert admin.post("/bin/purge", {"days": "-1"}).status_code == 400
    assert admin.post("/bin/purge", {"days": 0}).status_code == 302
    assert Customer.objects.count() == 0


def test_history_offers_own_changes_and_tells_what_was_undone() -> None:
    client, customer = _client(), make.customer()
    _client(Role.DIRECTOR, "other").post(f"/customers/{make.customer('别人').pk}/delete")
    client.post(f"/customers/{customer.pk}/delete")
    event = Event.objects.order_by("-pk").first()
    page = client.get("/history").content.decode()
    assert f"/undo/{event.pk}" in page
    assert "别人" not in page
    client.post(f"/undo/{event.pk}")
    assert f"/undo/{event.pk}" not in client.get("/history").content.decode()
    Event.objects.filter(pk=event.pk).update(at=clock.now() - timedelta(days=31))
    assert customer.name not in client.get("/history").content.decode()


def test_big_changes_are_taken_back_in_the_background() -> None:
    client, customer = _client(), make.customer()
    for n in range(1_001):
        make.contact(customer, f"人{n}")
    client.post(f"/customers/{customer.pk}/delete")
    event = Event.objects.get(kind="customer.deleted")
    assert client.post(f"/undo/{event.pk}")["Location"].startswith("/jobs/")
    assert _live()[0] == 0
    queue.run_waiting()
    assert _live()[:2] == (1, 1_001)
