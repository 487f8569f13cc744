"""Purchases made in a test, and the CDNOW sample."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hengke_analytics.files import MONEY
from hengke_analytics.mining.value.bgnbd import Habit
from hengke_analytics.mining.value.gammagamma import Spending
from hengke_analytics.mining.value.purchases import Days, Purchases, by_day, purchases

#: The end of the published calibration period, and of the 39 weeks held out behind it.
CALIBRATED, KNOWN = ((date(*day) - date(1970, 1, 1)).days for day in ((1997, 9, 30), (1998, 6, 30)))
PUBLISHED = Habit(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPENT = Spending(p=6.25, q=3.74, v=15.44)


def days_of(rows: Iterable[tuple[str | None, int, str]]) -> Days:
    customers, days, amounts = zip(*rows, strict=True)
    return by_day(
        pa.chunked_array([list(customers)]),
        pa.chunked_array([pa.array(days, pa.int32()).cast(pa.date32())]),
        pa.chunked_array([pa.array(map(Decimal, amounts), MONEY)]),
    )


def some_customers(
    repeats: list[float], last: list[float], age: list[float], spent: list[float]
) -> Purchases:
    columns = (np.array(column, float) for column in (repeats, last, age, spent))
    return Purchases(np.arange(len(repeats)), *columns)


@pytest.fixture(scope="session")
def cdnow(shared: Path) -> Days:
    """2,357 customers of CDNOW, the whole log."""
    with gzip.open(shared / "data/transactions/CDNOW_sample.txt.gz", "rt") as file:
        lines = [line.split() for line in file]
    epoch = date(1970, 1, 1)
    return days_of(
        (line[1], (date(int(line[2][:4]), int(line[2][4:6]), int(line[2][6:])) - epoch).days, line[4])
        for line in lines
    )


@pytest.fixture(scope="session")
def calibration(cdnow: Days) -> Purchases:
    return purchases(cdnow, CALIBRATED)
