"""People and instruments follow the ledger and never undo what a person wrote."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hengke.engines.access import events, journal
from hengke.engines.access.actor import Actor
from hengke.modules.customers.models import Contact, Instrument
from hengke.modules.insight.services import derive, imports, resolve
from hengke.modules.orders.models import CommissionLine
from tests.factories import orders, people
from tests.factories.ledgers import bring, row, take_back, work

pytestmark = pytest.mark.django_db(transaction=True)


def run() -> None:
    resolve.run(actor=Actor.system(), report=lambda *_: None)
    derive.run(lambda *_: None)


def edit(record: Any, **values: Any) -> None:
    """Change a record as a page does: with an event and a journal."""
    before = journal.states([record])
    for name, value in values.items():
        setattr(record, name, value)
    record.version += 1
    record.save()
    event = events.record("changed", actor=people.actor(f"editor{record.pk}"), subject=record)
    journal.write(event, type(record), before, journal.states([record]))


def test_contacts_are_counted_by_name_and_phone() -> None:
    seen = {"联系人": "赵文斌", "联系电话": "13994281862"}
    bring([
        row("W1", 送检日期="2024-03-01", **seen), row("W2", 送检日期="2025-06-01", **seen),
        row("W3", 送检日期="2025-07-01", 联系人="赵文斌"), row("W4", 联系人="李敏", 联系电话="13855512345"),
    ])  # fmt: skip
    run()
    found = Contact.objects.order_by("-lines").values_list("name", "phone", "lines", "first_on", "last_on")
    assert list(found) == [
        ("赵文斌", "13994281862", 3, date(2024, 3, 1), date(2025, 7, 1)),
        ("李敏", "13855512345", 1, date(2025, 3, 1), date(2025, 3, 1)),
    ]


def test_an_instrument_is_known_by_its_serial_number_and_due_when_its_validity_ends() -> None:
    bring([
        row("W1", 检定日期="2024-03-08", 有效期至="2025-03-07"),
        row("W2", 送检日期="2025-03-02", 检定日期="2025-03-09", 有效期至="2026-03-08", 检定室="计量室"),
        row("W3", 出厂编号="B2", 检定日期="2025-03-09", 有效期至="2025-09-08"),
    ])  # fmt: skip
    run()
    found = Instrument.objects.order_by("serial").values_list(
        "serial", "submissions", "last_done", "due", "interval_months", "laboratory"
    )
    assert list(found) == [
        ("A1", 2, date(2025, 3, 9), date(2026, 3, 8), 12, "计量室"),
        ("B2", 1, date(2025, 3, 9), date(2025, 9, 8), 6, "压力室"),
    ]


def test_instruments_without_a_serial_number_are_counted_together() -> None:
    bring(
        [
            row("W1", 出厂编号="/"),
            row("W2", 出厂编号="无"),
            row("W3", 出厂编号=""),
            row("W4", 规格型号="Y-60", 出厂编号="/"),
        ]
    )
    run()
    found = Instrument.objects.order_by("model").values_list("model", "serial", "submissions")
    assert list(found) == [("Y-100", "", 3), ("Y-60", "", 1)]


def test_running_again_changes_nothing() -> None:
    bring([row("W1", 联系人="赵文斌", 有效期至="2026-03-07"), row("W2", 出厂编号="/")])
    run()
    before = list(Contact.objects.values()), list(Instrument.objects.values())
    run()
    assert (list(Contact.objects.values()), list(Instrument.objects.values())) == before


def test_a_corrected_phone_stays_corrected_and_is_still_recognised() -> None:
    bring([row("W1", 联系人="赵文斌", 联系电话="1399428186")])
    run()
    edit(Contact.objects.get(), phone="13994281862", name="赵文斌（科长）")
    bring([row("W2", 联系人="赵文斌", 联系电话="1399428186", 送检日期="2025-08-01")])
    run()
    contact = Contact.objects.get()
    assert (contact.phone, contact.name, contact.lines, contact.last_on) == (
        "13994281862", "赵文斌（科长）", 2, date(2025, 8, 1),
    )  # fmt: skip


def test_a_due_date_set_by_a_person_wins_over_the_ledger() -> None:
    bring([row("W1", 有效期至="2026-03-07")])
    run()
    edit(Instrument.objects.get(), due=date(2026, 1, 1))
    bring([row("W2", 有效期至="2027-03-07", 送检日期="2026-03-01")])
    run()
    instrument = Instrument.objects.get()
    assert (instrument.due, instrument.submissions) == (date(2026, 1, 1), 2)


def test_records_of_an_undone_import_go_and_those_of_people_stay() -> None:
    done = bring([row("W1", 联系人="赵文斌"), row("W2", 联系人="李敏")])
    run()
    edit(Contact.objects.get(name="李敏"), role="采购")
    take_back(done)
    run()
    assert list(Contact.objects.values_list("name", flat=True)) == ["李敏"]
    assert Instrument.objects.count() == 0


def test_an_instrument_that_a_commission_names_is_put_out_of_sight_and_comes_back() -> None:
    done = bring([row("W1", 出厂编号="A77"), row("W2", 器具名称="卡尺", 出厂编号="B1")])
    bring([row("W3", 器具名称="天平", 出厂编号="C1")], name="b.csv")
    run()
    named = Instrument.objects.get(serial="A77")
    order = orders.commission(named.customer, "压力表")
    CommissionLine.objects.filter(commission=order).update(instrument=named)
    take_back(done)
    run()
    left = Instrument._base_manager.order_by("serial")
    assert [(each.serial, each.deleted_at is None) for each in left] == [("A77", False), ("C1", True)]
    run()
    imports.start(done, actor=Actor.system())
    work(refresh=False)
    run()
    left = Instrument.objects.order_by("serial")
    assert [(each.pk == named.pk, each.serial) for each in left] == [
        (True, "A77"),
        (False, "B1"),
        (False, "C1"),
    ]
    assert not left.exclude(deleted_at=None).exists()
