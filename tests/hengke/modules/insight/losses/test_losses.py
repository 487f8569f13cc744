"""Lost customers with causes in two trees, and how winning back stands."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.modules.insight.models import LossRecord
from tests.factories import customers as make
from tests.factories.people import person, unit
from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse
from tests.hengke.modules.insight.profit.conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
SAID = {"cause": "price", "own_cause": "fee", "win_back": "trying", "note": "竞品低两成"}


def test_who_was_lost_and_what_they_brought() -> None:
    context = client_of(Role.DIRECTOR).get("/losses").context
    assert [(row["name"], row["amount_before"]) for row in context["rows"]] == [("客户4", 100)]
    assert [figure.value for figure in context["kpis"]][:3] == ["1", "100", "0%"]
    assert context["trees"][0]["rows"] == [
        {"cause": "none", "name": "尚未询问", "customers": 1, "amount": 100},
    ]  # fmt: skip


def test_a_cause_is_written_down_drawn_and_kept_in_the_history() -> None:
    make.customer("客户4", pk=4)
    client = client_of(Role.DIRECTOR)
    client.post("/losses/4", SAID | {"cause": "core"})
    text = client.post("/losses/4", SAID, follow=True).content.decode()
    assert "挽回中" in text
    trees = client.get("/losses").context["trees"]
    assert [[(row["name"], row["customers"]) for row in tree["rows"]] for tree in trees] == [
        [("价格", 1)],
        [("收费", 1)],
    ]
    assert LossRecord.objects.count() == 2
    assert "核心服务失误" in client.get("/losses/4").content.decode()
    assert Event.objects.filter(kind="loss.recorded", party_id=4).count() == 2


def test_a_cause_narrows_the_list() -> None:
    make.customer("客户4", pk=4)
    client = client_of(Role.DIRECTOR)
    client.post("/losses/4", SAID)
    assert [
        len(client.get(f"/losses?{words}").context["rows"])
        for words in ("cause=price", "own=fee", "cause=none")
    ] == [1, 1, 0]
    assert client.get("/losses?cause=x").status_code == 400


@pytest.mark.parametrize(
    "change",
    [{"cause": "x"}, {"own_cause": "x"}, {"win_back": ""}, {"note": "a" * 2_001},
     {"cause": "", "own_cause": "", "win_back": "not_tried", "note": " "}],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(change: dict[str, str]) -> None:
    make.customer("客户4", pk=4)
    answer = client_of(Role.DIRECTOR).post("/losses/4", SAID | change)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not LossRecord.objects.exists()


def test_roles() -> None:
    home = unit("客户一部")
    me, mate = person("me", Role.ACCOUNT_MANAGER, home), person("mate", Role.ACCOUNT_MANAGER, home)
    make.customer("客户4", pk=4, owner=me, unit=home)
    make.customer("客户2", pk=2, owner=mate, unit=home)
    make.customer("客户1", pk=1)
    client = Client()
    client.force_login(me)
    assert [client.post(f"/losses/{pk}", SAID).status_code for pk in (4, 2, 1)] == [302, 403, 404]
    head = client_of(Role.LABORATORY_HEAD)
    assert (head.get("/losses").status_code, head.get("/losses/4").status_code) == (200, 403)
    assert all(row["record"] is None for row in head.get("/losses").context["rows"])
    assert client_of(Role.BUSINESS_DESK).get("/losses").status_code == 403
    assert Client().get("/losses").status_code == 302


def test_the_file_holds_causes() -> None:
    make.customer("客户4", pk=4)
    client = client_of(Role.DIRECTOR)
    client.post("/losses/4", SAID)
    sheet = openpyxl.load_workbook(BytesIO(client.get("/losses.xlsx").content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][1:] == [
        "客户4",
        "蚌埠市",
        100,
        "价格",
        "收费",
        "挽回中",
        "竞品低两成",
    ]


def test_the_page_takes_the_same_queries_whatever_was_said() -> None:
    make.customer("客户4", pk=4)
    client, counts = client_of(Role.DIRECTOR), []
    for _ in range(2):
        client.get("/losses")
        with CaptureQueriesContext(connection) as seen:
            client.get("/losses")
        counts.append(len(seen))
        client.post("/losses/4", SAID)
        client.get("/losses")
    assert counts[0] == counts[1]
