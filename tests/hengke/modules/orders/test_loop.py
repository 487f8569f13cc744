"""The loop: due -> notice -> answer -> commission -> labels -> two laboratories -> certificates -> next due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, NotAllowed, NotFound
from hengke.modules.customers.models import Customer, Instrument
from hengke.modules.orders.models import Certificate, Commission, CommissionLine, RecallProposal
from hengke.modules.orders.services import certificates, commissions, passing, pasting, recall
from tests.factories import customers as make
from tests.factories import orders
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)


@pytest.fixture
def boss() -> Actor:
    return actor("boss")


@pytest.fixture
def customer() -> Customer:
    return make.customer()


@pytest.fixture(autouse=True)
def first_of_june() -> Any:
    with clock.at(NOW):
        yield


def fleet(customer: Customer, count: int, laboratory: str = "压力室", due: date = date(2026, 6, 20)) -> None:
    for number in range(count):
        make.instrument(
            customer,
            "压力表",
            serial=f"{laboratory}{number}",
            laboratory=laboratory,
            due=due,
            interval_months=12,
        )


def test_the_whole_loop(boss: Actor, customer: Customer) -> None:
    editor, reviewer = actor("editor"), actor("reviewer")
    orders.item("压力表", laboratory="压力室", price=Decimal("30.00"), promised_days=5)
    orders.item("压力表", laboratory="温度室", price=Decimal("40.00"))
    fleet(customer, 3)
    fleet(customer, 2, "温度室")
    fleet(make.customer("合肥另一家"), 1, due=date(2027, 1, 1))

    made = recall.propose(actor=boss, due_from=TODAY, due_to=TODAY + timedelta(days=30))
    assert made == {"proposals": 1, "instruments": 5}
    again = recall.propose(actor=boss, due_from=TODAY, due_to=TODAY + timedelta(days=60))
    assert again == {"proposals": 0, "instruments": 0}

    proposal = RecallProposal.objects.get()
    with pytest.raises(Conflict):
        recall.convert(proposal.pk, actor=boss)  # nobody was told yet
    recall.release([proposal.pk], actor=boss)
    recall.answer(proposal.pk, "comes", actor=boss)
    commission = recall.convert(proposal.pk, actor=boss)
    assert (commission.line_count, commission.amount) == (5, Decimal("170.00"))
    assert commission.promised_on == date(2026, 6, 6)
    assert RecallProposal.objects.get().commission == commission

    lines = list(commission.lines.order_by("position"))
    commissions.review(commission, actor=boss, promised_on=None, conditions="")
    ids = [line.pk for line in lines]
    passing.advance(ids, "received", actor=boss)
    assert set(Instrument.objects.filter(customer=customer).values_list("state", flat=True)) == {
        "at_laboratory"
    }
    passing.advance(ids, "accepted", actor=boss)
    passing.advance(ids, "in_test", actor=editor)
    papers = list(Certificate.objects.filter(line__in=ids).values_list("pk", flat=True))
    assert len(papers) == 5
    certificates.edit(papers, actor=editor, done_on=date(2026, 6, 3))
    with pytest.raises(NotAllowed):
        certificates.review(papers, actor=editor)
    certificates.review(papers, actor=reviewer)
    certificates.issue(papers, actor=reviewer)
    commission.refresh_from_db()
    assert (commission.state, commission.done_count) == ("ready", 5)
    assert set(Instrument.objects.filter(customer=customer).values_list("due", flat=True)) == {
        date(2027, 6, 2)
    }
    certificates.collect(papers, actor=boss, delivered_to="赵文斌")
    commission.refresh_from_db()
    assert commission.state == "closed"
    assert set(Instrument.objects.filter(customer=customer).values_list("state", flat=True)) == {"in_use"}

    next_year = recall.propose(actor=boss, due_from=date(2027, 5, 1), due_to=date(2027, 6, 30))
    assert next_year == {"proposals": 1, "instruments": 5}


def test_every_step_is_taken_back_with_all_that_followed(boss: Actor, customer: Customer) -> None:
    from hengke.engines.records.writing import services as records

    fleet(customer, 2)
    commission = commissions.create(
        actor=boss, values={"customer": customer.pk},
        entries=pasting.of_instruments(list(Instrument.objects.all())), received=True,
    )  # fmt: skip
    ids = list(commission.lines.values_list("pk", flat=True))
    event = passing.advance(ids, "accepted", actor=boss)
    assert Certificate.objects.count() == 2
    records.undo(event.pk, actor=boss)
    assert set(CommissionLine.objects.values_list("state", flat=True)) == {"received"}
    assert not Certificate.objects.filter(deleted_at=None).exists()
    passing.advance(ids, "accepted", actor=boss)
    assert Certificate.objects.filter(deleted_at=None).count() == 2
    assert set(Instrument.objects.values_list("state", flat=True)) == {"at_laboratory"}


def test_a_line_takes_only_the_steps_there_are(boss: Actor, customer: Customer) -> None:
    line = orders.line(customer)
    with pytest.raises(Conflict) as refused:
        passing.advance([line.pk], "in_test", actor=boss)
    assert refused.value.code == "no_such_step"
    with pytest.raises(Conflict) as refused:
        passing.advance([line.pk], "collected", actor=boss)
    assert refused.value.code == "by_certificate"


def test_a_laboratory_passes_its_own_lines_only(customer: Customer) -> None:
    own, other = orders.line(customer, "千分尺", "长度室"), orders.line(customer, "压力表", "压力室")
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    passing.advance([own.pk], "received", actor=head)
    with pytest.raises(NotFound):
        passing.advance([own.pk, other.pk], "accepted", actor=head)
    assert CommissionLine.objects.get(pk=own.pk).state == "received"


def test_an_unknown_serial_number_becomes_an_instrument_of_the_customer(
    boss: Actor, customer: Customer
) -> None:
    entries = pasting.match(pasting.read("名称\t型号\t编号\n千分尺\t0-25\tA1\n千分尺\t0-25\t/\n"), customer)
    made = commissions.create(actor=boss, values={"customer": customer.pk}, entries=entries)
    first, second = made.lines.order_by("position")
    assert first.instrument is not None
    assert (first.instrument.serial, first.instrument.customer_id) == ("A1", customer.pk)
    assert second.instrument is None
    assert [first.label, second.label] == [f"{made.number}-001", f"{made.number}-002"]


def test_scrapped_instruments_are_not_asked_for_again(boss: Actor, customer: Customer) -> None:
    fleet(customer, 2)
    recall.propose(actor=boss, due_from=TODAY, due_to=TODAY + timedelta(days=30))
    proposal = RecallProposal.objects.get()
    recall.release([proposal.pk], actor=boss)
    recall.answer(proposal.pk, "scrapped", actor=boss)
    assert set(Instrument.objects.values_list("state", flat=True)) == {"scrapped"}


def test_pages_of_the_loop_in_the_hands_of_the_desk(customer: Customer) -> None:
    client = Client()
    client.force_login(person("desk", Role.BUSINESS_DESK))
    orders.item("千分尺", price=Decimal("25.00"))
    pasted = "\n".join(f"千分尺\t0-25\tS{n}" for n in range(120))
    head = {
        "customer": customer.name,
        "received_on": "2026-06-01",
        "kind": "third_party",
        "channel": "counter",
    }
    shown = client.post("/intake", head | {"lines": pasted})
    assert shown.status_code == 200
    assert "3,000.00" in shown.content.decode()
    assert not Commission.objects.exists()
    stored = client.post("/intake", head | {"lines": pasted, "save": "1", "received": "on"})
    commission = Commission.objects.get()
    assert stored.headers["Location"] == f"/commissions/{commission.pk}"
    assert (commission.line_count, commission.amount) == (120, Decimal("3000.00"))
    assert client.get(f"/commissions/{commission.pk}").status_code == 200
    assert client.get(f"/commissions/{commission.pk}/labels").content.count(b"<svg") >= 120
    ids = list(commission.lines.values_list("pk", flat=True))
    answer = client.post("/worklist/step", {"at": "received", "step": "accept", "line": ids})
    assert answer.status_code == 302
    assert set(commission.lines.values_list("state", flat=True)) == {"accepted"}


def test_anybody_with_number_and_code_learns_how_far_it_is(customer: Customer) -> None:
    commission = orders.commission(customer, "千分尺", "卡尺")
    client = Client()
    known = client.get("/status", {"number": commission.number, "code": commission.code.lower()})
    assert known.status_code == 200
    assert "2" in known.content.decode()
    assert customer.name not in known.content.decode()
    assert client.get("/status", {"number": commission.number, "code": "WRONG234"}).status_code == 404
    paper = orders.certificate(customer, state="to_review")
    assert client.get(f"/verify/{paper.code}").status_code == 404
    Certificate.objects.filter(pk=paper.pk).update(state="collected", issued_on=TODAY)
    assert paper.number in client.get(f"/verify/{paper.code}").content.decode()
