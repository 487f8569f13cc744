"""Lines, or a table of series, as series of months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hengke.kernel.errors import InputError
from hengke_analytics.mining.forecast.festival import Floats, Months
from hengke_analytics.mining.patterns.baskets import Codes, codes

_FAR = 12 * 10_000  # months: beyond every year that a date may have
_WHOLE_BY = 3  # days before its end from which a month counts as complete


@dataclass(frozen=True)
class Series:
    """One series: what it is of, from the whole to the part, its first month and its values without a gap."""

    path: tuple[str, ...]
    first: int
    values: Floats

    @property
    def months(self) -> Months:
        """12 · year + month − 1 of every value."""
        return self.first + np.arange(len(self.values))


def monthly(keys: Sequence[pa.ChunkedArray], days: pa.ChunkedArray, values: pa.ChunkedArray) -> list[Series]:
    """Series by the values of the key columns.

    Where a series has several rows in a month they are lines: they are summed, a month without any is 0, all
    series end together, and a last month that has only begun is left out. Otherwise the rows are a table of
    series: each ends where it ends, and a missing month is what lies between its neighbours.
    InputError `no_series` when no row is complete.
    """
    usable = pc.and_(pc.is_valid(days), pc.is_valid(values))
    for key in keys:
        usable = pc.and_(usable, pc.is_valid(key))
    days, values = days.filter(usable), values.filter(usable)
    if not len(days):
        raise InputError("no_series", "No row has a series, a date and a value.")
    place, paths = _paths([key.filter(usable) for key in keys], len(days))
    month = days.cast(pa.date32()).to_numpy().astype("datetime64[M]").astype(np.int64) + 12 * 1970
    amount = values.cast(pa.float64()).to_numpy()
    cells, row = np.unique(place * _FAR + month, return_inverse=True)
    sums = np.bincount(row, weights=amount).astype(np.float64)
    if len(cells) == len(days):
        return [_table_row(path, *_of(number, cells, sums)) for number, path in enumerate(paths)]
    last = last_whole_month(pc.max(days).as_py())
    made = (_lines(path, *_of(number, cells, sums), last) for number, path in enumerate(paths))
    return [each for each in made if each is not None]


def with_wholes(parts: Sequence[Series]) -> tuple[list[Series], list[tuple[int, NDArray[np.int64]]]]:
    """The parts, then the sums over every shorter path up to all together, and which rows make up which."""
    every, wholes = list(parts), []
    level = {each.path: place for place, each in enumerate(parts)}
    while len(next(iter(level))) > 0:
        above: dict[tuple[str, ...], list[int]] = {}
        for path, place in level.items():
            above.setdefault(path[:-1], []).append(place)
        level = {}
        for path, children in above.items():
            level[path] = len(every)
            wholes.append((len(every), np.array(children)))
            every.append(summed(path, [every[child] for child in children]))
    return every, wholes


def name_of(month: int) -> str:
    """ "2026-01"."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _paths(keys: Sequence[pa.ChunkedArray], count: int) -> tuple[Codes, list[tuple[str, ...]]]:
    place: Codes = np.zeros(count, np.int64)
    paths: list[tuple[str, ...]] = [()]
    for key in keys:
        code, names = codes(key)
        pairs, place = np.unique(place * len(names) + code, return_inverse=True)
        written = names.to_pylist()
        paths = [(*paths[pair // len(written)], str(written[pair % len(written)])) for pair in pairs.tolist()]
    return place, paths


def _of(number: int, cells: Codes, sums: Floats) -> tuple[Months, Floats]:
    begin, end = np.searchsorted(cells, (number * _FAR, (number + 1) * _FAR))
    return cells[begin:end] - number * _FAR, sums[begin:end]


def _table_row(path: tuple[str, ...], months: Months, values: Floats) -> Series:
    every = np.arange(months[0], months[-1] + 1)
    return Series(path, int(months[0]), np.interp(every, months, values))


def _lines(path: tuple[str, ...], months: Months, values: Floats, last: int) -> Series | None:
    if months[0] > last:
        return None
    filled = np.zeros(last - int(months[0]) + 1)
    inside = months <= last
    filled[months[inside] - months[0]] = values[inside]
    return Series(path, int(months[0]), filled)


def last_whole_month(last: date) -> int:
    """The last month of which a day near its end is known, as 12 · year + month − 1."""
    month = 12 * last.year + last.month - 1
    complete = last.day > monthrange(last.year, last.month)[1] - _WHOLE_BY
    return month if complete else month - 1


def summed(path: tuple[str, ...], parts: list[Series]) -> Series:
    """The sum of series that may begin and end at different months."""
    first = min(part.first for part in parts)
    length = max(part.first + len(part.values) for part in parts) - first
    total = np.zeros(length)
    for part in parts:
        total[part.first - first : part.first - first + len(part.values)] += part.values
    return Series(path, first, total)
