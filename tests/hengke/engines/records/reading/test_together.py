"""A change of many objects stands in the timeline of each, and so does its undo."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.records.reading import timeline
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import handover, many, services
from hengke.kernel import clock
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db


def _edit(who: Any, *raw: tuple[str, str], slug: str = "customers") -> int:
    chosen = many.Selection(Catalogue(registry.by_slug(slug), who), None)
    asked = [{"field": name, "how": "set", "value": value} for name, value in raw]
    return int(many.edit(chosen, many.read_changes(chosen.catalogue, asked))["event"])


def _told(
    who: Any, target: Any, slug: str = "customers", **options: Any
) -> list[tuple[str, tuple[str, ...]]]:
    piece = timeline.read(Catalogue(registry.by_slug(slug), who), target, **options)
    return [(entry.text, tuple(entry.details)) for entry in piece.entries]


def test_every_object_tells_its_own_values_and_the_undo() -> None:
    boss = actor("boss")
    one, two, same = (
        make.customer(f"{n}厂", city=city) for n, city in ((1, "合肥市"), (2, "芜湖市"), (3, "黄山市"))
    )
    event = _edit(boss, ("city", "黄山市"))
    assert _told(boss, one) == [("客户：批量修改 3 条", ("城市: 合肥市 → 黄山市",))]
    assert _told(boss, two) == [("客户：批量修改 3 条", ("城市: 芜湖市 → 黄山市",))]
    assert _told(boss, same) == []
    services.undo(event, actor=boss)
    assert [text for text, _d in _told(boss, one)] == ["撤销了一项更改", "客户：批量修改 3 条"]
    assert _told(boss, one, before=clock.now() - timedelta(hours=1)) == []
    assert _told(boss, one, show="changes")
    assert _told(boss, one, show="activities") == []


def test_who_may_not_know_the_field_is_told_nothing_of_its_change() -> None:
    boss, customer = actor("boss"), make.customer(phone="1")
    make.customer("另一厂")
    _edit(boss, ("phone", "13912345678"))
    assert _told(boss, customer)[0][1] == ("电话: 1 → 13912345678",)
    catalogue = Catalogue(registry.by_slug("customers"), boss)
    catalogue.fields.pop("phone")
    assert timeline.read(catalogue, customer).entries == []


def test_a_handed_over_object_names_both_people() -> None:
    old, new = person("甲", at=unit("A")), person("乙", at=unit("A"))
    customer, boss = make.customer(owner=old), actor("boss")
    make.customer("另一厂", owner=old)
    keys = type(customer).objects.values_list("pk", flat=True)
    services.assign(registry.by_slug("customers"), actor=boss, ids=keys, owner=new)
    assert _told(boss, customer) == [("客户移交给乙", ("客户经理: 甲 → 乙",))]
    handover.hand_over(new, [old], actor=boss)
    assert _told(boss, customer)[0][1] == ("客户经理: 乙 → 甲",)


def test_a_request_of_many_kinds_says_what_became_of_this_one(client: Client) -> None:
    client.force_login(person("boss"))
    kept, gone = make.customer("甲厂", city="合肥市"), make.customer("乙厂")
    body = {
        "create": [{"name": "丙厂"}], "update": [{"id": kept.pk, "version": 1, "city": "芜湖市"}],
        "delete": [{"id": gone.pk}],
    }  # fmt: skip
    answer = client.post("/api/v1/customers/bulk", body, content_type="application/json").json()
    made = type(kept).objects.get(pk=answer["create"][0]["id"])
    texts = [_told(actor(f"b{n}"), target)[0] for n, target in enumerate((made, kept, gone))]
    assert texts == [("新增客户", ()), ("修改客户", ("城市: 合肥市 → 芜湖市",)), ("删除客户", ())]


def test_names_out_of_scope_stay_numbers() -> None:
    north, south = unit("北部"), unit("南部")
    me = person("seller", Role.ACCOUNT_MANAGER, north)
    near, far = make.customer("近厂", owner=me, unit=north), make.customer("远厂", unit=south)
    visit = make.activity(near, "拜访", owner=me, unit=north)
    other = make.activity(near, "电话", owner=me, unit=north)
    boss = actor("boss")
    _edit(boss, ("customer", far.number), slug="activities")
    assert _told(boss, visit, "activities")[0][1] == ("客户: 近厂 → 远厂",)
    assert _told(Actor.of(me), other, "activities")[0][1] == (f"客户: 近厂 → #{far.pk}",)


def test_the_number_of_queries_does_not_depend_on_the_number_of_changes() -> None:
    boss, customer = actor("boss"), make.customer()
    make.customer("另一厂")
    _told(boss, customer)  # the names of a customer in hand are read once
    counts = []
    for n in range(3):
        _edit(boss, ("city", f"第{n}市"))
        with CaptureQueriesContext(connection) as seen:
            assert len(_told(boss, customer)) == n + 1
        counts.append(len(seen))
    assert len(set(counts)) == 1
