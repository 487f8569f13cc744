"""What was saved, beside what came back by itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import WorkKind
from hengke.modules.insight.models import WorkItem
from hengke.modules.insight.services.work import measuring
from tests.factories import customers as make
from tests.factories import work
from tests.factories.ledgers import bring, row

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
LONG_AGO = clock.now() - timedelta(days=100)


def _item(name: str, last: date | None, *, acted: bool, **values: Any) -> WorkItem:
    customer = make.customer(name)
    make.summary(customer, last_on=last)
    made = work.item(customer, acted_at=LONG_AGO if acted else None, **values)
    WorkItem.objects.filter(pk=made.pk).update(created_at=LONG_AGO)
    return made


def test_both_groups_are_counted_from_their_own_day() -> None:
    today, before = clock.today(), date(2025, 3, 1)
    for n in range(4):
        _item(f"访{n}", today if n < 3 else before, acted=True)
    for n in range(5):
        _item(f"未{n}", today if n < 1 else before, acted=False)
    found = measuring.saved(SYSTEM, WorkKind.CHURN)
    assert found is not None
    assert (found.came, found.uplift.treated, found.came_anyway, found.uplift.others) == (3, 4, 1, 5)
    assert found.uplift.difference == pytest.approx(0.55)
    assert found.waiting == 0


def test_what_is_too_young_waits() -> None:
    customer = make.customer()
    make.summary(customer, last_on=clock.today())
    work.item(customer, acted_at=clock.now())
    found = measuring.saved(SYSTEM, WorkKind.CHURN)
    assert found is not None
    assert (found.uplift.treated, found.waiting) == (0, 1)


def test_what_came_in_since_the_action_is_summed() -> None:
    day = clock.today() - timedelta(days=10)
    bring(
        [row("W1", 送检日期=str(day), 应收费="120.00"), row("W2", 送检日期="2020-01-01", 应收费="50.00")],
        refresh=True,
    )
    customer = Customer.objects.get()
    make.summary(customer, last_on=day)
    work.item(customer, acted_at=LONG_AGO)
    found = measuring.saved(SYSTEM, WorkKind.CHURN)
    assert found is not None
    assert (found.amount, found.came) == (Decimal("120.00"), 1)


def test_where_the_ledger_cannot_tell_nothing_is_said() -> None:
    assert measuring.saved(SYSTEM, WorkKind.OVERDUE) is None
