"""Taking, acting, closing: who may, who is told, what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.notices.models import Notice
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotAllowed, NotFound
from hengke.modules.activities.enums import ActivityKind, ActivityState
from hengke.modules.activities.models import Activity
from hengke.modules.insight.enums import WorkKind, WorkState
from hengke.modules.insight.models import WorkItem
from hengke.modules.insight.services.work import acting
from tests.factories import customers as make
from tests.factories import work
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Actor:
    return actor("boss")


def test_who_takes_an_item_has_it_and_the_manager_is_told(boss: Actor) -> None:
    manager = person("manager", Role.ACCOUNT_MANAGER, unit("客户一部"))
    row = acting.claim(work.item(make.customer(owner=manager, unit=manager.unit)).pk, actor=boss)
    assert (row.state, row.owner_id) == (WorkState.CLAIMED, boss.user_id)
    notice = Notice.objects.get()
    assert (notice.recipient_id, notice.kind, notice.subject_id) == (manager.pk, "work", row.customer_id)
    assert Event.objects.get(kind="work.claimed").party_id == row.customer_id


def test_the_second_is_told_who_was_faster(boss: Actor) -> None:
    row = work.item(make.customer())
    acting.claim(row.pk, actor=boss)
    other = actor("second")
    with pytest.raises(Conflict, match="boss took this"):
        acting.claim(row.pk, actor=other)
    with pytest.raises(Conflict, match="boss took this"):
        acting.act(row.pk, "call", plan="", actor=other)
    assert acting.claim(row.pk, actor=boss).owner_id == boss.user_id


def test_a_call_that_was_made_is_a_done_activity(boss: Actor) -> None:
    row = acting.act(work.item(make.customer()).pk, "call", plan="客户说在比价", actor=boss)
    made = Activity.objects.get()
    assert (made.kind, made.state, made.customer_id, made.text) == (
        ActivityKind.CALL, ActivityState.DONE, row.customer_id, "客户说在比价",
    )  # fmt: skip
    assert (row.state, row.action, row.activity_id) == (WorkState.ACTED, "call", made.pk)


def test_what_is_planned_is_an_open_activity_of_that_day(boss: Actor) -> None:
    day = clock.today() + timedelta(days=3)
    acting.act(work.item(make.customer()).pk, "offer", plan="九折", on=day, actor=boss)
    made = Activity.objects.get()
    assert (made.kind, made.state) == (ActivityKind.TASK, ActivityState.OPEN)
    assert made.starts_at is not None
    assert made.starts_at.astimezone(clock.CHINA).date() == day


def test_watching_makes_no_activity(boss: Actor) -> None:
    assert acting.act(work.item(make.customer()).pk, "watch", plan="", actor=boss).state == WorkState.ACTED
    assert not Activity.objects.exists()


def test_an_action_and_a_result_must_fit_the_list(boss: Actor) -> None:
    row = work.item(make.customer())
    with pytest.raises(InputError, match="what you want to do"):
        acting.act(row.pk, "raise", plan="", actor=boss)
    with pytest.raises(InputError, match="what came of it"):
        acting.close(row.pk, "paid", note="", actor=boss)
    row.refresh_from_db()
    assert (row.state, row.owner_id) == (WorkState.OPEN, None)


def test_a_judgement_needs_its_reason(boss: Actor) -> None:
    row = work.item(make.customer(), WorkKind.MISUSE)
    with pytest.raises(InputError, match="Say why"):
        acting.close(row.pk, "harmless", note=" ", actor=boss)
    closed = acting.close(row.pk, "harmless", note="财政年底统一付款", actor=boss)
    assert (closed.state, closed.result, closed.closed_by_id) == (WorkState.CLOSED, "harmless", boss.user_id)


def test_what_is_closed_can_be_taken_up_again_but_not_twice(boss: Actor) -> None:
    row = acting.close(work.item(make.customer()).pk, "kept", note="", actor=boss)
    with pytest.raises(Conflict, match="closed meanwhile"):
        acting.claim(row.pk, actor=boss)
    assert acting.reopen(row.pk, actor=boss).state == WorkState.CLAIMED
    acting.close(row.pk, "kept", note="", actor=boss)
    work.item(row.customer)
    with pytest.raises(Conflict, match="on the list again"):
        acting.reopen(row.pk, actor=boss)


def test_an_item_goes_back_by_who_has_it_or_who_hands_work_over(boss: Actor) -> None:
    home = unit("客户一部")
    manager = actor("manager", Role.ACCOUNT_MANAGER, home)
    row = work.item(make.customer(owner_id=manager.user_id, unit=home))
    acting.claim(row.pk, actor=manager)
    assert acting.release(row.pk, actor=boss).owner_id is None
    assert Notice.objects.get().recipient_id == manager.user_id
    acting.claim(row.pk, actor=boss)
    with pytest.raises(Conflict):
        acting.release(row.pk, actor=manager)


def test_others_customers_are_out_of_reach() -> None:
    home = unit("客户一部")
    mate, stranger = person("mate", Role.ACCOUNT_MANAGER, home), unit("客户二部")
    me = actor("me", Role.ACCOUNT_MANAGER, home)
    of_mate = work.item(make.customer("甲", owner=mate, unit=home))
    elsewhere = work.item(make.customer("乙", unit=stranger))
    with pytest.raises(NotAllowed):
        acting.claim(of_mate.pk, actor=me)
    with pytest.raises(NotFound):
        acting.claim(elsewhere.pk, actor=me)
    with pytest.raises(NotAllowed):
        acting.claim(of_mate.pk, actor=actor("desk", Role.BUSINESS_DESK))
    assert not WorkItem.objects.exclude(owner=None).exists()
