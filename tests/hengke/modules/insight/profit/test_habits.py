"""Golden customers and the classes of frequency on their page."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from hengke.engines.access.enums import Role

from .conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_the_page_tells_classes_and_what_changed_within_a_year() -> None:
    context = client_of(Role.DIRECTOR).get("/golden").context
    told = {row["key"]: (row["count"], row["before"]) for row in context["classes"]}
    assert told == {"regular": (0, 0), "occasional": (3, 0), "one_off": (1, 3)}
    shift = {row["name"]: row["cells"] for row in context["shift"]}
    assert shift["仅送检一次"] == [0, 3, 0]
    assert shift["尚非客户"] == [0, 0, 1]


def test_members_of_a_class_are_listed() -> None:
    client = client_of(Role.DIRECTOR)
    assert [row["name"] for row in client.get("/golden?class=one_off").context["members"]] == ["客户3"]
    assert client.get("/golden?class=x").status_code == 400


def test_a_head_counts_the_own_lines() -> None:
    context = client_of(Role.LABORATORY_HEAD).get("/golden").context
    assert {row["key"]: row["count"] for row in context["classes"]} == {
        "regular": 0, "occasional": 1, "one_off": 1,
    }  # fmt: skip


def test_the_file() -> None:
    answer = client_of(Role.DIRECTOR).get("/golden.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["排名", "编号", "客户"]
    assert client_of(Role.BUSINESS_DESK).get("/golden.xlsx").status_code == 403
