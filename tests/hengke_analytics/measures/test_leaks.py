"""Cost leaks: sold below cost, discounted, late, and orders too small."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures.leaks import leaks, small_orders, undersold
from hengke_analytics.measures.profit import Direct, Rates

from .conftest import MakeFacts

COLUMNS = "customer date amount received cost list_price order_no laboratory instrument_name"
YEAR = Period.year(2025)
LINES = [
    ("A", "2025-01-10", "100", "100", "130.50", "200", "W1", "长度室", "卡尺"),
    ("A", "2025-01-10", "100", "0", "40", "100", "W1", "长度室", "千分尺"),
    ("B", "2025-11-10", "100", "0", "40", None, "W2", "长度室", "千分尺"),
    ("B", "2025-02-01", "10", "10", "10.01", "10", "W3", "电学室", "万用表"),
    ("B", "2024-02-01", "10", "0", "900", "10", "W4", "电学室", "万用表"),
]


def test_leaks_by_laboratory(facts: MakeFacts) -> None:
    found = rows(leaks(facts(LINES, COLUMNS), YEAR, date(2025, 12, 31), Rates()))
    length, electric = found
    assert (length["laboratory"], length["undersold"], length["undersold_lines"]) == (
        "长度室", Decimal("30.50"), 1,
    )  # fmt: skip
    assert (length["late"], length["late_lines"]) == (100, 1)  # November's is not late yet
    assert (length["discounted"], length["discounted_lines"], length["lost"]) == (100, 1, Decimal("130.50"))
    assert (electric["undersold"], electric["late"]) == (Decimal("0.01"), 0)


def test_what_was_paid_in_time_and_sold_well_is_no_leak(facts: MakeFacts) -> None:
    table = facts(
        [("A", "2025-01-10", "100", "100", "50", "长度室")], "customer date amount received cost laboratory"
    )
    assert rows(leaks(table, YEAR, date(2025, 12, 31), Rates())) == []


def test_items_sold_below_cost_come_with_the_worst_first(facts: MakeFacts) -> None:
    found = rows(undersold(facts(LINES, COLUMNS), YEAR, Rates()))
    assert [(row["item"], row["lines"], row["loss"]) for row in found] == [
        ("卡尺", 1, Decimal("30.50")), ("万用表", 1, Decimal("0.01")),
    ]  # fmt: skip


def test_declared_costs_leak_too(facts: MakeFacts) -> None:
    table = facts(LINES, COLUMNS).drop("cost")
    found = rows(undersold(table, YEAR, Rates(direct={"": Direct(0, 2_000)})))
    assert [(row["item"], row["loss"]) for row in found] == [("万用表", 10)]


def test_orders_that_bring_less_than_their_handling(facts: MakeFacts) -> None:
    (found,) = rows(small_orders(facts(LINES, COLUMNS), YEAR, Rates(order=1_500)))
    assert found == {"orders": 1, "billed": 10, "loss": 5}
