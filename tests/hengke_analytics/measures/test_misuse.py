"""Signs of misuse with their evidence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hengke_analytics.engine import rows
from hengke_analytics.measures.misuse import misuse

from .conftest import MakeFacts

COLUMNS = "customer date amount received order_no"
AS_OF = date(2025, 12, 31)
LINES = [
    # never pays: three orders older than half a year, and one that may still be paid
    *(("debtor", f"2025-0{month}-01", "100", "10", f"D{month}") for month in (1, 2, 3)),
    ("debtor", "2025-12-01", "500", "0", "D9"),
    # two unpaid orders are no series
    *(("late", f"2025-0{month}-01", "100", "0", f"L{month}") for month in (1, 2)),
    # gets much back
    *(("returns", f"2025-0{month}-01", "100", "100", f"R{month}") for month in (1, 2, 3)),
    *(("returns", f"2025-0{month}-02", "-30", "-30", f"B{month}") for month in (1, 2, 3)),
    # three orders on one day, together beyond the limit
    *(("splits", "2025-05-05", "900", "900", f"S{n}") for n in (1, 2, 3)),
    ("honest", "2025-05-05", "2700", "2700", "H1"),
    # long ago
    *(("debtor of old", f"2020-0{month}-01", "100", "0", f"O{month}") for month in (1, 2, 3)),
]  # fmt: skip


def test_each_sign_comes_with_its_figures(facts: MakeFacts) -> None:
    found = {row["customer"]: row for row in rows(misuse(facts(LINES, COLUMNS), AS_OF, limit=Decimal(1000)))}
    assert set(found) == {"debtor", "returns", "splits"}
    debtor = found["debtor"]
    assert (debtor["unpaid"], debtor["unpaid_orders"], debtor["unpaid_amount"]) == (True, 3, 270)
    assert (debtor["refunding"], debtor["splitting"]) == (False, False)
    assert (found["returns"]["refunds"], found["returns"]["refunded"], found["returns"]["billed"]) == (
        3,
        90,
        300,
    )
    splits = found["splits"]
    assert (splits["split_days"], splits["split_orders"], splits["split_amount"]) == (1, 3, 2700)


def test_without_a_limit_nobody_splits(facts: MakeFacts) -> None:
    assert "splits" not in {row["customer"] for row in rows(misuse(facts(LINES, COLUMNS), AS_OF))}


def test_only_what_was_known_on_the_day_counts(facts: MakeFacts) -> None:
    found = rows(misuse(facts(LINES, COLUMNS), date(2025, 4, 1), limit=Decimal(1000)))
    assert [row["customer"] for row in found] == ["returns"]  # nothing was unpaid for half a year then
