"""Numbers of different size and shape made comparable, so that no column rules by its unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SKEWED = 1.5
_FURTHEST = 4.0  # standard deviations: a lone giant must not be a cluster of its own


def comparable(columns: Floats) -> Floats:
    """Every column with mean 0 and spread 1.

    A missing value is the column's median. A column of values from 0 on with a long tail counts in logarithms;
    what lies further than four standard deviations out counts as four. A constant column is 0.
    """
    filled = np.where(np.isfinite(columns), columns, medians(columns))
    shaped = np.column_stack([_unskewed(column) for column in filled.T])
    centred = shaped - shaped.mean(axis=0)
    spread = centred.std(axis=0)
    scaled = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)
    return np.asarray(np.clip(scaled, -_FURTHEST, _FURTHEST))


def medians(columns: Floats) -> Floats:
    """Median of the known values of every column; 0 where none is known."""
    known = np.where(np.isfinite(columns), columns, np.nan)
    empty = np.isnan(known).all(axis=0)
    return np.asarray(np.nanmedian(np.where(empty, 0.0, known), axis=0))


def _unskewed(column: Floats) -> Floats:
    centred = column - column.mean()
    spread = column.std()
    if column.min() < 0 or spread == 0 or (centred**3).mean() / spread**3 < _SKEWED:
        return column
    return np.asarray(np.log1p(column / float(np.quantile(column[column > 0], 0.1))))
