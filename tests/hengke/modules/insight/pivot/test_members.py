"""Members in addresses and in words."""

from __future__ import annotations

from typing import Any

import pytest

from hengke.engines.access.enums import UnitKind
from hengke.kernel.errors import InputError
from hengke.modules.insight.pivot.members import Names, read, written
from hengke_analytics.cube import CATALOGUE
from hengke_analytics.cube.axes import REST, REST_NUMBER
from tests.factories.people import person, unit

KEYS = [
    ("year", 2025, "2025"), ("quarter", 20253, "2025-Q3"), ("month", 202511, "2025-11"), ("week", 202507, "2025-W07"),
    ("day", 20250309, "2025-03-09"), ("quarter_of_year", 2, "2"), ("month_of_year", 11, "11"), ("weekday", 7, "7"),
    ("laboratory", "长度室", "长度室"), ("laboratory", "", ""), ("customer", 12, "12"), ("owner", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "text"), KEYS)
def test_a_key_and_its_text_are_the_same_either_way(name: str, key: Any, text: str) -> None:
    dimension = CATALOGUE.dimension(name)
    assert written(dimension, key) == text
    assert read(dimension, text) == key


@pytest.mark.parametrize(("name", "text"), [
    ("month", "2025-1"), ("month", "2025-13-01"), ("quarter", "2025-Q5"), ("weekday", "8"), ("customer", "x"),
    ("day", "9999"), ("year", "２０２５"),
])  # fmt: skip
def test_what_is_no_member_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(InputError) as refused:
        read(CATALOGUE.dimension(name), text)
    assert refused.value.params["text"] == text


@pytest.mark.parametrize(("name", "key", "words"), [
    ("year", 2025, "2025 年"), ("quarter", 20253, "2025 年第 3 季度"), ("month", 202511, "2025-11"),
    ("weekday", 1, "星期一"), ("tier", "vip", "VIP"), ("laboratory", "", "（无）"), ("owner", None, "（无）"),
    ("laboratory", REST, "其余"), ("customer", REST_NUMBER, "其余"),
])  # fmt: skip
def test_members_as_people_read_them(name: str, key: Any, words: str) -> None:
    assert Names()(CATALOGUE.dimension(name), key) == words


@pytest.mark.django_db
def test_people_and_units_are_named_by_one_query_each(django_assert_num_queries: Any) -> None:
    owner, room = person("li"), unit("长度室", UnitKind.LABORATORY)
    by_owner, by_unit = CATALOGUE.dimension("owner"), CATALOGUE.dimension("department")
    with django_assert_num_queries(2):
        names = Names([(by_owner, [owner.pk, None]), (by_owner, [owner.pk + 1]), (by_unit, [room.path])])
    assert names(by_owner, owner.pk) == owner.name
    assert names(by_owner, owner.pk + 1) == str(owner.pk + 1)
    assert names(by_unit, room.path) == "长度室"
