"""Natural breaks (Jenks 1967): cut weighted values into classes of least squared deviation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def breaks(values: Floats, weights: Floats, classes: int) -> list[int]:
    """Index at which each class after the first begins, for ascending distinct `values`.

    Fisher's dynamic programme: best(c, j) = min over i of best(c − 1, i) + deviation(i, j), so
    O(classes · n²) elementary steps, vectorised over i. Of equally good cuts the lowest is taken.
    Fewer values than classes give one class per value.
    """
    count = len(values)
    classes = min(classes, count)
    if classes < 2:
        return []
    deviation = _Deviation(values, weights)
    best = deviation(np.zeros(count + 1, dtype=np.int64), np.arange(count + 1))
    origins = []
    for depth in range(1, classes):
        ends = range(depth + 1, count + 1) if depth < classes - 1 else range(count, count + 1)
        best, origin = _layer(best, deviation, depth, ends)
        origins.append(origin)
    return _walk_back(origins, count)


class _Deviation:
    """Weighted squared deviation of values[i:j] from their mean, by prefix sums of centred values."""

    def __init__(self, values: Floats, weights: Floats) -> None:
        centred = values - np.average(values, weights=weights)
        self.weight, self.first, self.second = (
            np.concatenate(([0.0], np.cumsum(weights * centred**power))) for power in (0, 1, 2)
        )

    def __call__(self, begin: NDArray[np.int64], end: NDArray[np.int64] | int) -> Floats:
        weight = self.weight[end] - self.weight[begin]
        first = self.first[end] - self.first[begin]
        second = self.second[end] - self.second[begin]
        mean_square = np.divide(first**2, weight, out=np.zeros_like(first), where=weight > 0)
        return np.asarray(second - mean_square)


def _layer(best: Floats, deviation: _Deviation, depth: int, ends: range) -> tuple[Floats, NDArray[np.int64]]:
    reached = np.full_like(best, np.inf)
    origin = np.zeros(len(best), dtype=np.int64)
    for end in ends:
        begins = np.arange(depth, end)
        costs = best[depth:end] + deviation(begins, end)
        chosen = int(np.argmin(costs))
        reached[end], origin[end] = costs[chosen], begins[chosen]
    return reached, origin


def _walk_back(origins: list[NDArray[np.int64]], end: int) -> list[int]:
    found: list[int] = []
    for origin in reversed(origins):
        end = int(origin[end])
        found.append(end)
    return found[::-1]
