"""Clusters keep their numbers from one run to the next, as long as they are mostly the same customers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

_ALIKE = 0.1  # Jaccard index below which two clusters have nothing to do with one another


def renamed(before: Mapping[str, int], after: Mapping[str, int]) -> dict[int, int]:
    """Number in this run -> number to show: that of the earlier cluster it overlaps best, else a new one.

    The pairs are chosen together so that the sum of their Jaccard indices, over customers of both runs, is
    greatest. Numbers of clusters that have gone are not given again. −1 (in no cluster) stays.
    """
    both = before.keys() & after.keys()
    old = sorted({number for number in before.values() if number >= 0})
    new = sorted({number for number in after.values() if number >= 0})
    together = np.zeros((len(new), len(old)))
    for customer in both:
        if before[customer] >= 0 and after[customer] >= 0:
            together[new.index(after[customer]), old.index(before[customer])] += 1
    sizes = together.sum(axis=1, keepdims=True) + together.sum(axis=0, keepdims=True) - together
    alike = np.divide(together, sizes, out=np.zeros_like(together), where=sizes > 0)
    kept = {
        new[row]: old[column]
        for row, column in zip(*linear_sum_assignment(-alike), strict=True)
        if alike[row, column] >= _ALIKE
    }
    fresh = iter(range(max(old, default=-1) + 1, max(old, default=-1) + 1 + len(new)))
    return {number: kept[number] if number in kept else next(fresh) for number in new} | {-1: -1}
