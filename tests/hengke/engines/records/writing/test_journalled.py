"""Many rows under one event: written, told, and put back as they were."""

from __future__ import annotations

import pytest

from hengke.engines.access import events, journal
from hengke.engines.records.writing import journalled, services
from hengke.modules.customers.models import Instrument
from tests.factories import customers as make
from tests.factories.people import actor

pytestmark = pytest.mark.django_db


def test_rows_are_written_with_their_journal_and_come_back() -> None:
    boss, customer = actor("boss"), make.customer()
    rows = [make.instrument(customer, f"千分尺{n}", maker="哈量") for n in range(3)]
    before = journal.states(rows)
    event = events.record("instrument.edited", actor=boss)
    for row in rows:
        row.maker = "上量"
    journalled.store(event, rows, before, ("maker",))
    stored = list(Instrument.objects.order_by("pk").values_list("maker", "version"))
    assert stored == [("上量", 2)] * 3
    services.undo(event.pk, actor=boss)
    assert set(Instrument.objects.values_list("maker", flat=True)) == {"哈量"}


def test_nothing_to_write_writes_nothing() -> None:
    event = events.record("instrument.edited", actor=actor("boss"))
    journalled.store(event, [], {}, ("maker",))
    assert not journal.RowJournal.objects.filter(event=event).exists()
