"""The Spring Festival in months."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hengke_analytics.mining.forecast.festival import exposure, new_year


@pytest.mark.parametrize(
    "day", ["1990-01-27", "2000-02-05", "2008-02-07", "2020-01-25", "2025-01-29", "2026-02-17", "2033-01-31"]
)
def test_known_days(day: str) -> None:
    assert new_year(int(day[:4])) == date.fromisoformat(day)


def test_every_day_is_a_new_moon_in_its_season() -> None:
    days = [new_year(year).toordinal() for year in range(1990, 2051)]
    assert all(
        date(2024, 1, 20).timetuple().tm_yday < new_year(year).timetuple().tm_yday <= 51
        for year in range(1990, 2051)
    )
    # From new moon to new moon: twelve or thirteen lunations of 29.53 days, whose length varies with the orbit.
    for gap in np.diff(days):
        assert abs(gap - round(gap / 29.530588) * 29.530588) < 1.5


def test_what_is_the_same_every_year_is_not_festival() -> None:
    table = exposure(12 * 1990 + np.arange(12 * 61)).reshape(61, 12)
    assert table.mean(axis=0) == pytest.approx(np.zeros(12))
    assert not table[:, 3:].any()


def test_an_early_festival_lies_in_january() -> None:
    january, february, march = exposure(np.array([12 * 2023, 12 * 2023 + 1, 12 * 2023 + 2]))
    assert january > 0.2 > 0 > february
    late = exposure(np.array([12 * 2026, 12 * 2026 + 1, 12 * 2026 + 2]))
    assert late[0] < 0 < late[1]
    assert late[2] > march


def test_far_years_have_none() -> None:
    assert not exposure(np.array([12 * 1980 + 1, 12 * 2060])).any()
