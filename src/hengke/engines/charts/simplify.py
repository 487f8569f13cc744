"""Lines with fewer points that look the same in a drawing (Visvalingam and Whyatt, 1993).

A point weighs as much as the triangle with its neighbours covers; the lightest goes first, again and again. With a
heap this takes n log n steps whatever the line is, so that no upload can hold up a server.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

Point = tuple[float, float]


def weights(points: Sequence[Point]) -> list[float]:
    """For each point the weight at which it goes, in square drawing units; never less than of one that went before.
    Both ends stay.
    """
    count = len(points)
    found = [math.inf] * count
    before, after = list(range(-1, count - 1)), list(range(1, count + 1))
    gone = [False] * count
    heap = [(_area(points[n - 1], points[n], points[n + 1]), n) for n in range(1, count - 1)]
    current = {n: area for area, n in heap}
    heapq.heapify(heap)
    heaviest = 0.0
    while heap:
        area, n = heapq.heappop(heap)
        if gone[n] or area != current[n]:
            continue
        heaviest = found[n] = max(heaviest, area)
        gone[n] = True
        left, right = before[n], after[n]
        after[left], before[right] = right, left
        for m in (left, right):
            if 0 < m < count - 1:
                current[m] = _area(points[before[m]], points[m], points[after[m]])
                heapq.heappush(heap, (current[m], m))
    return found


def kept(points: Sequence[Point], weight: Sequence[float], least: float) -> list[Point]:
    """The points that weigh more than `least`."""
    return [point for point, own in zip(points, weight, strict=True) if own > least]


def _area(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
