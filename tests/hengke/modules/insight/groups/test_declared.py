"""Pages of groups by reaction: declared, looked at, compared, exported, by role."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client

from hengke.engines.access.enums import Role, UnitKind
from hengke.modules.insight.models import BehaviourGroup
from tests.factories.people import person, unit
from tests.hengke.modules.insight.services.foresight.conftest import warehouse as warehouse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
FORM = {"name": "热工客户", "kind": ["laboratory", ""], "value": ["热工室", ""], "days": ["365", "365"]}


def text(client: Client, url: str = "/groups/reactions") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def test_declared_looked_at_and_put_away(boss: Client) -> None:
    assert "还没有定义行为群" in text(boss)
    assert boss.post("/groups/reactions/declare", FORM | {"name": ""}).status_code == 400
    boss.post("/groups/reactions/declare", FORM)
    row = BehaviourGroup.objects.get()
    assert "近 365 天送检到热工室" in text(boss)
    page = text(boss, f"/groups/reactions/{row.pk}")
    assert "客户3" in page
    assert "客户1" not in page
    assert "温度计 2" in page
    sheet = openpyxl.load_workbook(
        io.BytesIO(boss.get(f"/groups/reactions/{row.pk}.xlsx").content)
    ).worksheets[0]
    assert {sheet.cell(row, 2).value for row in (2, 3)} == {"客户3", "客户4"}
    boss.post(f"/groups/reactions/{row.pk}/remove")
    assert boss.get(f"/groups/reactions/{row.pk}").status_code == 404


def test_two_groups_side_by_side(boss: Client) -> None:
    boss.post("/groups/reactions/declare", FORM)
    boss.post("/groups/reactions/declare", {"name": "月月来", "kind": "returned", "value": "", "days": "31"})
    one, other = BehaviourGroup.objects.order_by("pk").values_list("pk", flat=True)
    page = text(boss, f"/groups/reactions?one={one}&other={other}")
    assert "两群都在" in page
    assert "只在“月月来”" in page
    for odd in (f"one={one}&other={one}", "one=²&other=x", "one=99999&other=1"):
        assert "两群都在" not in text(boss, f"/groups/reactions?{odd}")


def test_members_are_told_by_the_lines_in_sight(client: Client, boss: Client) -> None:
    boss.post("/groups/reactions/declare", FORM)
    pk = BehaviourGroup.objects.get().pk
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY)))
    assert "客户3" not in text(client, f"/groups/reactions/{pk}")
    assert client.post(f"/groups/reactions/{pk}/remove").status_code == 404
    client.force_login(person("desk", Role.BUSINESS_DESK))
    assert client.get("/groups/reactions").status_code == 403
