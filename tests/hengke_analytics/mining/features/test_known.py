"""Lines as they were known at a day."""

from __future__ import annotations

from datetime import date

from hengke_analytics.engine import rows
from hengke_analytics.mining.features.known import known_lines

from .conftest import MakeLines


def test_a_payment_counts_from_its_day_on(lines: MakeLines) -> None:
    table = lines(
        [{"customer": "A", "date": "2024-01-01", "amount": "5", "received": "5", "received_on": "2024-02-01"}]
    )
    before, after = (rows(known_lines(table, date(2024, month, 1)))[0] for month in (1, 2))
    assert (before["received"], before["received_on"]) == (0, None)
    assert (after["received"], after["received_on"]) == (5, date(2024, 2, 1))


def test_a_payment_without_a_date_is_known_with_its_line(lines: MakeLines) -> None:
    table = lines([{"customer": "A", "date": "2024-01-01", "amount": "5", "received": "5"}])
    assert rows(known_lines(table, date(2024, 1, 1)))[0]["received"] == 5


def test_lines_without_a_customer_belong_to_nobody(lines: MakeLines) -> None:
    assert rows(known_lines(lines([{"date": "2024-01-01", "amount": "5"}]), date(2024, 1, 1))) == []
