"""A part of the forecast is shown to those who see every line of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import OrgUnit
from hengke.modules.insight.services.foresight import sight
from hengke.modules.insight.services.foresight.axes import BY_NAME, code_of
from tests.factories.people import actor, unit

pytestmark = pytest.mark.usefixtures("warehouse")


def test_who_sees_every_line_sees_every_part() -> None:
    boss = actor("boss")
    assert sight.sees_all(boss)
    assert sight.axes(boss) == dict.fromkeys(("place", "unit", "item", "region", "tier"))


def test_a_laboratory_head_sees_the_own_laboratory_and_what_only_it_does() -> None:
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    seen = sight.axes(head)
    assert not sight.sees_all(head)
    assert seen["place"] == {
        code_of("place", p) for p in (("长度室",), ("长度室", "卡尺组"), ("长度室", "量块组"))
    }
    assert seen["item"] == {code_of("item", ("校准", name)) for name in ("游标卡尺", "千分尺", "量块")}
    assert seen["region"] == {code_of("region", ("安徽省", "芜湖市"))}
    assert "tier" not in seen


def test_an_account_manager_sees_the_own_department() -> None:
    manager = actor("m", Role.ACCOUNT_MANAGER, OrgUnit.objects.get(name="客户一部"))
    mine = code_of("unit", (OrgUnit.objects.get(name="客户一部").path,))
    assert sight.visible_codes(manager, BY_NAME["unit"]) == {mine}
    assert code_of("place", ("热工室",)) in (sight.visible_codes(manager, BY_NAME["place"]) or ())
    assert code_of("place", ("长度室",)) not in (sight.visible_codes(manager, BY_NAME["place"]) or ())


def test_without_a_warehouse_nothing_is_in_sight(settings: object, tmp_path: object) -> None:
    settings.DATA_DIR = tmp_path / "empty"  # type: ignore[attr-defined, operator]
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    assert sight.axes(head) == {}


def test_rights_are_read_once() -> None:
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    sight.axes(head)
    with CaptureQueriesContext(connection) as seen:
        sight.axes(head)
    assert len(seen) <= 2
