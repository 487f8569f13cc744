"""From inputs to a matrix, with everything that is learned learned on the training rows only.

Missing values are information (an indicator, or a level of their own), rare levels share one, and a level that
was never seen counts as rare. Each column of the matrix belongs to one feature, so that reasons add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.scores.inputs import Column, Floats, Inputs, Integers
from hengke_analytics.mining.scores.quantiles import Places, binned

#: A level has a column of its own from this many training rows on, and from this share of them.
FEWEST_ROWS, FEWEST_SHARE = 8, 0.002
MOST_LEVELS = 40
#: Numbers with so few distinct values are also taken as levels: codes are often written as numbers.
FEW_VALUES = 12


@dataclass(frozen=True)
class Levels:
    """Which levels have a column: `kept`; all others, and new ones, are "rare"; missing is one of its own."""

    kept: tuple[str, ...]
    has_rare: bool
    has_missing: bool

    @classmethod
    def of(cls, column: Column, fewest: float | None = None) -> Levels:
        """Levels that are frequent among the training rows, most frequent first."""
        counts = np.bincount(column.cells[~column.missing], minlength=len(column.levels))
        fewest = fewest or max(FEWEST_ROWS, FEWEST_SHARE * len(column.cells))
        order = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
        kept = tuple(column.levels[code] for code in order if counts[code] >= fewest)
        shown = sum(counts[code] for code in order[: len(kept)])
        return cls(kept, bool(shown < counts.sum()), bool(column.missing.any()))

    @property
    def width(self) -> int:
        """Columns of the matrix."""
        return len(self.kept) + self.has_rare + self.has_missing

    def places(self, column: Column) -> Integers:
        """Column of each cell; `width` where the training rows had neither a rare nor a missing one."""
        rare = len(self.kept) if self.has_rare else self.width
        missing = self.width - 1 if self.has_missing else self.width
        known = {level: place for place, level in enumerate(self.kept)}
        table = np.array([*(known.get(level, rare) for level in column.levels), missing], dtype=np.int64)
        return np.asarray(table[column.cells])  # MISSING is -1, the last


@dataclass(frozen=True)
class Matrix:
    """Prepared rows; `owner` names the feature, by its number, to which each column belongs."""

    cells: Floats
    owner: NDArray[np.int64]


@dataclass(frozen=True)
class Number:
    """A number as its normal place, as bins (none with `edges` empty), and whether it is missing."""

    places: Places
    edges: Floats
    has_missing: bool
    weight: float

    @classmethod
    def of(cls, column: Column, bins: int, weight: float) -> Number:
        """Learn the places and the bins."""
        places = Places.of(column.cells)
        bins = bins or (FEW_VALUES if 2 < len(places.values) <= FEW_VALUES else 0)
        edges = places.edges(bins) if bins > 2 else np.empty(0)
        return cls(places, edges, bool(column.missing.any()), weight)

    def matrix(self, column: Column) -> Floats:
        """The normal place, the bin, and whether it is missing."""
        parts: list[Floats] = [self.places.normal(column.cells)[:, None]]
        if len(self.edges):
            parts.append(self.weight * one_hot(binned(column.cells, self.edges), len(self.edges) + 1))
        if self.has_missing:
            parts.append(column.missing[:, None].astype(np.float64))
        return np.hstack(parts)


@dataclass(frozen=True)
class Category:
    """Words as one column for each level."""

    levels: Levels

    def matrix(self, column: Column) -> Floats:
        """One row for each cell."""
        return one_hot(self.levels.places(column), self.levels.width)


@dataclass(frozen=True)
class Dense:
    """The matrix of linear models and nets."""

    parts: tuple[Number | Category, ...]
    means: Floats

    @classmethod
    def fitted(cls, inputs: Inputs, *, bins: int = 0, weight: float = 1.0) -> Dense:
        """Learn from the training rows; `bins` quantile bins for each number beside its normal place."""
        parts = tuple(
            Category(Levels.of(column)) if column.kind == "category" else Number.of(column, bins, weight)
            for column in inputs.columns
        )
        raw = cls(parts, np.zeros(1)).matrix(inputs)
        return cls(parts, raw.cells.mean(axis=0))

    def matrix(self, inputs: Inputs) -> Matrix:
        """Prepared rows, centred on the training mean."""
        blocks = [part.matrix(column) for part, column in zip(self.parts, inputs.columns, strict=True)]
        owner = np.repeat(np.arange(len(blocks)), [block.shape[1] for block in blocks])
        return Matrix(np.hstack([np.empty((len(inputs), 0)), *blocks]) - self.means, owner)


def one_hot(places: Integers, width: int) -> Floats:
    """One column for each place; a place beyond the last has none."""
    return np.asarray(places[:, None] == np.arange(width), dtype=np.float64)
