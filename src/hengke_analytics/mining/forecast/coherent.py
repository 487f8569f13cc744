"""Forecasts of parts and wholes that add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.forecast.festival import Floats

Children = NDArray[np.int64]


def reconcile(mean: Floats, variance: Floats, wholes: Sequence[tuple[int, Children]]) -> Floats:
    """Move all forecasts as little as needed until every whole is the sum of its children.

    MinT (Wickramasuriya et al. 2019) with a diagonal covariance: with C the constraints (one row for each whole:
    1 for it, −1 for its children) and W the variances of the errors, y − W C′ (C W C′)⁻¹ C y. What the back-test
    found uncertain moves most. `wholes` name a row of `mean` and the rows that make it up, wholes of parts before
    wholes of wholes; parts that would fall below zero are set to it where no forecast was negative before.
    """
    constraints = np.zeros((len(wholes), len(mean)))
    for row, (whole, children) in enumerate(wholes):
        constraints[row, whole] = 1
        constraints[row, children] = -1
    weighted = constraints * np.maximum(variance, 1e-12 * max(float(variance.max()), 1e-300))
    moves = np.linalg.solve(weighted @ constraints.T, constraints @ mean)
    moved = mean - weighted.T @ moves
    if np.all(mean >= 0):
        moved = np.maximum(moved, 0)
    for whole, children in wholes:  # sums to the last bit, also after what fell below zero
        moved[whole] = moved[children].sum(axis=0)
    return np.asarray(moved)
