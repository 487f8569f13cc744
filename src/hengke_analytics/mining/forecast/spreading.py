"""Whole units spread over parts so that the parts add up exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.forecast.festival import Floats

Units = NDArray[np.int64]


def spread(total: Units, weights: Floats) -> Units:
    """Each total over its column of weights (parts x columns), in whole units, by largest remainder.

    Parts are in proportion to their weights, negative ones counting as none; where no part has any weight all have
    the same. Ties go to the part that comes first, so that equal questions have equal answers.
    """
    kept = np.maximum(weights, 0.0)
    sums = kept.sum(axis=0)
    share = np.where(sums > 0, kept / np.where(sums > 0, sums, 1.0), 1 / len(kept))
    exact = share * total
    found = np.floor(exact).astype(np.int64)
    missing = total - found.sum(axis=0)
    order = np.argsort(found - exact, axis=0, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(len(kept))[:, None], axis=0)
    return np.asarray(found + (place < missing), np.int64)
