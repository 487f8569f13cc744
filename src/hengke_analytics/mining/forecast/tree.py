"""Forecasts of one whole seen by several hierarchies (laboratories, items, regions …), all of which add up to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hengke_analytics.mining.forecast.adjust import YEAR, adjust
from hengke_analytics.mining.forecast.combine import LEVELS
from hengke_analytics.mining.forecast.corrections import Path, follow
from hengke_analytics.mining.forecast.festival import Floats, exposure
from hengke_analytics.mining.forecast.monthly import Series, with_wholes
from hengke_analytics.mining.forecast.project import Outlook, project
from hengke_analytics.mining.forecast.spreading import Units

_VISIBLE = 0.005  # a festival's effect below this share is not worth a word


@dataclass(frozen=True)
class Node:
    """A part of the whole: its history and the months ahead, in whole units (cents, lines).

    `shift` is by how much the Spring Festival moves each month ahead against its usual place, as a share.
    """

    outlook: Outlook
    mean: Units
    low: dict[float, Units]
    high: dict[float, Units]
    shift: Floats

    @property
    def path(self) -> Path:
        """Its names from the whole downwards; () is the whole."""
        return self.outlook.series.path

    def together(self, level: float, begin: int, end: int) -> tuple[int, int]:
        """Interval of the sum of some months ahead."""
        middle = int(self.mean[begin:end].sum())
        half = self.outlook.half_width(level, begin, end)
        lowest = 0 if bool(np.all(self.outlook.series.values >= 0)) else middle - half
        return round(max(middle - half, lowest)), round(middle + half)


def grow(table: pa.Table, keys: Sequence[str], value: str, last: int) -> list[Series]:
    """Series of every combination of keys up to month `last` (12 · year + month − 1), without gaps.

    `table` has one row or more for each combination and month (`month`, the first day of it). A series begins with
    a year in which it has a value, counted from the whole's first month: so few lengths occur, and a laboratory that
    was founded later is no laboratory that had nothing for years.
    """
    month = table["month"].cast(pa.date32()).to_numpy().astype("datetime64[M]").astype(np.int64) + 12 * 1970
    known = month <= last
    if not known.any():
        return []
    names = list(zip(*(table[key].to_pylist() for key in keys), strict=True))
    places = {path: place for place, path in enumerate(dict.fromkeys(names))}
    place = np.array([places[path] for path in names])
    amount = np.asarray(table[value].cast(pa.float64()).to_numpy(), np.float64)
    start = int(month[known].min())
    dense = np.zeros((len(places), last - start + 1))
    np.add.at(dense, (place[known], month[known] - start), amount[known])
    return [_from_its_year(tuple(map(str, path)), start, dense[row]) for path, row in places.items()]


def foresee(hierarchies: Mapping[str, Sequence[Series]], horizon: int) -> dict[str, list[Node]]:
    """Forecast every hierarchy; the first one says what the whole will be, the others are fitted to it.

    Means are whole units and add up exactly at every level of every hierarchy.
    """
    found: dict[str, list[Node]] = {}
    whole: Units | None = None
    for name, parts in hierarchies.items():
        series, wholes = with_wholes(parts)
        outlooks = project(series, horizon, wholes)
        model = {each.series.path: np.rint(each.mean).astype(np.int64) for each in outlooks}
        whole = model[()] if whole is None else whole
        means = follow(model, whole)
        shifts = festival_shifts(series, horizon)
        found[name] = [
            _node(each, means[each.series.path], shift) for each, shift in zip(outlooks, shifts, strict=True)
        ]
    return found


def festival_shifts(series: Sequence[Series], horizon: int) -> list[Floats]:
    """By how much the festival moves each month ahead, as a share of what the month would be otherwise."""
    return [_shift(each, horizon) for each in series]


def _shift(series: Series, horizon: int) -> Floats:
    adjusted = adjust(series.values[None, :], series.months[None, :])
    ahead = series.first + len(series.values) + np.arange(horizon)
    moved = float(adjusted.festival[0]) * exposure(ahead)
    if bool(adjusted.logs[0]):
        shares = np.exp(moved) - 1
    else:
        size = max(float(np.abs(series.values[-YEAR:]).mean()), 1e-9)
        shares = moved / size
    return np.where(np.abs(shares) >= _VISIBLE, shares, 0.0)


def _from_its_year(path: Path, start: int, values: Floats) -> Series:
    used = np.flatnonzero(values)
    offset = int(used[0]) // YEAR * YEAR if len(used) else 0
    return Series(path, start + offset, values[offset:])


def _node(outlook: Outlook, mean: Units, shift: Floats) -> Node:
    moved = mean - outlook.mean
    least = 0.0 if bool(np.all(outlook.series.values >= 0)) else -np.inf
    low = {level: np.rint(np.maximum(outlook.low[level] + moved, least)).astype(np.int64) for level in LEVELS}
    high = {level: np.rint(outlook.high[level] + moved).astype(np.int64) for level in LEVELS}
    return Node(outlook, mean, low, high, shift)
