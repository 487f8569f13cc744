"""What the demo's account managers did and will do: calls, visits, notes and tasks around today."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from django.utils.timezone import make_aware

from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.kernel import clock
from hengke.modules.activities.enums import ActivityKind, ActivityState, Priority
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Customer

CUSTOMERS = 120
# kind, subject, text, outcome
DONE = (
    (ActivityKind.CALL, "到期提醒", "电话提醒下月到期器具，对方确认收到清单。", "月底前统一送检"),
    (ActivityKind.CALL, "催款", "核对去年四季度未付发票。", "财务已排款，两周内到账"),
    (
        ActivityKind.VISIT,
        "上门走访",
        "了解新建产线的计量需求，现场看了压力与温度仪表。",
        "有 40 余台新增器具，待报价",
    ),
    (ActivityKind.NOTE, "联系人变动", "设备部负责人换人，新联系人已加入通讯录。", ""),
    (ActivityKind.NOTE, "反馈", "客户反映上次证书寄送慢，已转业务受理跟进。", ""),
    (
        ActivityKind.MEETING,
        "年度服务沟通会",
        "回顾全年送检、到款与现场服务安排。",
        "明年增加一次现场批量检定",
    ),
)
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
        for kind, subject, text, outcome in dice.sample(DONE, dice.randint(1, 4)):
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
