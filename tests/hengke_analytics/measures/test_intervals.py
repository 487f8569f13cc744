"""Intervals of large, medium and small customers."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from hengke_analytics.measures import contributions, intervals

from .conftest import MakeFacts

DAY = "2024-05-01"
AMOUNTS = ["10000", "110", "100", "90", "2", "1.50", "1"]


def test_the_head_is_large_and_the_rest_is_cut_by_its_logarithms(facts: MakeFacts) -> None:
    table = facts([(place, DAY, amount) for place, amount in enumerate(AMOUNTS)])
    large, medium, small = intervals(contributions(table))
    assert [row.customers for row in (large, medium, small)] == [1, 3, 3]
    assert (medium.min, medium.median, medium.max) == (Decimal(90), Decimal(100), Decimal(110))
    assert (small.min, small.p25, small.p95) == (Decimal(1), Decimal("1.25"), Decimal("1.95"))
    assert large.share == pytest.approx(10000 / 10304.5)


def test_all_can_be_cut_in_three(facts: MakeFacts) -> None:
    table = facts([(place, DAY, amount) for place, amount in enumerate(AMOUNTS)])
    assert [row.customers for row in intervals(contributions(table), k=3)] == [1, 3, 3]


def test_equal_contributions_stay_in_one_class(facts: MakeFacts) -> None:
    table = facts([(place, DAY, "7") for place in range(10)])
    large, medium, small = intervals(contributions(table), share=Decimal("0.5"))
    assert [row.customers for row in (large, medium, small)] == [5, 0, 5]
    assert (medium.min, medium.median, medium.share) == (None, None, 0.0)


def test_nobody_has_contribution(facts: MakeFacts) -> None:
    assert [row.customers for row in intervals(contributions(facts([("a", DAY, "0")])))] == [0, 0, 0]


def test_many_values_are_cut_nearly_where_the_exact_cut_is(facts: MakeFacts) -> None:
    amounts = np.exp(np.random.default_rng(7).normal(6, 1.5, 3000)).round(2) + 1
    table = facts([(place, DAY, f"{amount:.2f}") for place, amount in enumerate(amounts)])
    found = contributions(table)
    exact, sketched = intervals(found), intervals(found, limit=500)
    assert sketched[0] == exact[0]
    assert sketched[1].customers == pytest.approx(exact[1].customers, abs=0.02 * 3000)
    assert sum(row.customers for row in sketched) == 3000
