"""What is compared with what, and members of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengke.kernel.period import Period
from hengke_analytics.cube import CATALOGUE
from hengke_analytics.cube.periods import STEPS, calendar, compared, member, moved

from .conftest import Cube


@pytest.mark.parametrize(("period", "how", "levels", "before", "step"), [
    ("2025", "yoy", "", "2024", {"years": 1}), ("2025", "yoy", "month", "2024", {"years": 1}),
    ("2025-02", "previous", "", "2025-01", {"days": 31}),
    ("2025", "previous", "month", "2024-12/2025-11", {"months": 1}),
    ("2025", "previous", "quarter year", "2024-10/2025-09", {"months": 3}),
    ("2025-01-10/2025-02-05", "previous", "month", "2024-12-10/2025-01-05", {"months": 1}),
    ("2025-03", "previous", "day", "2025-02-28/2025-03-30", {"days": 1}),
    ("2025-03", "yoy", "week", "2024-03-02/2024-04-01", {"days": 364}),
    ("2024-02-29", "yoy", "", "2023-02-28", {"years": 1}),
])  # fmt: skip
def test_compared_periods(period: str, how: str, levels: str, before: str, step: dict[str, int]) -> None:
    dimensions = [CATALOGUE.dimension(name) for name in levels.split()]
    found = compared(Period.parse(period), how, dimensions)  # type: ignore[arg-type]
    assert (found.period, found.step) == (Period.parse(before), step)


def test_the_end_of_a_month_stays_the_end_of_a_month() -> None:
    assert moved(Period.parse("2025-03-31"), {"months": 1}) == Period.parse("2025-02-28")


def test_members_are_those_of_the_expressions(random_cube: Cube) -> None:
    from hengke_analytics.engine import rows

    facts = random_cube.sources[-1].table
    keys = {name: CATALOGUE.dimension(name).key(facts) for name in STEPS}
    for row in rows(facts.select(on=facts.date, **keys).distinct().limit(400)):
        day = row.pop("on")
        assert row == {name: member(name, day) for name in STEPS}


def test_the_calendar_has_every_member_once_and_in_order() -> None:
    assert calendar(("year", "quarter"), Period.parse("2024-Q4/2025-Q1")) == [(2024, 20244), (2025, 20251)]
    days = calendar(("day",), Period(date(2024, 2, 28), date(2024, 2, 28) + timedelta(days=3)))
    assert days == [(20240228,), (20240229,), (20240301,)]
