"""One whole, seen by several hierarchies that all add up to it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from hengke_analytics.mining.forecast.festival import new_year
from hengke_analytics.mining.forecast.monthly import Series
from hengke_analytics.mining.forecast.tree import Node, festival_shifts, foresee, grow

LAST = 12 * 2025 + 11


def table() -> pa.Table:
    """Two laboratories from 2020, a third from May 2023; regions cut across."""
    dice = np.random.default_rng(5)
    rows = [
        {"laboratory": name, "city": city, "month": date(month // 12, month % 12 + 1, 1),
         "billed": int(dice.integers(50, 90) * (1 + month % 12))}
        for month in range(12 * 2020, LAST + 2)
        for name, city in (("长度室", "合肥"), ("长度室", "芜湖"), ("热工室", "合肥"), ("电学室", "芜湖"))
        if name != "电学室" or month >= 12 * 2023 + 4
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def trees() -> dict[str, list[Node]]:
    grown = {
        "place": grow(table(), ["laboratory"], "billed", LAST),
        "region": grow(table(), ["city", "laboratory"], "billed", LAST),
    }
    return foresee(grown, 13)


def test_series_end_with_the_last_whole_month_and_begin_with_a_year() -> None:
    found = {each.path: each for each in grow(table(), ["laboratory"], "billed", LAST)}
    assert found[("长度室",)].first == 12 * 2020
    assert found[("电学室",)].first == 12 * 2023
    assert found[("电学室",)].values[:4].tolist() == [0, 0, 0, 0]
    assert {each.first + len(each.values) for each in found.values()} == {LAST + 1}
    assert grow(table(), ["laboratory"], "billed", 12 * 2019) == []


def test_every_level_of_every_hierarchy_adds_up_to_the_same_whole(trees: dict[str, list[Node]]) -> None:
    wholes = []
    for nodes in trees.values():
        by_path = {node.path: node.mean for node in nodes}
        sums: dict[tuple[str, ...], np.ndarray] = defaultdict(lambda: np.zeros(13, np.int64))
        for path, mean in by_path.items():
            if path:
                sums[path[:-1]] += mean
        assert all(by_path[path].tolist() == values.tolist() for path, values in sums.items())
        wholes.append(by_path[()].tolist())
    assert wholes[0] == wholes[1]
    assert min(wholes[0]) > 0


def test_a_year_is_surer_than_its_months_added_and_less_sure_than_one(trees: dict[str, list[Node]]) -> None:
    whole = next(node for node in trees["place"] if not node.path)
    low, high = whole.together(0.8, 1, 13)
    wide = sum(int(whole.high[0.8][step] - whole.low[0.8][step]) for step in range(1, 13))
    assert low < whole.mean[1:13].sum() < high
    assert int(whole.high[0.8][1] - whole.low[0.8][1]) < high - low < wide
    assert whole.together(0.95, 1, 13)[1] > high


def test_the_festival_moves_the_months_it_moves_into() -> None:
    """Half of the days of the season are lost: where it comes early, January loses and February wins."""
    months = np.arange(12 * 2012, LAST + 1)
    values = np.full(len(months), 1_000.0)
    from hengke_analytics.mining.forecast.festival import exposure

    values *= np.exp(-0.8 * exposure(months)) * np.random.default_rng(1).lognormal(0, 0.02, len(months))
    shift = festival_shifts([Series(("x",), 12 * 2012, values)], 12)[0]
    assert new_year(2026).month == 2
    assert shift[0] > 0.05 > 0 > -0.05 > shift[1]
    assert np.all(shift[3:] == 0)
