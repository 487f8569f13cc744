"""Periods: half-open, read from text, compared with the year before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke.kernel.period import ONE_DAY, Period, full_years, last_two_years

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def between(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-Q1", "2024-01-01", "2024-04-01"),
        ("2024q4", "2024-10-01", "2025-01-01"),
        ("2024-12", "2024-12-01", "2025-01-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("2024-01/2024-03", "2024-01-01", "2024-04-01"),
    ],
)
def test_reads_written_periods(text: str, start: str, end: str) -> None:
    assert Period.parse(text) == between(start, end)


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2023-02-29", "2024-Q5", "last year", "2024-1-1"])
def test_refuses_what_is_no_period(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Period.parse(text)
    assert caught.value.code == "period_unreadable"


def test_refuses_a_period_without_days() -> None:
    with pytest.raises(InputError) as caught:
        between("2024-01-01", "2024-01-01")
    assert caught.value.code == "period_empty"


def test_holds_its_first_day_and_not_its_end() -> None:
    year = Period.year(2024)
    assert date(2024, 1, 1) in year
    assert date(2024, 12, 31) in year
    assert date(2025, 1, 1) not in year


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2024", "2023"),
        ("2024-Q1", "2023-Q4"),
        ("2024-03", "2024-02"),
        ("2024-03-01", "2024-02-29"),
    ],
)
def test_previous_has_the_same_length_in_its_own_unit(period: str, before: str) -> None:
    assert Period.parse(period).previous() == Period.parse(before)


@pytest.mark.parametrize(
    ("period", "last_year"),
    [
        (("2024-01-01", "2025-01-01"), ("2023-01-01", "2024-01-01")),
        (("2024-02-29", "2024-03-01"), ("2023-02-28", "2023-03-01")),
        (("2024-01-01", "2024-03-01"), ("2023-01-01", "2023-03-01")),
        (("2025-02-01", "2025-03-01"), ("2024-02-01", "2024-03-01")),
        (("2025-02-10", "2025-03-01"), ("2024-02-10", "2024-02-29")),
        (("2024-02-10", "2024-02-29"), ("2023-02-10", "2023-03-01")),
    ],
)
def test_last_year_compares_29_february_with_28(period: tuple[str, str], last_year: tuple[str, str]) -> None:
    assert between(*period).last_year() == between(*last_year)


def test_year_to_date_includes_the_day() -> None:
    assert Period.year_to_date(date(2024, 2, 29)) == between("2024-01-01", "2024-03-01")


@given(DAYS, st.integers(1, 800))
def test_previous_ends_where_the_period_begins(start: date, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    assert period.previous().end == period.start


@given(DAYS, st.integers(1, 800))
def test_last_year_begins_a_year_earlier_and_keeps_its_days_but_for_leap_days(start: date, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    before = period.last_year()
    assert before.start.year == start.year - 1
    assert before.start.month == start.month
    assert abs(before.days - period.days) <= 1


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2019-01-06", "2025-12-28", [2019, 2020, 2021, 2022, 2023, 2024, 2025]),
        ("2019-02-01", "2021-11-30", [2020]),
        ("2010-12-01", "2011-12-09", [2011]),
        ("2024-03-01", "2024-10-01", []),
    ],
)
def test_full_years_are_judged_by_month(first: str, last: str, years: list[int]) -> None:
    assert full_years(date.fromisoformat(first), date.fromisoformat(last)) == years


def test_last_two_years_are_the_latest_full_ones() -> None:
    assert last_two_years(date(2019, 1, 6), date(2025, 12, 28)) == (Period.year(2024), Period.year(2025))
    with pytest.raises(InputError) as caught:
        last_two_years(date(2010, 12, 1), date(2011, 12, 9))
    assert caught.value.code == "two_years_missing"


def test_is_written_with_its_last_day_and_exchanged_with_its_end() -> None:
    assert str(Period.year(2024)) == "2024-01-01 – 2024-12-31"
    assert Period.year(2024).as_dict() == {"from": "2024-01-01", "to": "2025-01-01"}
    assert Period.year(2024).last_day + ONE_DAY == date(2025, 1, 1)
