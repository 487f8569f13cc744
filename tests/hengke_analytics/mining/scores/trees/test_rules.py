"""Rules and nested data say the same as the tree."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scores.inputs import Inputs, categories
from hengke_analytics.mining.scores.trees.cases import Cases
from hengke_analytics.mining.scores.trees.grow import grow
from hengke_analytics.mining.scores.trees.rules import nested, rules

CASES = Cases.of(Inputs((categories("天气", list("晴晴晴雨雨")),)), np.array([1, 1, 1, 0, 0]), ("不去", "去"))


def test_rules_in_words() -> None:
    found = rules(grow(CASES), CASES.branches, CASES.classes)
    assert [rule.words for rule in found] == [
        "天气 为 晴 → 去（3 行，80%）",
        "天气 为 雨 → 不去（2 行，75%）",
    ]
    assert found[0].conditions == (("天气", "晴"),)


def test_a_tree_without_a_question_is_one_rule() -> None:
    root = grow(CASES).leaf()
    assert [rule.words for rule in rules(root, CASES.branches, CASES.classes)] == [
        "任何情况 → 去（5 行，57%）"
    ]


def test_nested_data() -> None:
    told = nested(grow(CASES), CASES.branches, CASES.classes)
    assert (told["feature"], told["rows"], told["counts"]) == ("天气", 5, {"不去": 2, "去": 3})
    assert [branch["value"] for branch in told["branches"]] == ["晴", "雨"]
    leaf = told["branches"][0]["node"]
    assert (leaf["class"], leaf["probability"]["去"], "branches" in leaf) == ("去", 0.8, False)
