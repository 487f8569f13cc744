"""The lists follow the data; what people did stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.modules.insight.enums import Band, ScoreKind, WorkKind, WorkResult, WorkState
from hengke.modules.insight.models import ModelVersion, WorkItem
from hengke.modules.insight.services import costs
from hengke.modules.insight.services.work import candidates, filling
from hengke.modules.insight.services.work.candidates import Candidate
from tests.factories import customers as make
from tests.factories import scores, work
from tests.factories.ledgers import bring, row
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db
DAY = date(2025, 12, 31)


def _one(customer: int, amount: int = 100) -> Candidate:
    return Candidate(customer, Decimal(amount), [("open", {"amount": str(amount)})], "remind", 0.7)


def test_new_customers_come_and_those_that_no_longer_belong_go() -> None:
    first, second = make.customer("甲"), make.customer("乙")
    assert filling.put(WorkKind.OVERDUE, [_one(first.pk), _one(second.pk)], DAY) == {
        "new": 2, "renewed": 0, "gone": 0,
    }  # fmt: skip
    assert filling.put(WorkKind.OVERDUE, [_one(first.pk, 300)], DAY) == {"new": 0, "renewed": 1, "gone": 1}
    kept, gone = (WorkItem.objects.get(customer=customer) for customer in (first, second))
    assert (kept.amount, kept.state, kept.reasons) == (300, WorkState.OPEN, [["open", {"amount": "300"}]])
    assert (gone.state, gone.result) == (WorkState.CLOSED, WorkResult.GONE)


def test_what_somebody_took_stays_whatever_the_figures_say() -> None:
    customer = make.customer("甲")
    taken = work.item(customer, owner=person("who"), state=WorkState.ACTED, action="call", plan="聊过")
    filling.put(WorkKind.CHURN, [_one(customer.pk, 5)], DAY)
    filling.put(WorkKind.CHURN, [], DAY)
    taken.refresh_from_db()
    assert (taken.state, taken.action, taken.plan, taken.amount) == (WorkState.ACTED, "call", "聊过", 5)


def test_a_customer_whose_item_was_closed_by_a_person_stays_away_for_a_while() -> None:
    customer = make.customer("甲")
    closed = work.item(customer, state=WorkState.CLOSED, result=WorkResult.KEPT, closed_at=clock.now())
    assert filling.put(WorkKind.CHURN, [_one(customer.pk)], DAY)["new"] == 0
    WorkItem.objects.filter(pk=closed.pk).update(closed_at=clock.now() - timedelta(days=91))
    assert filling.put(WorkKind.CHURN, [_one(customer.pk)], DAY)["new"] == 1


def test_who_only_dropped_off_comes_again_at_once() -> None:
    customer = make.customer("甲")
    work.item(customer, state=WorkState.CLOSED, result=WorkResult.GONE, closed_at=clock.now())
    assert filling.put(WorkKind.CHURN, [_one(customer.pk)], DAY)["new"] == 1


def test_of_two_open_items_after_a_merge_the_taken_one_stays() -> None:
    customer = make.customer("甲")
    free, taken = work.item(customer), work.item(customer, owner=person("who"), state=WorkState.CLAIMED)
    filling.put(WorkKind.CHURN, [_one(customer.pk)], DAY)
    assert WorkItem.objects.get(pk=free.pk).state == WorkState.CLOSED
    assert WorkItem.objects.get(pk=taken.pk).state == WorkState.CLAIMED


def test_deleted_customers_are_on_no_list() -> None:
    customer = make.customer("甲", deleted_at=clock.now())
    assert filling.put(WorkKind.CHURN, [_one(customer.pk)], DAY)["new"] == 0


def test_who_may_leave_comes_from_the_scores_with_facts_of_the_ledger() -> None:
    large, gone, safe = make.customer("甲"), make.customer("乙"), make.customer("丙")
    make.summary(
        large, tier="vip", last_on=date(2025, 6, 4), this_year=Decimal(10), last_year=Decimal(90), due_soon=3
    )
    scores.score(large, value=0.81, expected_loss=Decimal("500.00"))
    scores.score(gone, value=1.0, band=Band.GONE, expected_loss=None)
    scores.score(safe, value=0.1, band=Band.GOOD, expected_loss=Decimal("1.00"))
    ModelVersion.objects.update(threshold={"probability": 0.5})
    (found,) = candidates.leaving()
    assert (found.customer, found.amount, found.probability, found.suggestion) == (
        large.pk,
        500,
        0.81,
        "visit",
    )
    assert found.reasons == [
        ("silent", {"last": "2025-06-04", "days": 210}), ("less", {"this": "10.00", "last": "90.00"}),
        ("due", {"count": 3}),
    ]  # fmt: skip
    assert found.made_by == "churn 1"


def test_who_is_worth_an_action_is_warned_of_before_the_band_is_poor() -> None:
    near, safe = make.customer("甲"), make.customer("乙")
    scores.score(near, value=0.3, band=Band.GOOD, expected_loss=Decimal("80.00"))
    scores.score(safe, value=0.1, band=Band.GOOD, expected_loss=Decimal("900.00"))
    ModelVersion.objects.update(threshold={"probability": 0.25})
    assert [found.customer for found in candidates.leaving()] == [near.pk]


def test_the_surer_the_delay_the_sooner_the_money() -> None:
    for value, name in ((0.7, "甲"), (0.5, "乙"), (0.3, "丙")):
        scores.score(
            make.customer(name),
            ScoreKind.LATE,
            value,
            expected_loss=Decimal(value * 1000).quantize(Decimal("0.01")),
        )
    ModelVersion.objects.update(threshold={"probability": 0.2})
    assert [found.suggestion for found in candidates.paying_late()] == ["prepay", "limit", "remind"]


def test_who_did_not_return_is_lost() -> None:
    left, here = make.customer("甲"), make.customer("乙")
    make.summary(left, this_year=0, last_year=Decimal("70.00"), last_on=date(2024, 12, 1))
    make.summary(here, this_year=5, last_year=Decimal("70.00"))
    assert [(found.customer, found.amount) for found in candidates.lost(DAY)] == [(left.pk, 70)]


def test_before_the_first_import_nothing_happens() -> None:
    assert filling.run() == {}


def test_several_asked_for_are_one() -> None:
    boss = actor("boss")
    assert filling.ask(actor=boss).pk == filling.ask(actor=boss).pk


@pytest.mark.django_db(transaction=True)
def test_a_whole_round_over_a_ledger_fills_what_needs_no_scores() -> None:
    lines = [row(f"W{n}", 送检日期=f"2024-0{n}-01", 应收费="300.00", 实收费="0.00") for n in range(1, 5)]
    bring(
        [*lines, row("W9", 送检日期="2025-03-01", 单位名称="芜湖造船厂", 应收费="80.00", 实收费="0.00")],
        refresh=True,
    )
    costs.declare({"keeping": 90}, actor=Actor.system())
    assert filling.run()["misuse"] == {"new": 0, "renewed": 1, "gone": 0}  # the import had it filled already
    kinds = {
        kind: set(WorkItem.objects.filter(kind=kind).values_list("customer__name", flat=True))
        for kind in WorkKind
    }
    assert "芜湖造船厂" in kinds[WorkKind.UNPROFITABLE]
    assert kinds[WorkKind.MISUSE] == {"合肥供水集团有限公司"}
