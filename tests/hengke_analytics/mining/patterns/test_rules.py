"""Rules: the published ones of Groceries, measures worked out by hand, inclusive thresholds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.baskets import Baskets
from hengke_analytics.mining.patterns.rules import rules, table

from .conftest import baskets_of

FOUR = [set("ab"), set("abc"), set("a"), set("c")]


def asked(
    contents: Any = FOUR, support: str = ".25", confidence: str = ".5", **options: Any
) -> list[dict[str, Any]]:
    baskets = contents if isinstance(contents, Baskets) else baskets_of(contents)
    found = rules(baskets, support=Fraction(support), confidence=Fraction(confidence), **options)
    listed: list[dict[str, Any]] = table(found, baskets).to_pylist()
    return listed


def sides(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {("".join(rule["antecedent"]), "".join(rule["consequent"])) for rule in found}


@pytest.mark.parametrize(("confidence", "count"), [(".5", 5668), (".8", 410), (".9", 129)])
def test_groceries(groceries: Baskets, confidence: str, count: int) -> None:
    found = asked(groceries, ".001", confidence)
    assert len(found) == count
    if confidence == ".5":
        best = found[0]
        assert round(best["lift"], 4) == 18.9957
        assert sides(found[:1]) == {("Instant food productssoda", "hamburger meat")}


def test_the_measures_of_a_rule() -> None:
    rule = next(r for r in asked() if (r["antecedent"], r["consequent"]) == (["a"], ["b"]))
    assert rule == {
        "antecedent": ["a"], "consequent": ["b"], "count": 2, "support": 0.5, "confidence": pytest.approx(2 / 3),
        "lift": pytest.approx(4 / 3), "leverage": pytest.approx(0.125), "conviction": pytest.approx(1.5),
    }  # fmt: skip


def test_a_rule_that_never_fails_has_no_conviction() -> None:
    sure = next(rule for rule in asked() if rule["antecedent"] == ["b"] and rule["consequent"] == ["a"])
    assert (sure["confidence"], sure["conviction"]) == (1.0, None)


def test_thresholds_are_inclusive() -> None:
    assert sides(asked(support=".5", confidence="2/3")) == {("a", "b"), ("b", "a")}
    assert sides(asked(support=".5", confidence="0.667")) == {("b", "a")}
    assert asked(support=".51") == []
    ten = [set("ab")] * 3 + [set("c")] * 7
    assert len(asked(ten, ".3", "1")) == 2  # 0.3 x 10 is 3 baskets, which binary fractions miss


def test_more_items_on_the_right_only_when_asked() -> None:
    assert all(len(rule["consequent"]) == 1 for rule in asked())
    assert ("c", "ab") in sides(asked(consequents=2))
    assert ("ab", "c") in sides(asked(consequents=2))


def test_redundant_rules_can_be_left_out() -> None:
    # bc -> a is as sure as b -> a alone; a -> b says more than b's own frequency, c -> a says less than a's.
    everything, kept = sides(asked()), sides(asked(redundant=False))
    assert everything - kept == {("bc", "a"), ("c", "a"), ("c", "b"), ("ab", "c"), ("b", "c")}
    assert {("a", "b"), ("b", "a"), ("ac", "b")} <= kept


def test_at_most_so_many_items() -> None:
    assert all(len(rule["antecedent"]) == 1 for rule in asked(longest=2))


@pytest.mark.parametrize("wrong", [("0", ".5"), (".1", "1.5")])
def test_a_threshold_outside_is_refused(wrong: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="above 0 and at most 1"):
        asked(FOUR, *wrong)
