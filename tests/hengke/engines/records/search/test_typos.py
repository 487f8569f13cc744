"""Questions with a mistake in them."""

from __future__ import annotations

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.records.schema import registry
from hengke.engines.records.search.index import index_records
from hengke.engines.records.search.query import search
from tests.factories import customers as make
from tests.factories.people import actor, unit


def _index() -> None:
    for slug in ("customers", "contacts"):
        record = registry.by_slug(slug)
        index_records(record, record.model._base_manager.values_list("pk", flat=True))


def _titles(text: str, who: Actor) -> list[str]:
    return [hit.title for hit in search(text, who)]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [
    "合肥供电集团", "合肥水集团", "合肥供供水集团", "合肥水供集团", "合肥共水集团", "合某供水", "某肥供水", "合肥供某",
    "肥供水集困有", "hefeigonshui", "hefeigongshhui", "hefeigognshui", "hefeigomgshui", "efeigongshui", "6352186",
    "635219862", "63251862", "63521962", "x000001", "c0000013",
])  # fmt: skip
def test_one_mistake_is_forgiven(typed: str) -> None:
    make.customer(phone="0551-63521862")
    make.contact(make.customer("芜湖造船厂", phone="0553-7654321"), "赵文")
    _index()
    assert _titles(typed, actor("boss"))[:1] == ["合肥供水集团有限公司"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["供电", "供某某集团", "hfg9", "gognhsui", "64521863", "合肥 供电集团", "合供集水"]
)
def test_two_mistakes_or_too_short_a_question_find_nothing(typed: str) -> None:
    make.customer(phone="0551-63521862")
    _index()
    assert _titles(typed, actor("boss")) == []


@pytest.mark.django_db
def test_mistakes_are_looked_for_only_when_next_to_nothing_is_found() -> None:
    for n in range(3):
        make.customer(f"合肥供水第{n}分公司")
    make.customer("合肥供电第三分公司")
    _index()
    boss = actor("boss")
    assert len(_titles("合肥供水", boss)) == 3
    assert _titles("合肥供电", boss)[0] == "合肥供电第三分公司"
    assert len(_titles("合肥供电", boss)) == 4


@pytest.mark.django_db
def test_nobody_finds_by_mistake_what_is_out_of_scope() -> None:
    make.customer(unit=unit("Department A"))
    _index()
    outside = actor("b", Role.ACCOUNT_MANAGER, unit("Department B"))
    assert _titles("合肥供电集团", outside) == _titles("hefeigonshui", outside) == []
