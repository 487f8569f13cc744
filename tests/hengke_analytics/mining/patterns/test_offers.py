"""Offers from rules."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hengke_analytics.mining.patterns.baskets import Baskets
from hengke_analytics.mining.patterns.offers import mean_worth, offers
from hengke_analytics.mining.patterns.rules import rules

from .conftest import baskets_of

#: Three have a and b, one of them c too; the fourth has a only, the fifth c only.
FIVE = baskets_of(["ab", "ab", "abc", "a", "c"])


def worth(**amounts: float) -> np.ndarray:
    return np.array([amounts[name] for name in FIVE.item_names.to_pylist()])


def asked(baskets: Baskets, value: np.ndarray, best: int = 3) -> list[dict[str, object]]:
    found = rules(baskets, support=Fraction(1, 5), confidence=Fraction(1, 10))
    listed: list[dict[str, object]] = offers(baskets, found, value, best=best).to_pylist()
    return listed


def test_who_has_a_and_not_b_is_offered_b_for_its_chance_and_worth() -> None:
    found = asked(FIVE, worth(a=10, b=40, c=1))
    assert [(row["customer"], row["offer"], row["because"]) for row in found] == [("3", "b", ["a"])]
    assert found[0]["confidence"] == pytest.approx(0.75)
    assert found[0]["lift"] == pytest.approx(1.25)
    assert found[0]["expected_value"] == pytest.approx(30)


def test_the_surest_rule_speaks_and_the_most_valuable_item_comes_first() -> None:
    many = baskets_of(["abcd"] * 4 + ["abc"] + ["ab"] * 2 + ["xy"] * 9)
    value = np.array([{"c": 10.0, "d": 90.0}.get(name, 1.0) for name in many.item_names.to_pylist()])
    found = [row for row in asked(many, value) if row["customer"] == "5"]
    assert [row["offer"] for row in found] == ["d", "c"]
    assert [row["offer"] for row in asked(many, value, best=1) if row["customer"] == "5"] == ["d"]
    abc = next(row for row in asked(many, value) if row["customer"] == "4")
    assert (abc["offer"], abc["confidence"]) == (
        "d",
        0.8,
    )  # c alone is as sure as a, b and c, and more than a
    assert "c" in abc["because"]  # type: ignore[operator]


def test_nothing_follows_from_what_is_no_more_frequent_than_by_chance() -> None:
    even = baskets_of(["ab", "a", "b", "c"])
    assert asked(even, np.ones(3)) == []


def test_worth_is_the_mean_of_an_items_lines() -> None:
    assert mean_worth(np.array([0, 0, 2]), np.array([1.0, 3, 7]), 4).tolist() == [2, 0, 7, 0]
