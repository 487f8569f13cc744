"""What a period is compared with, and how its days move onto the present ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hengke.kernel.period import ONE_DAY, Period
from hengke_analytics.cube.catalogue import Dimension
from hengke_analytics.cube.question import Compare

Step = Mapping[str, int]
YEAR: Step = {"years": 1}
# 52 weeks: the week of the same number, and the same weekday.
WEEKS: Step = {"days": 364}
STEPS: Mapping[str, Step] = {
    "day": {"days": 1}, "weekday": {"days": 1}, "week": {"days": 7}, "month": {"months": 1},
    "month_of_year": {"months": 1}, "quarter": {"months": 3}, "quarter_of_year": {"months": 3}, "year": YEAR,
}  # fmt: skip
"""Date levels from fine to coarse, with the distance between two of their members."""
WHOLE_MONTHS = frozenset(("month", "month_of_year", "quarter", "quarter_of_year", "year"))


@dataclass(frozen=True)
class Compared:
    """The earlier period, and the interval that its days lie before those they are compared with."""

    period: Period
    step: Step


def finest(dimensions: Iterable[Dimension]) -> str:
    """The finest date level among some dimensions, "" for none."""
    names = {dimension.name for dimension in dimensions if dimension.is_date}
    return next((name for name in STEPS if name in names), "")


def compared(period: Period, how: Compare, dimensions: Iterable[Dimension]) -> Compared:
    """Year-on-year by default; period-on-period steps by the finest date level, without one by the whole period."""
    level = finest(dimensions)
    if how == "previous" and level:
        return Compared(moved(period, STEPS[level]), STEPS[level])
    if how == "previous":
        earlier = period.previous()
        return Compared(earlier, {"days": (period.start - earlier.start).days})
    if level in ("week", "weekday"):
        return Compared(moved(period, WEEKS), WEEKS)
    return Compared(period.last_year(), YEAR)


def moved(period: Period, step: Step) -> Period:
    """The period that lies `step` earlier; whole months stay whole months."""
    if "days" in step:
        days = timedelta(days=step["days"])
        return Period(period.start - days, period.end - days)
    months = step.get("months", 0) + 12 * step.get("years", 0)
    if period.months:
        return Period(_back(period.start, months), _back(period.end, months))
    return Period(_back(period.start, months), _back(period.last_day, months) + ONE_DAY)


def member(level: str, day: date) -> int:
    """The key of the member of a date level in which a day lies; the same as the catalogue's expressions."""
    year, week, weekday = day.isocalendar()
    quarter = (day.month + 2) // 3
    keys = {
        "year": day.year, "quarter": day.year * 10 + quarter, "month": day.year * 100 + day.month,
        "day": day.year * 10_000 + day.month * 100 + day.day, "week": year * 100 + week, "weekday": weekday,
        "month_of_year": day.month, "quarter_of_year": quarter,
    }  # fmt: skip
    return keys[level]


def calendar(levels: tuple[str, ...], period: Period) -> list[tuple[int, ...]]:
    """Every combination of members of some date levels that a period has, in order."""
    by_month = set(levels) <= WHOLE_MONTHS
    day = period.start
    found: dict[tuple[int, ...], None] = {}
    while day < period.end:
        found[tuple(member(level, day) for level in levels)] = None
        day = _back(day.replace(day=1), -1) if by_month else day + ONE_DAY
    return sorted(found)


def _back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (after - ONE_DAY).day))
