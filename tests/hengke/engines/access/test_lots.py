"""Whatever is done by hand to the rows of the journal, verification names the event and, where it can, the row."""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from hengke.engines.access import events, journal, lots
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, EventSeal, JournalLot, RowJournal
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bin, many, services
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import actor
from tests.support.byhand import WITHOUT_GAPS, sql

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def _write(count: int, kind: str = "note", event: Event | None = None) -> Event:
    """An event with journalled rows of `count` customers, as a write leaves it."""
    event = event or events.record(kind, actor=SYSTEM)
    rows = [make.customer(f"{kind}{n}厂") for n in range(count)]
    before = journal.states(rows)
    for row in rows:
        row.city = "黄山市"
    journal.write(event, Customer, before, journal.states(rows))
    return event


@pytest.fixture(params=["sealed", "not sealed yet"])
def three(request: pytest.FixtureRequest) -> list[Event]:
    """Three events with three rows each."""
    made = [_write(3, f"note{n}") for n in range(3)]
    if request.param == "sealed":
        assert events.seal_pending() == 6
        assert events.seal_pending() == 0
    assert events.verify().broken is None
    return made


def _rows(event: Event) -> list[RowJournal]:
    return list(RowJournal.objects.filter(event=event).order_by("pk"))


def mend() -> None:
    """References must hold at a test's end."""
    for table in ("eventseal", "rowjournal", "journallot"):
        sql(f"DELETE FROM access_{table}")


@pytest.mark.parametrize(("column", "value"), [
    ("model", "customers.contact"), ("row_id", 77), ("before", '{"city": "芜湖市"}'), ("after", None), ("before", None),
    ("digest", "0" * 32),
])  # fmt: skip
def test_a_changed_row_is_named(three: list[Event], column: str, value: Any) -> None:
    row = _rows(three[1])[1]
    sql(f"UPDATE access_rowjournal SET {column} = %s WHERE id = %s", value, row.pk)
    verdict = events.verify()
    if column == "digest":
        # The lot vouches for the rows; the row's own digest only helps to find which one was changed.
        assert verdict.broken is None
        return
    assert verdict.broken == three[1].pk
    changed = RowJournal.objects.get(pk=row.pk)
    assert verdict.row == f"{changed.model} #{changed.row_id}"
    with pytest.raises(CommandError, match=f"{three[1].pk}.*{verdict.row}"):
        call_command("audit", "verify", stdout=StringIO())


def test_a_row_changed_with_its_own_digest_is_told_by_the_lot(three: list[Event]) -> None:
    row = _rows(three[1])[1]
    entry = (row.event_id, row.model, row.row_id, lots.text({"city": "x"}), lots.text(row.after))
    sql("UPDATE access_rowjournal SET before = %s, digest = %s WHERE id = %s", '{"city": "x"}',
        lots.row_digest(row.lot.salt, entry), row.pk)  # fmt: skip
    assert events.verify().broken == three[1].pk


def test_a_row_moved_to_another_event_is_told(three: list[Event]) -> None:
    sql("UPDATE access_rowjournal SET event_id = %s WHERE id = %s", three[2].pk, _rows(three[1])[0].pk)
    assert events.verify().broken == three[1].pk


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_removed_row_is_told(three: list[Event], at: int) -> None:
    sql("DELETE FROM access_rowjournal WHERE id = %s", _rows(three[1])[at].pk)
    verdict = events.verify()
    assert (verdict.broken, verdict.why) == (three[1].pk, "rows of its journal are gone")


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_removed_lot_is_told_with_its_event(three: list[Event], at: int) -> None:
    lot = three[at].lots.get()  # type: ignore[attr-defined]
    was_sealed = EventSeal.objects.exists()
    if not was_sealed and (at == 0 or not WITHOUT_GAPS):
        return  # nothing before the first lot of all says that there was one; a second later a seal does
    sql("DELETE FROM access_rowjournal WHERE lot_id = %s", lot.pk)
    sql("DELETE FROM access_journallot WHERE id = %s", lot.pk)
    verdict = events.verify()
    # Not sealed yet, the gap shows at the next lot, and at the end by the number that was given last.
    assert verdict.broken == (three[at].pk if was_sealed or at == 2 else three[at + 1].pk)
    mend()


def test_an_inserted_row_is_told(three: list[Event]) -> None:
    lot = three[1].lots.get()  # type: ignore[attr-defined]
    entry = (three[1].pk, "customers.customer", 1, None, lots.text({"name": "x"}))
    insert = (
        "INSERT INTO access_rowjournal (event_id, model, row_id, before, after, lot_id, digest) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)"
    )
    sql(insert, *entry, lot.pk, lots.row_digest(lot.salt, entry))
    verdict = events.verify()
    assert (verdict.broken, verdict.why) == (three[1].pk, "rows of its journal were put in later")
    sql("DELETE FROM access_rowjournal WHERE row_id = 1 AND before IS NULL AND event_id = %s", three[1].pk)
    sql(insert, *entry, 9_999_999, "0" * 32)
    verdict = events.verify()
    assert (verdict.broken, verdict.row) == (three[1].pk, "customers.customer #1")
    mend()


def test_rows_that_a_job_adds_later_are_sealed_too() -> None:
    event = _write(2)
    events.seal_pending()
    _write(2, "more", event)
    assert events.verify() == events.Verdict(verified=1, broken=None, unsealed=0)
    assert events.seal_pending() == 1
    assert event.lots.count() == 2  # type: ignore[attr-defined]
    last = RowJournal.objects.latest("pk")
    sql("DELETE FROM access_rowjournal WHERE id = %s", last.pk)
    assert events.verify().broken == event.pk


def test_bulk_work_and_its_undo_leave_a_chain_that_holds() -> None:
    boss = actor("boss")
    made = [make.customer(f"{n}厂") for n in range(5)]
    chosen = many.Selection(Catalogue(registry.by_slug("customers"), boss), None)
    changes = many.read_changes(chosen.catalogue, [{"field": "city", "how": "set", "value": "黄山市"}])
    event = Event.objects.get(pk=many.edit(chosen, changes)["event"])
    assert event.lots.get().count == 5  # type: ignore[attr-defined]
    services.undo(event.pk, actor=boss)
    many.remove(chosen)
    events.seal_pending()
    assert events.verify().broken is None
    assert {c.pk for c in made} == {row.row_id for row in _rows(event)}
    assert not Customer.objects.filter(deleted_at=None).exists()


def test_purging_takes_rows_out_and_an_event_vouches_for_the_rest() -> None:
    boss = actor("admin", "administrator")
    kept, gone = make.customer("留厂"), make.customer("去厂")
    chosen = many.Selection(Catalogue(registry.by_slug("customers"), boss), None)
    changes = many.read_changes(chosen.catalogue, [{"field": "city", "how": "set", "value": "黄山市"}])
    many.edit(chosen, changes)
    registry.by_slug("customers").delete(actor=boss, target=gone)
    events.seal_pending()
    assert bin.purge(actor=boss, days=0)["purged"] == 1
    assert {row.row_id for row in RowJournal.objects.filter(model="customers.customer")} == {kept.pk}
    assert events.verify().broken is None
    events.seal_pending()
    assert events.verify().broken is None
    row = RowJournal.objects.get(model="customers.customer")
    sql("UPDATE access_rowjournal SET after = %s WHERE id = %s", '{"city": "x"}', row.pk)
    assert events.verify().row == f"customers.customer #{kept.pk}"


def test_rows_from_before_lots_get_theirs() -> None:
    first, second = _write(3, "a"), _write(2, "b")
    # As they were: the column may be empty only before the migration, so the rows go back in through it.
    rows = [
        (r.pk, r.event_id, r.model, r.row_id, r.before, r.after) for r in RowJournal.objects.order_by("pk")
    ]
    RowJournal.objects.all().delete()
    JournalLot.objects.all().delete()
    outer, made = JournalLot.objects.create(event=first, count=0, salt="", digest=""), []
    for pk, event, model, row_id, before, after in rows:
        states = {"before": before, "after": after}
        made.append(RowJournal(pk=pk, event_id=event, model=model, row_id=row_id, lot=outer, **states))
    RowJournal.objects.bulk_create(made)
    migration = import_module("hengke.engines.access.migrations.0006_lots_of_old_rows")
    migration.give_lots(apps, SimpleNamespace(connection=connection))
    outer.delete()
    assert {lot.event_id: lot.count for lot in JournalLot.objects.all()} == {first.pk: 3, second.pk: 2}
    assert all(found.changed == "" for found in lots.look(list(JournalLot.objects.all())).values())
    assert all(lots.look([lot])[lot.pk].digest == lot.digest for lot in JournalLot.objects.all())
