"""The lists on their pages: who sees what, the way of an item, and its file."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import Event, User
from hengke.engines.jobs.models import Job
from hengke.modules.insight.enums import WorkKind, WorkState
from hengke.modules.insight.models import WorkItem
from tests.factories import customers as make
from tests.factories import work
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_list_says_who_why_how_likely_and_what_to_do() -> None:
    work.item(make.customer("合肥仪表厂"))
    text = _client(person("boss")).get("/worklists").content.decode()
    for words in ("合肥仪表厂", "上次送检 2025-03-01，已 305 天未来", "82%", "1,200.00", "电话联系", "认领"):
        assert words in text


def test_the_way_of_an_item_from_the_list_to_its_end() -> None:
    row, client = work.item(make.customer("合肥仪表厂")), _client(person("boss"))
    assert "boss 已认领" in client.post(f"/worklists/{row.pk}/claim", follow=True).content.decode()
    text = client.post(
        f"/worklists/{row.pk}/act", {"action": "call", "plan": "聊过了"}, follow=True
    ).content.decode()
    assert "聊过了" in text
    text = client.post(
        f"/worklists/{row.pk}/close", {"result": "kept", "note": "下月送检"}, follow=True
    ).content.decode()
    assert "客户留下" in text
    assert "下月送检" in client.get(f"/worklists/{row.pk}").content.decode()
    assert "合肥仪表厂" in client.get("/worklists?state=closed").content.decode()
    assert "合肥仪表厂" not in client.get("/worklists").content.decode()
    kinds = list(Event.objects.filter(kind__startswith="work.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["work.claimed", "work.acted", "work.closed"]


def test_the_second_reads_who_was_faster() -> None:
    row = work.item(make.customer("合肥仪表厂"))
    _client(person("first")).post(f"/worklists/{row.pk}/claim")
    other = _client(person("second"))
    answer = other.post(f"/worklists/{row.pk}/claim")
    assert answer.status_code == 409
    assert "first 已认领" in answer.content.decode()
    page = other.get(f"/worklists/{row.pk}").content.decode()
    assert "联系客户前请先与first沟通" in page
    assert f"{row.pk}/act" not in page


def test_each_role_sees_its_own() -> None:
    home, far = unit("客户一部"), unit("客户二部")
    me, mate = person("me", Role.ACCOUNT_MANAGER, home), person("mate", Role.ACCOUNT_MANAGER, home)
    names = {"我的厂": (me, home), "同事厂": (mate, home), "远方厂": (None, far)}
    for name, (owner, place) in names.items():
        work.item(make.customer(name, owner=owner, unit=place))
    text = _client(person("boss")).get("/worklists").content.decode()
    assert [name in text for name in names] == [True] * 3
    text = _client(me).get("/worklists").content.decode()
    assert [name in text for name in names] == [True, True, False]
    assert text.count("/claim") == 1  # a colleague's customer can be read, not taken
    far_item = WorkItem.objects.get(customer__name="远方厂")
    assert _client(me).get(f"/worklists/{far_item.pk}").status_code == 404
    laboratory = unit("长度室", UnitKind.LABORATORY)
    for role, at in (
        (Role.BUSINESS_DESK, None),
        (Role.LABORATORY_HEAD, laboratory),
        (Role.AUDIT_ADMINISTRATOR, None),
    ):
        client = _client(person(f"p-{role}", role, at))
        assert [
            client.get(url).status_code
            for url in ("/worklists", f"/worklists/{far_item.pk}", "/worklists.xlsx")
        ] == [403] * 3
        assert client.post(f"/worklists/{far_item.pk}/claim").status_code == 403
    assert Client().get("/worklists").status_code == 302


def test_a_judgement_is_asked_for_its_reason_on_the_page() -> None:
    row, client = work.item(make.customer(), WorkKind.MISUSE), _client(person("boss"))
    client.post(f"/worklists/{row.pk}/claim")
    assert "您的判断" in client.get(f"/worklists/{row.pk}").content.decode()
    assert client.post(f"/worklists/{row.pk}/close", {"result": "confirmed"}).status_code == 400
    row.refresh_from_db()
    assert row.state == WorkState.CLAIMED


@pytest.mark.parametrize(
    ("what", "given", "status"),
    [
        ("act", {"action": "raise"}, 400), ("act", {"action": "call", "on": "morgen"}, 400),
        ("act", {"action": "call", "plan": "a\x00"}, 400), ("nothing", {}, 404), ("close", {"result": "x"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(what: str, given: dict[str, str], status: int) -> None:
    row, client = work.item(make.customer()), _client(person("boss"))
    assert client.post(f"/worklists/{row.pk}/{what}", given).status_code == status
    assert WorkItem.objects.get(pk=row.pk).state == WorkState.OPEN


def test_unknown_lists_are_refused() -> None:
    client = _client(person("boss"))
    assert [client.get(f"/worklists?{words}").status_code for words in ("kind=x", "state=x", "page=x")] == [
        400,
        400,
        200,
    ]


def test_the_file_holds_the_list_and_is_an_event() -> None:
    work.item(make.customer("合肥仪表厂"), WorkKind.OVERDUE)
    answer = _client(person("boss")).get("/worklists.xlsx?kind=overdue")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][1:5] == [
        "合肥仪表厂",
        0.82,
        1200,
        "上次送检 2025-03-01，已 305 天未来",
    ]
    assert Event.objects.get(kind="exported").payload["list"] == "overdue"


def test_renewing_queues_one_job() -> None:
    client = _client(person("boss"))
    assert [client.post("/worklists/renew").status_code for _ in range(2)] == [302, 302]
    assert Job.objects.get().kind == "insight.worklists"


def test_an_empty_list_says_what_to_do() -> None:
    assert "点“更新名单”" in _client(person("boss")).get("/worklists").content.decode()


@pytest.mark.parametrize("kind", [WorkKind.CHURN, WorkKind.MISUSE])
def test_the_list_takes_the_same_queries_however_long(kind: str) -> None:
    client, counts = _client(person("boss")), []
    owner = person("owner")
    for n in range(4):
        work.item(make.customer(f"厂{n}", owner=owner), kind)
        if n in (0, 3):
            client.get(f"/worklists?kind={kind}")
            with CaptureQueriesContext(connection) as seen:
                client.get(f"/worklists?kind={kind}")
            counts.append(len(seen))
    assert counts[0] == counts[1]
