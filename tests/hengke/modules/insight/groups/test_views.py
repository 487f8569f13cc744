"""Pages of customer groups, by role."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.jobs.models import Job
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import ClusterMember, Foresight
from tests.factories.customers import customer
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


def cluster(number: int, rows: int, share: float, *traits: tuple[str, str, float, float]) -> dict[str, Any]:
    told = [dict(zip(("column", "level", "median", "overall"), each, strict=True)) for each in traits]
    return {"cluster": number, "rows": rows, "share": rows / 3, "amount": 90_000 * share, "amount_share": share,
            "traits": told}  # fmt: skip


@pytest.fixture
def run() -> Foresight:
    told = [
        cluster(0, 2, 0.2, ("year", "low", 240, 765)),
        cluster(4, 1, 0.8, ("year", "very_high", 4460, 765), ("items", "high", 9, 3)),
    ]
    facts = {"clusters": told, "advised": 3, "wanted": None, "k": 2}
    made = Foresight.objects.create(room=Room.CLUSTERS, as_of=date(2025, 12, 31), facts=facts)
    for name, number in (("甲厂", 0), ("乙厂", 0), ("丙厂", 4)):
        ClusterMember.objects.create(run=made, customer=customer(name), number=number)
    return made


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def text(client: Client, url: str = "/groups") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_before_the_first_run(boss: Client) -> None:
    assert "立即测算" in text(boss)


@pytest.mark.usefixtures("run")
def test_groups_have_names_of_their_traits_and_figures_beside_everybody(boss: Client) -> None:
    page = text(boss)
    assert "近一年贡献 很高，器具种类 偏高" in page or "近一年贡献 很高、器具种类 偏高" in page
    assert "一般为 4,460（全部客户 765）" in page
    assert "80%" in page
    assert "丙厂" in text(boss, "/groups/4")
    assert "甲厂" not in text(boss, "/groups/4")
    assert boss.get("/groups/2").status_code == 404


@pytest.mark.usefixtures("run")
def test_an_account_manager_sees_own_members_and_no_figures_of_others(client: Client) -> None:
    mine = unit("客户一部")
    Customer.objects.filter(name="甲厂").update(unit=mine)
    client.force_login(person("m", Role.ACCOUNT_MANAGER, mine))
    page = text(client)
    assert "近一年贡献 偏低" in page
    assert "765" not in page
    assert "很高" not in page
    assert "乙厂" not in text(client, "/groups/0")
    assert client.post("/groups/choose", {"number": "4"}).status_code == 403


@pytest.mark.usefixtures("run")
def test_others_see_none(client: Client) -> None:
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY)))
    assert "近一年贡献" not in text(client)
    assert client.get("/groups/0").status_code == 404
    client.force_login(person("desk", Role.BUSINESS_DESK))
    assert client.get("/groups").status_code == 403


@pytest.mark.usefixtures("run")
def test_another_number_is_asked_for(boss: Client) -> None:
    assert boss.post("/groups/choose", {"number": "²"}).status_code == 400
    assert boss.post("/groups/choose", {"number": "4"}).status_code == 302
    assert Foresight.objects.get().facts["wanted"] == 4
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("run")
def test_the_workbook(boss: Client) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(boss.get("/groups/0.xlsx").content)).worksheets[0]
    assert {sheet.cell(row, 2).value for row in (2, 3)} == {"甲厂", "乙厂"}


def test_queries_do_not_grow_with_members(boss: Client, run: Foresight) -> None:
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            text(boss, url)
        return len(seen)

    text(boss, "/groups/0")
    before = [count("/groups"), count("/groups/0")]
    ClusterMember.objects.create(run=run, customer=customer("丁厂"), number=0)
    assert [count("/groups"), count("/groups/0")] == before
