"""What follows: confidence and waits of sequences, and who is likely to need what next."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from hengke_analytics.mining.patterns.follow import Following, followings, next_items
from hengke_analytics.mining.patterns.histories import Histories
from hengke_analytics.mining.patterns.sequences import sequences
from hengke_analytics.mining.patterns.steps import ANY, Limits

from .conftest import histories_of

#: Three followed a by b after 10, 20 and 30 days, the fourth has waited since day 90.
FOUR = histories_of(
    [[(0, "a"), (10, "b")], [(0, "a"), (20, "b")], [(0, "a"), (30, "b"), (99, "b")], [(90, "a")]]
)


def rules(histories: Histories, confidence: str = ".5", limits: Limits = ANY) -> list[Following]:
    return followings(histories, sequences(histories, 1, limits), Fraction(confidence), limits)


def a_to_b(found: list[Following]) -> Following:
    names = FOUR.item_names.to_pylist()
    return next(
        each for each in found if each.before == ((names.index("a"),),) and each.then == (names.index("b"),)
    )


def test_confidence_is_a_share_of_those_who_came_so_far() -> None:
    found = a_to_b(rules(FOUR))
    assert (found.customers, found.confidence) == (3, 0.75)
    assert a_to_b(rules(FOUR, "3/4")).customers == 3
    with pytest.raises(StopIteration):
        a_to_b(rules(FOUR, ".76"))


def test_waits_run_to_the_first_time_and_keep_the_gap() -> None:
    assert a_to_b(rules(FOUR)).days.tolist() == [10, 20, 30]
    assert a_to_b(rules(FOUR, ".1", Limits(gap=25))).days.tolist() == [10, 20]


@pytest.mark.parametrize(
    ("waited", "longer", "expected"), [(0, 3, 20), (10, 2, 30), (15, 2, 30), (29, 1, 30)]
)
def test_what_is_still_to_be_expected(waited: int, longer: int, expected: int) -> None:
    told = next_items(FOUR, [a_to_b(rules(FOUR))], 90 + waited).to_pylist()
    share = 0.75 * longer / 3
    assert told == [
        {
            "customer": "c3", "after": [["a"]], "next": ["b"], "probability": pytest.approx(share / (share + 0.25)),
            "expected_on": date(1970, 1, 1) + timedelta(90 + expected),
        }
    ]  # fmt: skip


def test_who_waited_longer_than_anybody_is_not_promised_anything() -> None:
    assert next_items(FOUR, [a_to_b(rules(FOUR))], 120).num_rows == 0
    assert next_items(FOUR, [], 90).num_rows == 0


def test_what_is_unlikely_is_left_out() -> None:
    rule = a_to_b(rules(FOUR))
    assert next_items(FOUR, [rule], 105, least=2 / 3).num_rows == 1
    assert next_items(FOUR, [rule], 105, least=0.67).num_rows == 0


def test_only_the_likeliest_items_and_each_once() -> None:
    many = histories_of([[(0, "a"), (1, "b"), (2, "c"), (3, "d")]] * 3 + [[(0, "a"), (1, "b")]])
    found = rules(many, ".1")
    told = next_items(many, found, 1, best=5).to_pylist()
    assert [row["next"] for row in told if row["customer"] == "c3"] == [["c"], ["d"]]
    assert next_items(many, found, 1, best=1).num_rows == 1
