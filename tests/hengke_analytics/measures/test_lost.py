"""Lost customers between two periods."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import lost, lost_customers

from .conftest import MakeFacts

Y1, Y2 = Period.year(2023), Period.year(2024)
LINES = [
    *(("a", "2023-03-01", "10"), ("a", "2023-12-31", "5")),
    *(("b", "2023-03-01", "60"), ("b", "2024-01-01", "1")),
    *(("c", "2023-03-01", "20"), ("c", "2024-05-01", "0")),
    *(("d", "2023-03-01", "5"), ("d", "2023-04-01", "-5")),
    *(("e", "2022-03-01", "99"), ("f", "2024-03-01", "9")),
    ("g", "2023-06-01", "5"),
]


def test_the_list_is_largest_first_without_those_who_brought_nothing_before(facts: MakeFacts) -> None:
    assert rows(lost_customers(facts(LINES), Y1, Y2)) == [
        {"customer": "c", "amount_before": Decimal(20)},
        {"customer": "a", "amount_before": Decimal(15)},
        {"customer": "g", "amount_before": Decimal(5)},
    ]


def test_the_share_is_of_all_earlier_contribution(facts: MakeFacts) -> None:
    found = lost(facts(LINES), Y1, Y2)
    assert (found.count, found.amount) == (3, Decimal("40.00"))
    assert found.share == pytest.approx(40 / 100)


def test_nothing_can_be_lost_from_nothing(facts: MakeFacts) -> None:
    found = lost(facts(LINES), Period.year(2019), Y1)
    assert (found.count, found.amount, found.share) == (0, Decimal("0.00"), None)
