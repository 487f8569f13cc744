"""Lines become repeats, recency, age and spending."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.value.purchases import Purchases, bought_between, purchases

from .conftest import days_of

LINES = [
    ("甲", 0, "5"),
    ("乙", 7, "9"),
    ("甲", 14, "1"),
    ("甲", 14, "3"),
    (None, 15, "1"),
    ("甲", 28, "6"),
    ("丙", 30, "2"),
]


def test_lines_of_one_day_are_one_purchase() -> None:
    days = days_of(LINES)
    found = purchases(days, 28)
    assert [days.names[place].as_py() for place in found.customer] == ["甲", "乙"]
    assert (found.repeats.tolist(), found.last.tolist()) == ([2, 0], [4, 0])
    assert (found.age.tolist(), found.spent.tolist()) == ([4, 3], [5, 0])


def test_what_comes_later_is_not_known_yet() -> None:
    assert purchases(days_of(LINES), 27).repeats.tolist() == [1, 0]
    with pytest.raises(InputError) as refused:
        purchases(days_of(LINES), -1)
    assert refused.value.code == "no_purchases"


def test_what_came_in_a_span_of_days() -> None:
    times, amounts = bought_between(days_of(LINES), 7, 28)
    assert (times.tolist(), amounts.tolist()) == ([2, 0, 0], [10, 0, 0])


def test_days_before_1970_stay_apart() -> None:
    found = purchases(days_of([("甲", -30, "1"), ("甲", -2, "1"), ("乙", -9, "1")]), 0)
    assert sorted(zip(found.repeats.tolist(), found.last.tolist(), strict=True)) == [(0, 0), (1, 4)]


def test_cdnow_is_summed_up_as_published(calibration: Purchases, shared: Path) -> None:
    with gzip.open(shared / "data/transactions/cdnow_customers_summary.csv.gz", "rt") as file:
        published = list(csv.DictReader(file))
    assert calibration.repeats.tolist() == [float(row["frequency"]) for row in published]
    for column, name in ((calibration.last, "recency"), (calibration.age, "T")):
        assert np.abs(column - np.array([float(row[name]) for row in published])).max() < 0.005  # two places
