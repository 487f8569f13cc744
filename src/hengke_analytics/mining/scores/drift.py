"""How far today's rows are from those a model was made for: the population stability index.

PSI = Σ (now − then) · ln(now / then) over ten bins of like size and one for missing values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.inputs import MISSING, Column, Floats, Inputs
from hengke_analytics.mining.scores.quantiles import Places, binned

BINS = 10
#: The usual reading of the index: below the first nothing to speak of, from the second on the population is another.
SOME, MUCH = 0.1, 0.25
#: No bin counts as emptier than this, or a single row would be infinitely far away.
_LEAST = 1e-4


@dataclass(frozen=True)
class Shares:
    """How the rows lie in the bins of one feature: by `edges` for numbers, by `levels` for words."""

    name: str
    edges: Floats | None
    levels: tuple[str, ...]
    shares: Floats

    @classmethod
    def of(cls, column: Column) -> Shares:
        """Learn the bins and count the rows."""
        if column.kind == "category":
            counts = np.bincount(column.cells[~column.missing], minlength=len(column.levels))
            order = np.argsort(-counts, kind="stable")[: BINS - 1]
            made = cls(column.name, None, tuple(column.levels[code] for code in order), np.empty(0))
        else:
            made = cls(column.name, Places.of(column.cells).edges(BINS), (), np.empty(0))
        return cls(made.name, made.edges, made.levels, made.count(column))

    def count(self, column: Column) -> Floats:
        """Share of the rows in each bin; words that are none of the levels share one, missing cells another."""
        if self.edges is not None:
            places, width = binned(column.cells.astype(np.float64), self.edges), len(self.edges) + 2
        else:
            known = {level: place for place, level in enumerate(self.levels)}
            table = [known.get(level, len(self.levels)) for level in column.levels]
            places = np.array([*table, len(self.levels) + 1], dtype=np.int64)[column.cells]
            width = len(self.levels) + 2
        return np.asarray(np.bincount(places, minlength=width) / max(len(column.cells), 1))

    def psi(self, column: Column) -> float:
        """How far the rows have moved; 0 for the very same shares. A column of another kind is all new."""
        if (column.kind == "category") != (self.edges is None):
            column = Column(column.name, "category", np.full(len(column.cells), MISSING)) if self.edges is None else (
                Column(column.name, "number", np.full(len(column.cells), np.nan))
            )  # fmt: skip
        then, now = np.maximum(self.shares, _LEAST), np.maximum(self.count(column), _LEAST)
        return float(((now - then) * np.log(now / then)).sum())


@dataclass(frozen=True)
class Reference:
    """The features and the scores as they were when the model was made."""

    features: tuple[Shares, ...]
    scores: Shares

    @classmethod
    def of(cls, inputs: Inputs, probability: Floats) -> Reference:
        """Remember how the rows lie."""
        return cls(tuple(map(Shares.of, inputs.columns)), Shares.of(_column(probability)))

    def drift(self, inputs: Inputs, probability: Floats) -> tuple[list[tuple[str, float]], float]:
        """Index of each feature, largest first, and of the scores."""
        found = [
            (shares.name, shares.psi(column))
            for shares, column in zip(self.features, inputs.columns, strict=True)
        ]
        return sorted(found, key=lambda pair: -pair[1]), self.scores.psi(_column(probability))


def _column(probability: Floats) -> Column:
    return Column("score", "number", probability)
