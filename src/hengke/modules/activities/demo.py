"""What the demo's account managers did and will do: calls, visits, notes and tasks around today."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from django.utils.timezone import make_aware

from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.kernel import clock
from hengke.modules.activities.demo_notes import notes
from hengke.modules.activities.enums import ActivityKind, ActivityState, Priority
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Customer

CUSTOMERS = 120
OPEN = (
    (ActivityKind.TASK, "发送到期清单", "按实验室分页，附取送方式。"),
    (ActivityKind.TASK, "准备报价", "新增器具，含现场检定与差旅。"),
    (ActivityKind.CALL, "回访", "确认证书已收到，询问服务意见。"),
    (ActivityKind.VISIT, "上门走访", "流失风险客户，了解原因。"),
    (ActivityKind.MEETING, "合同续签", "框架合同下月到期。"),
)


def make_demo_activities() -> None:
    """A few activities for each of the busiest demo customers; nothing when there are some already."""
    if Activity.objects.exists():
        return
    customers = Customer.objects.filter(origin="demo", deleted_at=None).exclude(owner=None)
    rows: list[Activity] = []
    for customer in customers.order_by("pk")[:CUSTOMERS]:
        dice = Random(customer.pk)  # the same demo at every start
        for kind, subject, text, outcome in notes(dice):
            at = _moment(-dice.randint(3, 400), dice)
            rows.append(_row(customer, kind, subject, text, at, ActivityState.DONE, dice, outcome))
        if dice.random() < 0.6:
            kind, subject, text = dice.choice(OPEN)
            state = ActivityState.WAITING if dice.random() < 0.2 else ActivityState.OPEN
            rows.append(_row(customer, kind, subject, text, _moment(dice.randint(-6, 24), dice), state, dice))
    made = Activity.objects.bulk_create(rows, batch_size=500)
    index.index_records(registry.by_slug("activities"), [row.pk for row in made])


def _row(
    customer: Customer, kind: ActivityKind, subject: str, text: str, at: datetime, state: ActivityState, dice: Random,
    outcome: str = "",
) -> Activity:  # fmt: skip
    length = {ActivityKind.VISIT: 120, ActivityKind.MEETING: 90, ActivityKind.CALL: 15}.get(kind)
    return Activity(
        customer=customer, kind=kind, subject=subject, text=text, outcome=outcome, state=state, starts_at=at,
        ends_at=at + timedelta(minutes=length) if length else None,
        done_at=at if state == ActivityState.DONE else None,
        priority=dice.choice((Priority.NORMAL, Priority.NORMAL, Priority.NORMAL, Priority.HIGH, Priority.LOW)),
        place=customer.address[:200] if kind == ActivityKind.VISIT else "", owner_id=customer.owner_id,
        unit_id=customer.unit_id,
    )  # fmt: skip


def _moment(days: int, dice: Random) -> datetime:
    day = clock.today() + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return make_aware(datetime.combine(day, time(dice.choice((9, 10, 11, 14, 15, 16)), dice.choice((0, 30)))))
