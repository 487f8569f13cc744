"""Value assessments: two delivered values, their trend, the report, and who may."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.modules.insight.assessments.ledger import first_hand
from hengke.modules.insight.models import ValueAssessment
from tests.factories import customers as make
from tests.factories import work
from tests.factories.people import person, unit
from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse
from tests.hengke.modules.insight.profit.conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
SENT: dict[str, Any] = {
    "assessed_on": "2025-06-01", "how": "visit", "with_whom": "质量部 赵文斌", "expectation": "三天出证",
    "conclusion": "每年少停机两次", "side": ["value", "cost", "expected", "value"],
    "what": ["缩短停机", "检定费", "预期全部成本", "没有金额的行"], "basis": ["2 次 x 6000 元", "台账", "", ""],
    "amount": ["12,000", "3500.50", "5000", ""],
}  # fmt: skip


def test_both_delivered_values_are_stored_with_their_items() -> None:
    make.customer("客户1", pk=1)
    text = client_of(Role.DIRECTOR).post("/assessments/customer/1/new", SENT, follow=True).content.decode()
    row = ValueAssessment.objects.get()
    assert (row.value, row.cost, row.expected) == (12_000, Decimal("3500.50"), 5_000)
    assert (row.spared, row.net, row.items.count()) == (Decimal("1499.50"), Decimal("8499.50"), 3)
    for words in (
        "客户价值评估报告",
        "1,499.50",
        "8,499.50",
        "2 次 x 6000 元",
        "每年少停机两次",
        "data-print",
    ):
        assert words in text
    assert Event.objects.get(kind="assessment.saved").payload["value"] == "12000.00"


def test_the_report_brings_first_hand_figures_of_the_ledger() -> None:
    found = first_hand(Actor(user_id=1, role=Role.DIRECTOR), 1)
    assert (found["lines"], found["items"], found["billed"], found["spared"]) == (2, 1, 800, None)
    head = Actor(user_id=2, role=Role.LABORATORY_HEAD, laboratory="长度室")
    assert first_hand(head, 1)["billed"] == 500
    assert first_hand(head, 2) == {}


def test_a_later_assessment_shows_the_trend_and_the_one_before() -> None:
    make.customer("客户1", pk=1)
    client = client_of(Role.DIRECTOR)
    client.post("/assessments/customer/1/new", SENT)
    client.post(
        "/assessments/customer/1/new",
        SENT | {"assessed_on": "2025-09-01", "amount": ["", "3000", "5000", ""]},
    )
    page = client.get("/assessments/customer/1")
    assert page.context["chart"].table.rows == [
        ["2025-06-01", "1,500", "8,500"],
        ["2025-09-01", "2,000", "−3,000"],
    ]
    last = ValueAssessment.objects.latest("pk")
    assert "上次 1,499.50" in client.get(f"/assessments/{last.pk}").content.decode()
    assert [row.pk for row in client.get("/assessments").context["rows"]] == [last.pk]


def test_an_assessment_can_be_changed() -> None:
    make.customer("客户1", pk=1)
    client = client_of(Role.DIRECTOR)
    client.post("/assessments/customer/1/new", SENT)
    row = ValueAssessment.objects.get()
    assert 'value="缩短停机"' in client.get(f"/assessments/{row.pk}/edit").content.decode()
    client.post(f"/assessments/{row.pk}/edit", SENT | {"amount": ["9000", "", "", ""]})
    row.refresh_from_db()
    assert (row.value, row.cost, row.items.count()) == (9_000, 0, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"assessed_on": "2999-01-01"}, {"assessed_on": "x"}, {"how": "x"}, {"amount": ["", "", "", ""]},
        {"amount": ["1.234", "", "", ""]}, {"amount": ["viel", "", "", ""]}, {"amount": ["-5", "", "", ""]},
        {"side": ["x", "cost", "expected", "value"]}, {"what": ["", "b", "c", "d"]}, {"with_whom": "a" * 121},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(change: dict[str, Any]) -> None:
    make.customer("客户1", pk=1)
    answer = client_of(Role.DIRECTOR).post("/assessments/customer/1/new", SENT | change)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert 'role="alert"' in text
    assert "每年少停机两次" in text
    assert not ValueAssessment.objects.exists()


def test_roles() -> None:
    home = unit("客户一部")
    me, mate = person("me", Role.ACCOUNT_MANAGER, home), person("mate", Role.ACCOUNT_MANAGER, home)
    make.customer("客户1", pk=1, owner=me, unit=home)
    make.customer("客户2", pk=2, owner=mate, unit=home)
    make.customer("客户3", pk=3)
    client = Client()
    client.force_login(me)
    assert [client.get(f"/assessments/customer/{pk}").status_code for pk in (1, 2, 3)] == [200, 200, 404]
    assert [client.post(f"/assessments/customer/{pk}/new", SENT).status_code for pk in (1, 2, 3)] == [
        302,
        403,
        404,
    ]
    row = ValueAssessment.objects.get()
    for role in (Role.BUSINESS_DESK, Role.LABORATORY_HEAD):
        other = client_of(role)
        urls = (
            "/assessments",
            "/assessments/customer/1",
            f"/assessments/{row.pk}",
            f"/assessments/{row.pk}/edit",
        )
        assert [other.get(url).status_code for url in urls] == [403] * 4
    assert Client().get("/assessments").status_code == 302


def test_the_page_of_the_customer_shows_what_is_to_be_looked_after() -> None:
    customer = make.customer("客户1", pk=1)
    make.summary(customer)
    client = client_of(Role.DIRECTOR)
    client.post("/assessments/customer/1/new", SENT)
    work.item(customer)
    client.get("/customers/1")
    with CaptureQueriesContext(connection) as one:
        text = client.get("/customers/1").content.decode()
    assert "流失预警" in text
    assert "1,499.50" in text
    work.item(customer, "overdue")
    with CaptureQueriesContext(connection) as two:
        client.get("/customers/1")
    assert len(one) == len(two)
    assert "关注事项" not in client_of(Role.LABORATORY_HEAD).get("/customers/1").content.decode()
