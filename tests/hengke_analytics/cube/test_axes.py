"""Axes: trees of members, dates without gaps, and the order of members."""

from __future__ import annotations

from typing import Any

import pytest

from hengke.kernel.period import Period
from hengke_analytics.cube import CATALOGUE, Filter, Question, Value
from hengke_analytics.cube.axes import MOST_FILLED, REST, REST_NUMBER, Node, order, tree


def _question(*rows: str, period: str = "2025", filters: tuple[Filter, ...] = ()) -> Question:
    return Question(rows, (), (Value("billed"),), Period.parse(period), filters)


def _tree(paths: list[tuple[Any, ...]], *rows: str, **more: Any) -> Node:
    asked = _question(*rows, **more)
    return tree(paths, asked, asked.dimensions(CATALOGUE), CATALOGUE)


def _keys(node: Node) -> list[Any]:
    return [child.key for child in node.children]


def test_paths_become_a_tree_with_each_member_once() -> None:
    root = _tree([("甲", "一"), ("乙", "二"), ("甲", "三"), ("甲", "一")], "laboratory", "project_group")
    assert _keys(root) == ["甲", "乙"]
    assert _keys(root.children[0]) == ["一", "三"]
    assert [node.path for node in root.walk()][:3] == [(), ("甲",), ("甲", "一")]
    assert root.key is None


def test_months_without_a_fact_stand_in_the_axis() -> None:
    root = _tree([("甲", 202501), ("乙", 202503)], "laboratory", "month", period="2025-Q1")
    assert [sorted(_keys(child)) for child in root.children] == [[202501, 202502, 202503]] * 2


def test_filtered_dates_are_not_filled_in() -> None:
    january = (Filter("month_of_year", (1,)),)
    assert _keys(_tree([(202501,)], "month", filters=january)) == [202501]
    others = (Filter("quarter", (20251, 20252, 20253), out=True),)
    assert sorted(_keys(_tree([(202510,)], "month", filters=others))) == [202510, 202511, 202512]


def test_too_many_dates_are_left_as_they_are() -> None:
    paths = [(str(n), 20250101) for n in range(MOST_FILLED // 365 + 1)]
    assert len(_tree(paths, "laboratory", "day").children[0].children) == 1


def test_an_axis_without_facts_has_no_members() -> None:
    assert _tree([], "month").children == []


@pytest.mark.parametrize(("sort", "expected"), [
    ("", ["c", "a", "b", "d"]), ("-0", ["c", "a", "b", "d"]), ("0", ["b", "a", "c", "d"]),
    ("name", ["a", "b", "c", "d"]), ("-name", ["d", "c", "b", "a"]),
])  # fmt: skip
def test_members_are_ordered_by_size_or_name(sort: str, expected: list[str]) -> None:
    sizes = {("a",): 2, ("b",): 1, ("c",): 3, ("d",): None}
    root = _tree([(name,) for name in "bdac"], "laboratory")
    order(root, _question("laboratory").dimensions(CATALOGUE), sizes.__getitem__, sort)
    assert _keys(root) == expected


@pytest.mark.parametrize(
    ("field", "rest", "other"), [("laboratory", REST, "a"), ("customer", REST_NUMBER, 7)]
)
def test_the_rest_stands_last_however_large(field: str, rest: Any, other: Any) -> None:
    root = _tree([(rest,), (other,)], field)
    for sort in ("", "0", "name", "-name"):
        order(root, _question(field).dimensions(CATALOGUE), lambda path: 9 if path == (rest,) else 1, sort)
        assert _keys(root) == [other, rest]
        assert [child.is_rest for child in root.children] == [False, True]


def test_dates_and_tiers_keep_their_own_order() -> None:
    months = _tree([(202503,), (202501,)], "month", period="2025-Q1")
    order(months, _question("month").dimensions(CATALOGUE), lambda path: path[0] * -1)
    assert _keys(months) == [202501, 202502, 202503]
    tiers = _tree([("small",), ("none",), ("vip",)], "tier")
    order(tiers, _question("tier").dimensions(CATALOGUE), lambda path: 1)
    assert _keys(tiers) == ["vip", "small", "none"]


def test_the_empty_member_of_numbers_comes_last_by_name() -> None:
    root = _tree([(None,), (5,), (2,)], "owner")
    order(root, _question("owner").dimensions(CATALOGUE), lambda path: 1, "name")
    assert _keys(root) == [2, 5, None]
