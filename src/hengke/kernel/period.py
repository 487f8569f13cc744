"""Half-open periods [start, end) of calendar days: reading, stepping back, comparing with last year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from hengke.kernel.errors import InputError

ONE_DAY = timedelta(days=1)
YEARS = range(1900, 2201)  # beyond them the calendar itself ends before a year's end can be named
_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-?Q(?P<quarter>[1-4])|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` up to but not including `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InputError(
                "period_empty", "The period must begin before it ends: {start} to {end}.",
                start=self.start.isoformat(), end=self.end.isoformat(),
            )  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "2024", "2024-Q1", "2024-03", "2024-03-05" or "2024-01/2024-03" (both included)."""
        first, slash, last = text.strip().upper().partition("/")
        if slash:
            return cls(cls.parse(first).start, cls.parse(last).end)
        found = _WRITTEN.fullmatch(first)
        if found and int(found["year"]) not in YEARS:
            return _fail(text)
        try:
            return _written(found.groupdict()) if found else _fail(text)
        except ValueError:
            return _fail(text)

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def year_to_date(cls, as_of: date) -> Period:
        """1 January up to and including `as_of`: the period of cumulative year-on-year."""
        return cls(date(as_of.year, 1, 1), as_of + ONE_DAY)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        return self.end - ONE_DAY

    @property
    def months(self) -> int | None:
        """Length in months when the period is made of whole months, else None."""
        if self.start.day != 1 or self.end.day != 1:
            return None
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def previous(self) -> Period:
        """The period of the same length just before: in months when these are whole, else in days."""
        if self.months:
            return Period(_add_months(self.start, -self.months), self.start)
        return Period(self.start - timedelta(days=self.days), self.start)

    def last_year(self) -> Period:
        """The same period one year earlier.

        Whole months compare with whole months; otherwise the first and the last day are moved, and
        29 February compares with 28 February.
        """
        if self.months:
            return Period(_add_months(self.start, -12), _add_months(self.end, -12))
        return Period(_year_before(self.start), _year_before(self.last_day) + ONE_DAY)

    def as_dict(self) -> dict[str, str]:
        return {"from": self.start.isoformat(), "to": self.end.isoformat()}

    def __str__(self) -> str:
        return f"{self.start} – {self.last_day}"


def full_years(first: date, last: date) -> list[int]:
    """Calendar years that records from `first` to `last` cover, judged by month.

    A ledger that begins on 6 January or ends on 28 December still covers its year.
    """
    begin = first.year if first.month == 1 else first.year + 1
    stop = last.year if last.month == 12 else last.year - 1
    return list(range(begin, stop + 1))


def last_two_years(first: date, last: date) -> tuple[Period, Period]:
    """The last two full calendar years, earlier first; InputError `two_years_missing` when there are none."""
    years = full_years(first, last)
    if len(years) < 2:
        raise InputError(
            "two_years_missing",
            "The data ({first} to {last}) does not cover two full calendar years: state both periods.",
            first=first.isoformat(), last=last.isoformat(),
        )  # fmt: skip
    return Period.year(years[-2]), Period.year(years[-1])


def _written(parts: dict[str, str | None]) -> Period:
    year, quarter, month, day = (int(value) if value else None for value in parts.values())
    assert year is not None
    if day and month:
        start = date(year, month, day)
        return Period(start, start + ONE_DAY)
    if month:
        start = date(year, month, 1)
        return Period(start, _add_months(start, 1))
    if quarter:
        start = date(year, 3 * quarter - 2, 1)
        return Period(start, _add_months(start, 3))
    return Period.year(year)


def _fail(text: str) -> Period:
    raise InputError(
        "period_unreadable",
        '"{text}" is not a period: write 2024, 2024-Q1, 2024-03 or 2024-03-05.', text=text,
    )  # fmt: skip


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, day.day)


def _year_before(day: date) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
