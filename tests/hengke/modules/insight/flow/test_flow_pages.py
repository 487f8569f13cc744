"""The flow on its pages: known passages, who moved, with whose eyes, and days that cannot be."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.modules.insight.flow.words import direction
from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse
from tests.hengke.modules.insight.profit.conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
DAYS = "earlier=2024-12-31&later=2025-07-01"


def _cells(client: Client) -> dict[str, list[int]]:
    rows = client.get(f"/flow?{DAYS}").context["matrix"]
    return {row["name"]: [cell["count"] if cell else 0 for cell in row["cells"]] for row in rows}


def test_everybody_is_counted_once() -> None:
    # 1, 2 and 4 were new in 2024; 3 came in 2025; nobody has been silent for longer than a year
    assert _cells(client_of(Role.DIRECTOR)) == {
        "新客户": [0, 0, 0, 3, 0, 0, 0],
        "尚非客户": [0, 0, 0, 1, 0, 0, 0],
    }


def test_a_head_sees_the_flow_of_the_own_lines() -> None:
    assert _cells(client_of(Role.LABORATORY_HEAD)) == {
        "新客户": [0, 0, 0, 1, 0, 0, 0], "尚非客户": [0, 0, 0, 1, 0, 0, 0],
    }  # fmt: skip


def test_who_moved_is_listed_with_what_they_brought() -> None:
    answer = client_of(Role.DIRECTOR).get(f"/flow/customers?{DAYS}&origin=new&target=new")
    told = [(row["name"], row["before"], row["after"]) for row in answer.context["slice"].rows]
    assert told == [("客户1", 400, 800), ("客户2", 200, 150), ("客户4", 130, 30)]
    assert "新客户 → 新客户" in answer.content.decode()


def test_the_file_of_a_passage_is_an_event() -> None:
    answer = client_of(Role.DIRECTOR).get(f"/flow/customers.xlsx?{DAYS}&origin=none")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][1:5] == ["客户3", "合肥市", "尚非客户", "新客户"]
    assert Event.objects.get(kind="exported").payload["what"] == "flow"


@pytest.mark.parametrize(
    "words", ["earlier=2025-01-01&later=2024-01-01", "earlier=x", "later=0001-01-01", "later=9999-12-31"]
)
def test_days_that_cannot_be_are_refused(words: str) -> None:
    assert client_of(Role.DIRECTOR).get(f"/flow?{words}").status_code == 400


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMINISTRATOR, 200), (Role.ACCOUNT_MANAGER, 200), (Role.BUSINESS_DESK, 403),
        (Role.AUDIT_ADMINISTRATOR, 403),
    ],
)  # fmt: skip
def test_who_may_look(role: str, status: int) -> None:
    assert client_of(role).get("/flow").status_code == status


def test_unknown_stages_and_strangers() -> None:
    assert client_of(Role.DIRECTOR).get("/flow/customers?origin=x").status_code == 400
    assert Client().get("/flow").status_code == 302


def test_the_list_takes_the_same_queries_however_long() -> None:
    client, counts = client_of(Role.DIRECTOR), []
    for origin in ("none", "new"):
        client.get(f"/flow/customers?{DAYS}&origin={origin}")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/flow/customers?{DAYS}&origin={origin}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_is_better() -> None:
    told = [
        direction(*ends)
        for ends in (
            ("dormant", "stable"),
            ("stable", "lost"),
            ("new", "new"),
            ("none", "new"),
            ("none", "lost"),
        )
    ]
    assert told == ["up", "down", "same", "up", "down"]
