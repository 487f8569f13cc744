"""Contribution curve: small cases by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.engine import rows
from hengke_analytics.measures import contributions, pareto, ranked_list, set_apart

from .conftest import MakeFacts

DAY = "2024-05-01"


def test_curve_head_and_gini_of_four_customers(facts: MakeFacts) -> None:
    table = facts([("a", DAY, "50"), ("b", DAY, "30"), ("c", DAY, "15"), ("d", DAY, "5")])
    found = pareto(contributions(table))
    assert (found.customers, found.total) == (4, Decimal("100.00"))
    assert found.curve == [(0.25, 0.5), (0.5, 0.8), (0.75, 0.95), (1.0, 1.0)]
    assert (found.head.customers, found.head.fraction) == (2, 0.5)
    assert found.head.contribution == Decimal("80.00")
    # ascending 5, 15, 30, 50: 1 + 1/4 − 2·(4·5 + 3·15 + 2·30 + 1·50)/(4·100)
    assert found.gini == pytest.approx(1.25 - 2 * 175 / 400)


def test_a_share_that_is_reached_to_the_cent_ends_the_head(facts: MakeFacts) -> None:
    table = facts([("a", DAY, "0.80"), ("b", DAY, "0.10"), ("c", DAY, "0.10")])
    found = contributions(table)
    assert pareto(found, share=Decimal("0.8")).head.customers == 1
    assert pareto(found, share=Decimal("0.800001")).head.customers == 2
    assert pareto(found, share=Decimal(1)).head.customers == 3


def test_ties_go_by_customer_number(facts: MakeFacts) -> None:
    table = facts([(10, DAY, "5"), (9, DAY, "5"), (2, DAY, "5"), (1, DAY, "4")])
    listed = rows(ranked_list(contributions(table)))
    assert [(row["customer"], row["rank"]) for row in listed] == [(2, 1), (9, 2), (10, 3), (1, 4)]
    assert listed[1]["cumulative_share"] == pytest.approx(10 / 19)


def test_customers_without_contribution_are_set_apart(facts: MakeFacts) -> None:
    table = facts([("a", DAY, "9"), ("b", DAY, "0"), ("c", DAY, "4"), ("c", DAY, "-7.50")])
    found = contributions(table)
    assert pareto(found).customers == 1
    assert rows(set_apart(found)) == [
        {"customer": "c", "contribution": Decimal("-3.50")},
        {"customer": "b", "contribution": Decimal("0.00")},
    ]


def test_the_first_one_percent_is_at_least_one_customer_and_rounds_half_up(facts: MakeFacts) -> None:
    table = facts([(number, DAY, "1.00") for number in range(1, 151)])
    top = pareto(contributions(table), tops=[Decimal("0.001"), Decimal("0.01"), Decimal("0.2")]).top
    assert top == {"0.001": pytest.approx(1 / 150), "0.01": pytest.approx(2 / 150), "0.2": pytest.approx(0.2)}


def test_nobody_has_contribution(facts: MakeFacts) -> None:
    found = pareto(contributions(facts([("a", DAY, "0")])))
    assert (found.customers, found.total, found.gini) == (0, Decimal("0.00"), None)
    assert (found.head.customers, found.head.fraction) == (0, None)
    assert (found.top, found.curve) == ({}, [])


def test_a_long_curve_is_thinned_but_keeps_its_end(facts: MakeFacts) -> None:
    table = facts([(number, DAY, str(number)) for number in range(1, 2001)])
    curve = pareto(contributions(table), points=100).curve
    assert 100 <= len(curve) <= 110
    assert curve[0] == (1 / 2000, pytest.approx(2000 / 2001000))
    assert curve[-1] == (1.0, 1.0)


@pytest.mark.parametrize("share", ["0", "1.1", "-0.5"])
def test_refuses_a_share_that_is_none(facts: MakeFacts, share: str) -> None:
    with pytest.raises(InputError) as caught:
        pareto(contributions(facts([("a", DAY, "1")])), share=Decimal(share))
    assert caught.value.code == "share_out_of_range"
