"""Migration between tiers: a case by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import migration, tier_moves

from .conftest import MakeFacts

CUTS = [Decimal("0.25"), Decimal("0.5"), Decimal("0.75")]
Y1, Y2 = Period.year(2023), Period.year(2024)
LINES = [
    *(
        ("a", "2023-03-01", "100"),
        ("b", "2023-03-01", "50"),
        ("c", "2023-03-01", "20"),
        ("d", "2023-03-01", "10"),
    ),
    *(
        ("b", "2024-03-01", "90"),
        ("a", "2024-03-01", "60"),
        ("d", "2024-03-01", "30"),
        ("e", "2024-03-01", "5"),
    ),
]


def test_every_move_is_counted_with_its_amounts(facts: MakeFacts) -> None:
    found = migration(facts(LINES), Y1, Y2, cuts=CUTS)
    moves = [(m.origin, m.target, m.customers, m.amount_from, m.amount_to) for m in found.from_to]
    assert moves == [
        ("vip", "major", 1, Decimal(100), Decimal(60)),
        ("major", "vip", 1, Decimal(50), Decimal(90)),
        ("regular", "gone", 1, Decimal(20), Decimal(0)),
        ("small", "regular", 1, Decimal(10), Decimal(30)),
        ("new", "small", 1, Decimal(0), Decimal(5)),
    ]


def test_net_upward_is_up_less_down_among_those_who_stayed(facts: MakeFacts) -> None:
    net = migration(facts(LINES), Y1, Y2, cuts=CUTS).net_upward
    assert net.customers == 1
    assert net.fraction == pytest.approx(1 / 4)
    assert net.amount == Decimal("20.00")


def test_moves_name_the_customers_behind_each_cell(facts: MakeFacts) -> None:
    moved = tier_moves(facts(LINES), Y1, Y2, cuts=CUTS).order_by("customer")
    assert [(row["customer"], row["origin"], row["target"]) for row in rows(moved)] == [
        ("a", "vip", "major"), ("b", "major", "vip"), ("c", "regular", "gone"), ("d", "small", "regular"),
        ("e", "new", "small"),
    ]  # fmt: skip


def test_without_an_earlier_pyramid_there_is_no_fraction(facts: MakeFacts) -> None:
    net = migration(facts([("a", "2024-01-01", "1")]), Y1, Y2).net_upward
    assert (net.customers, net.fraction, net.amount) == (0, None, Decimal("0.00"))
