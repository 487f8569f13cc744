"""RFM: scores by hand, the editable table of segments, no look-ahead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import SEGMENTS, SegmentRule, rfm, roll_up

from .conftest import MakeFacts

AS_OF = date(2024, 12, 31)
LINES = [
    *(("a", "2024-12-21", "10"), ("a", "2024-12-21", "10"), ("a", "2024-11-01", "80")),
    ("b", "2024-12-21", "100"),
    *(("c", "2024-06-01", "5"), ("c", "2024-05-01", "5")),
    ("d", "2023-12-31", "1"),
]


def test_counts_days_distinct_dates_and_scores_with_ties(facts: MakeFacts) -> None:
    found = {row["customer"]: row for row in rows(rfm(facts(LINES), AS_OF))}
    assert [found[c]["recency"] for c in "abcd"] == [10, 10, 213, 366]
    assert [found[c]["frequency"] for c in "abcd"] == [2, 1, 2, 1]
    assert [found[c]["monetary"] for c in "abcd"] == [Decimal(100), Decimal(100), Decimal(10), Decimal(1)]
    # 1 + floor(5 · worse / 4): two ahead of c and d, one ahead of d
    assert [found[c]["r"] for c in "abcd"] == [3, 3, 2, 1]
    assert [found[c]["f"] for c in "abcd"] == [3, 1, 3, 1]
    assert [found[c]["m"] for c in "abcd"] == [3, 3, 2, 1]


def test_the_best_of_many_scores_five_at_most(facts: MakeFacts) -> None:
    table = facts([(number, "2024-01-01", str(number)) for number in range(1, 201)])
    found = rows(rfm(table, AS_OF))
    assert (found[0]["customer"], found[0]["m"]) == (200, 5)
    assert [row["m"] for row in found].count(1) == 40


def test_what_comes_after_the_day_is_not_known(facts: MakeFacts) -> None:
    found = rows(rfm(facts(LINES), date(2024, 6, 1)))
    assert [(row["customer"], row["recency"], row["frequency"]) for row in found] == [
        ("c", 0, 2),
        ("d", 153, 1),
    ]


def test_a_period_bounds_what_is_scored(facts: MakeFacts) -> None:
    found = rows(rfm(facts(LINES), AS_OF, period=Period.year(2024)))
    assert [row["customer"] for row in found] == ["a", "b", "c"]


def test_the_first_rule_that_fits_names_the_customer(facts: MakeFacts) -> None:
    rules = [SegmentRule("recent", r=(3, 5)), SegmentRule("frequent", f=(3, 5))]
    found = {row["customer"]: row["segment"] for row in rows(rfm(facts(LINES), AS_OF, segments=rules))}
    assert found == {"a": "recent", "b": "recent", "c": "frequent", "d": None}


def test_the_segments_that_come_with_it_leave_nobody_unnamed() -> None:
    scores = [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]

    def fits(rule: SegmentRule, score: tuple[int, int, int]) -> bool:
        ranges = (rule.r, rule.f, rule.m)
        return all(low <= value <= high for value, (low, high) in zip(score, ranges, strict=True))

    named = [next(rule.segment for rule in SEGMENTS if fits(rule, score)) for score in scores]
    assert set(named) == {rule.segment for rule in SEGMENTS}


@pytest.mark.parametrize("grain", ["day", "month"])
def test_roll_ups_score_like_the_lines(facts: MakeFacts, grain: str) -> None:
    table = facts(LINES)
    assert rows(rfm(roll_up(table, grain), AS_OF)) == rows(rfm(table, AS_OF))


def test_months_by_laboratory_no_longer_tell_the_dates(facts: MakeFacts) -> None:
    table = facts([("a", "2024-01-01", "1", "x")], "customer date amount laboratory")
    with pytest.raises(InputError) as caught:
        rfm(roll_up(table, "month", by=["laboratory"]), AS_OF)
    assert caught.value.code == "days_missing"
