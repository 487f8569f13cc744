"""Days counted from now."""

from __future__ import annotations

from datetime import date

import pytest

from hengke.engines.records.schema import days
from hengke.kernel import clock


@pytest.mark.parametrize(("text", "today", "day"), [
    ("@today", date(2024, 2, 29), date(2024, 2, 29)),
    ("@today-1", date(2024, 3, 1), date(2024, 2, 29)),
    ("@month", date(2024, 2, 29), date(2024, 2, 1)),
    ("@month-2", date(2024, 1, 31), date(2023, 11, 1)),
    ("@month+11", date(2024, 2, 1), date(2025, 1, 1)),
    ("@quarter", date(2024, 3, 31), date(2024, 1, 1)),
    ("@quarter", date(2024, 12, 31), date(2024, 10, 1)),
    ("@quarter+1", date(2024, 12, 31), date(2025, 1, 1)),
    ("@year-1", date(2024, 7, 1), date(2023, 1, 1)),
])  # fmt: skip
def test_a_day_is_counted_from_today(
    text: str, today: date, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: today)
    assert days.day_of(text) == day
    assert days.written(*(days.parts(text) or ("", 0))) == text


@pytest.mark.parametrize(
    "text", ["@week", "@month1", "@year+101", "@today+40001", "month", 5, None, "@month-"]
)
def test_anything_else_stays(text: object) -> None:
    assert days.parts(text) is None
    assert days.day_of(text) == text
