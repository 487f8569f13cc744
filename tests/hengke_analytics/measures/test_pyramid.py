"""Pyramid and simulator: small cases by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.measures import contributions, pyramid, simulate

from .conftest import MakeFacts

DAY = "2024-05-01"
TENTHS = [Decimal("0.1"), Decimal("0.3"), Decimal("0.6")]


def test_a_thousand_customers_make_10_40_150_800(facts: MakeFacts) -> None:
    table = facts([(number, DAY, str(2000 - number)) for number in range(1, 1001)])
    storeys = pyramid(contributions(table))
    assert [(row.tier, row.customers) for row in storeys] == [
        ("vip", 10), ("major", 40), ("regular", 150), ("small", 800),
    ]  # fmt: skip
    assert (storeys[0].max, storeys[0].min) == (Decimal("1999.00"), Decimal("1990.00"))
    assert (storeys[3].max, storeys[3].min) == (Decimal("1799.00"), Decimal("1000.00"))


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1, 0, 0, 0]), (3, [1, 0, 0, 2]), (10, [1, 0, 1, 8]), (50, [1, 2, 7, 40]), (150, [2, 6, 22, 120])],
)
def test_cuts_round_half_up_and_vip_is_at_least_one(facts: MakeFacts, count: int, sizes: list[int]) -> None:
    table = facts([(number, DAY, "1") for number in range(count)])
    assert [row.customers for row in pyramid(contributions(table))] == sizes


def test_an_empty_storey_has_no_smallest_and_largest(facts: MakeFacts) -> None:
    major = pyramid(contributions(facts([("a", DAY, "7")])))[1]
    assert (major.contribution, major.share, major.min, major.max) == (Decimal("0.00"), 0.0, None, None)


def test_percentages_can_be_set(facts: MakeFacts) -> None:
    table = facts([(number, DAY, str(number)) for number in range(1, 11)])
    storeys = pyramid(contributions(table), TENTHS)
    assert [row.customers for row in storeys] == [1, 2, 3, 4]
    assert [row.contribution for row in storeys] == [Decimal(10), Decimal(17), Decimal(18), Decimal(10)]
    assert storeys[1].share == pytest.approx(17 / 55)


@pytest.mark.parametrize(
    "cuts", [["0.05", "0.01", "0.2"], ["0.01", "0.05"], ["0", "0.1", "0.2"], ["0.1", "0.2", "1"]]
)
def test_refuses_cuts_that_do_not_increase(facts: MakeFacts, cuts: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        pyramid(contributions(facts([("a", DAY, "1")])), [Decimal(cut) for cut in cuts])
    assert caught.value.code == "cuts_not_increasing"


def test_moving_half_of_a_tier_up_to_the_median_of_the_next(facts: MakeFacts) -> None:
    table = facts(
        [(number, DAY, str(number), str(number - 1)) for number in range(1, 11)], "customer date amount cost"
    )
    found = simulate(
        contributions(table),
        tier="small",
        fraction=Decimal("0.5"),
        cuts=TENTHS,
        margins=contributions(table, basis="margin"),
    )
    # small 1, 2, 3, 4 has mean 2.50; regular 5, 6, 7 has median 6; every margin is 1
    assert (found.customers, found.target) == (2, "regular")
    assert found.revenue == Decimal("7.00")
    assert found.margin == Decimal("0.00")


def test_the_margin_of_a_simulation_is_empty_without_costs(facts: MakeFacts) -> None:
    table = facts([(number, DAY, str(number)) for number in range(1, 11)])
    assert simulate(contributions(table), tier="small", fraction=Decimal("0.5"), cuts=TENTHS).margin is None


def test_nobody_moves_up_from_the_top(facts: MakeFacts) -> None:
    with pytest.raises(InputError) as caught:
        simulate(contributions(facts([("a", DAY, "1")])), tier="vip", fraction=Decimal("0.5"))
    assert caught.value.code == "tier_unknown"
