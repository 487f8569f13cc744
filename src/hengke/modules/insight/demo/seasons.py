"""Working days and seasons of a Chinese laboratory; days count from 1 January of the first year."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from hengke.kernel.errors import InputError

from .noise import Floats, Ints

# First day of the lunar year (春节), 2015 to 2035, as published in the Chinese calendar.
_LUNAR_NEW_YEARS = (
    "2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 "
    "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 "
    "2033-01-31 2034-02-19 2035-02-08"
)
LUNAR_NEW_YEAR = {day.year: day for day in map(date.fromisoformat, _LUNAR_NEW_YEARS.split())}

# Relative demand per month: budgets start late, 3·15 inspections in March, a rush before the year's end.
MONTH_WEIGHTS = (0.90, 0.70, 1.25, 1.05, 1.00, 1.05, 0.95, 0.90, 1.05, 0.95, 1.25, 1.40)
SLACK_BEFORE, SLACK_AFTER = 6, 13  # days around the lunar new year in which hardly anybody submits


@dataclass(frozen=True)
class Calendar:
    """The days of `first_year` to `last_year`; `days` is their number.

    Tables reach two years beyond, because certificates written in the last year end there.
    """

    first_year: int
    last_year: int

    def __post_init__(self) -> None:
        if self.first_year < 2015 or self.last_year > 2035:
            raise InputError(
                "demo.calendar",
                "The demo knows the lunar calendar from 2015 to 2035: choose dates within it.",
            )

    @cached_property
    def epoch(self) -> date:
        return date(self.first_year, 1, 1)

    def day(self, when: date) -> int:
        return (when - self.epoch).days

    @property
    def days(self) -> int:
        return self.day(date(self.last_year + 1, 1, 1))

    @cached_property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """Every day until two years and a half after the last year."""
        return tuple(self.epoch + timedelta(days=n) for n in range(self.days + 930))

    @cached_property
    def _next_open(self) -> Ints:
        """For every day the first day from it on that the reception is open."""
        table = np.arange(self.days, dtype=np.int64)
        for n in range(self.days - 2, -1, -1):
            if not self._open(self.dates[n]):
                table[n] = table[n + 1]
        return table

    @cached_property
    def _slack_end(self) -> Ints:
        """For every day around a lunar new year the first day after that time, else -1."""
        table = np.full(self.days, -1, dtype=np.int64)
        for year in self.years:
            spring = self.day(LUNAR_NEW_YEAR[year])
            table[max(0, spring - SLACK_BEFORE) : spring + SLACK_AFTER] = spring + SLACK_AFTER
        return table

    def submission_days(self, wished: Ints, chance: Floats) -> Ints:
        """The day on which customers who wish to come at `wished` do come; days outside stay as they are.

        Nine in ten put off what falls around the lunar new year, over three weeks after it.
        """
        inside = (wished >= 0) & (wished < self.days)
        day = np.clip(wished, 0, self.days - 1)
        slack = self._slack_end[day]
        put_off = (slack >= 0) & (chance < 0.9)
        day = np.where(put_off, slack + (chance / 0.9 * 21).astype(np.int64), day)
        return np.where(inside, self._next_open[np.minimum(day, self.days - 1)], wished)

    def work_days(self, wished: Ints) -> Ints:
        """The first working day from each wished day on; days after the last year stay as they are."""
        inside = wished < self.days
        return np.where(inside, self._next_open[np.where(inside, wished, 0)], wished)

    @cached_property
    def expiries(self) -> dict[int, Ints]:
        """For 6, 12 and 24 months: the last day of validity of a certificate written on each day."""
        reach = self.days + 150
        return {
            months: np.array(
                [self.day(_add_months(d, months)) - 1 for d in self.dates[:reach]], dtype=np.int64
            )
            for months in (6, 12, 24)
        }

    def _open(self, day: date) -> bool:
        spring = (day - LUNAR_NEW_YEAR[day.year]).days
        national = day.month == 10 and day.day <= 7
        return day.weekday() < 5 and not national and not -1 <= spring <= 6


def _add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def phases(rng: np.random.Generator, size: int) -> Ints:
    """Days of the year [0, 365) drawn with the weights of the months."""
    weights = np.array(MONTH_WEIGHTS)
    month = rng.choice(12, size=size, p=weights / weights.sum())
    return ((month + rng.random(size)) * (365 / 12)).astype(np.int64)
