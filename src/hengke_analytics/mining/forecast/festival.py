"""The Spring Festival 春节: how much of it lies in which month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Months = NDArray[np.int64]

FIRST_YEAR = 1990
#: First day of the first lunar month, 1990 to 2050.
_DAYS = tuple(
    """
01-27 02-15 02-04 01-23 02-10 01-31 02-19 02-07 01-28 02-16 02-05 01-24 02-12 02-01 01-22 02-09 01-29 02-18 02-07 01-26
02-14 02-03 01-23 02-10 01-31 02-19 02-08 01-28 02-16 02-05 01-25 02-12 02-01 01-22 02-10 01-29 02-17 02-06 01-26 02-13
02-03 01-23 02-11 01-31 02-19 02-08 01-28 02-15 02-04 01-24 02-12 02-01 01-22 02-10 01-30 02-17 02-06 01-26 02-14 02-02
01-23
""".split()  # noqa: SIM905 - a list of words would be sixty lines
)
BEFORE, AFTER = 7, 14  # customers send nothing in the week before, and little until the Lantern Festival


def new_year(year: int) -> date:
    """The day of the festival, for the years 1990 to 2050."""
    month, day = map(int, _DAYS[year - FIRST_YEAR].split("-"))
    return date(year, month, day)


def exposure(months: Months) -> Floats:
    """How far each month (12 · year + month − 1) holds more of the festival season than it does in the mean.

    The season are the three weeks from a week before the day to two weeks behind it; its share of the days of the
    month, less the mean share of that calendar month. What is the same every year is part of the seasons of the
    year already. Zero outside 1990 to 2050.
    """
    table = _table()
    place = months - 12 * FIRST_YEAR
    known = (place >= 0) & (place < len(table))
    return np.where(known, table[np.clip(place, 0, len(table) - 1)], 0.0)


@cache
def _table() -> Floats:
    share = np.zeros((len(_DAYS), 12))
    for place in range(len(_DAYS)):
        day = new_year(FIRST_YEAR + place)
        for offset in range(-BEFORE, AFTER):
            each = day + timedelta(offset)
            share[place, each.month - 1] += 1 / monthrange(each.year, each.month)[1]
    return np.asarray((share - share.mean(axis=0)).ravel())
