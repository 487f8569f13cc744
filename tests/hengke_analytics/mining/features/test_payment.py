"""Habits of payment: by orders, and drawn towards all customers."""

from __future__ import annotations

from datetime import date
from math import log

import pytest

from hengke_analytics.engine import rows
from hengke_analytics.mining.features.payment import habit

from .conftest import MakeLines


def test_few_orders_are_drawn_towards_all(lines: MakeLines) -> None:
    quick = {"customer": "quick", "received_on": "2024-01-01"}
    paid = {"date": "2024-01-01", "amount": "10", "received": "10"}
    table = lines(
        [
            {**paid, "customer": "slow", "order_no": "1", "received_on": "2024-05-30"},
            {**paid, "customer": "slow", "order_no": "1", "received_on": "2024-05-30"},
            *({**paid, **quick, "order_no": str(order)} for order in (2, 3, 4)),
        ]
    )
    told = {row["customer"]: row for row in rows(habit(table, date(2024, 12, 31), terms=90))}
    assert told["slow"]["orders_late"] == pytest.approx((1 + 4 * 0.25) / 5)
    assert told["quick"]["orders_late"] == pytest.approx(4 * 0.25 / 7)
    assert told["quick"]["log_wait"] == pytest.approx(4 * log(151) / 4 / 7)


def test_an_open_order_counts_with_the_time_it_has_been_open(lines: MakeLines) -> None:
    table = lines([{"customer": "A", "date": "2024-01-01", "amount": "10", "order_no": "1"}])
    young, old = (rows(habit(table, day, terms=90))[0] for day in (date(2024, 2, 1), date(2024, 12, 31)))
    assert young["orders_late"] is None  # nobody has an order that is due
    assert old["orders_late"] == pytest.approx(1.0)
