"""Twenty desks take orders of one customer at the same time: no number twice, no instrument twice, every sum right."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import RowJournal
from hengke.modules.customers.models import Instrument
from hengke.modules.orders.models import Commission, CommissionLine, Passage
from hengke.modules.orders.services import commissions, pasting
from tests.factories import customers as make
from tests.factories import orders
from tests.factories.people import person

DESKS, LINES = 20, 15
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_twenty_intakes_at_once_keep_every_invariant() -> None:
    actor, customer = Actor.of(person("boss")), make.customer()
    orders.item("千分尺", price=Decimal("33.33"))
    failures: list[BaseException] = []
    gate = threading.Barrier(DESKS)

    def take() -> None:
        try:
            gate.wait()
            text = "\n".join(f"千分尺\t0-25\tS{n}" for n in range(LINES))
            entries = pasting.match(pasting.read(text), customer)
            commissions.create(actor=actor, values={"customer": customer.pk}, entries=entries, received=True)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    desks = [threading.Thread(target=take) for _desk in range(DESKS)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert failures == []

    made = list(Commission.objects.order_by("number"))
    assert [row.number[-5:] for row in made] == [f"{n:05}" for n in range(1, DESKS + 1)]
    assert len({row.code for row in made}) == DESKS
    for row in made:
        lines = row.lines.aggregate(amount=Sum("amount"))
        assert (row.line_count, row.amount) == (LINES, lines["amount"])
        assert row.amount == Decimal("33.33") * LINES
    assert Instrument.objects.filter(customer=customer).count() == LINES
    assert set(Instrument.objects.values_list("state", flat=True)) == {"at_laboratory"}
    assert Passage.objects.count() == CommissionLine.objects.count() == DESKS * LINES
    assert RowJournal.objects.filter(model="orders.commissionline").count() == DESKS * LINES
