"""Numbers by their place among the training numbers: what makes a model indifferent to scale and outliers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Integers

#: Beyond three deviations a place is a place at the end.
FARTHEST = 3.0


@dataclass(frozen=True)
class Places:
    """Distinct training numbers, ascending, with the mean rank share of each (ties share one)."""

    values: Floats
    shares: Floats

    @classmethod
    def of(cls, cells: Floats) -> Places:
        """Places of the numbers that are there; without any, everything stands in the middle."""
        values, counts = np.unique(cells[~np.isnan(cells)], return_counts=True)
        if not len(values):
            return cls(np.zeros(1), np.full(1, 0.5))
        shares = (np.cumsum(counts) - counts / 2) / counts.sum()
        return cls(values.astype(np.float64), shares.astype(np.float64))

    def share(self, cells: Floats) -> Floats:
        """Share of training numbers below each cell, linear between neighbours; NaN stays."""
        found: Floats = np.interp(cells, self.values, self.shares)
        return np.where(np.isnan(cells), np.nan, found)

    def normal(self, cells: Floats) -> Floats:
        """The standard normal quantile of that share, within ±3; 0 (the middle) for NaN."""
        from scipy.special import ndtri

        scores: Floats = np.clip(ndtri(self.share(cells)), -FARTHEST, FARTHEST)
        return np.where(np.isnan(cells), 0.0, scores)

    def edges(self, bins: int) -> Floats:
        """Inner boundaries of at most `bins` bins of like size; few distinct numbers have a bin each.

        A boundary lies midway between two neighbours, so that no training number lies on one.
        """
        if len(self.values) <= bins:
            return (self.values[1:] + self.values[:-1]) / 2
        wanted = np.arange(1, bins) / bins
        right = np.clip(np.searchsorted(self.shares, wanted), 1, len(self.values) - 1)
        edges: Floats = np.unique((self.values[right] + self.values[right - 1]) / 2)
        return edges


def binned(cells: Floats, edges: Floats) -> Integers:
    """Number of the bin of each cell, from 0; one more than the last bin for NaN."""
    places = np.searchsorted(edges, cells, side="right")
    return np.where(np.isnan(cells), len(edges) + 1, places).astype(np.int64)
