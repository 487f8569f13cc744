"""The training cases of a tree: every feature as branches, numbers binned, classes numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hengke_analytics.mining.scores.inputs import Column, Floats, Inputs, Integers
from hengke_analytics.mining.scores.prepare import Levels
from hengke_analytics.mining.scores.quantiles import Places, binned

#: Numbers fall into at most so many bins of like size.
BINS = 5
MISSING_WORD, RARE_WORD = "（空）", "（其他）"


@dataclass(frozen=True)
class Branches:
    """How one feature splits: learned on the training rows, with a name for every branch."""

    feature: str
    names: tuple[str, ...]
    rule: Levels | Floats

    @classmethod
    def of(cls, column: Column, bins: int = BINS) -> Branches:
        """One branch for each level or bin; the rarest of very many levels share one."""
        if column.kind == "category":
            levels = Levels.of(column, fewest=1)
            rare = (RARE_WORD,) if levels.has_rare else ()
            missing = (MISSING_WORD,) if levels.has_missing else ()
            return cls(column.name, (*levels.kept, *rare, *missing), levels)
        edges = Places.of(column.cells).edges(bins)
        return cls(column.name, _bin_names(column, edges), edges)

    def codes(self, column: Column) -> Integers:
        """Number of the branch of each cell; the number of branches where training knew none such."""
        if isinstance(self.rule, Levels):
            return self.rule.places(column)
        return np.minimum(binned(column.cells, self.rule), len(self.names))


@dataclass(frozen=True)
class Cases:
    """`codes` has a row for each case and a column for each feature; `target` is the number of the class."""

    branches: tuple[Branches, ...]
    codes: Integers
    target: Integers
    classes: tuple[str, ...]

    @classmethod
    def of(cls, inputs: Inputs, target: Integers, classes: Sequence[str], bins: int = BINS) -> Cases:
        """Bin the training rows."""
        branches = tuple(Branches.of(column, bins) for column in inputs.columns)
        return cls(branches, coded(branches, inputs), target, tuple(classes))

    def take(self, rows: Integers) -> Cases:
        """Some of the cases, with the same branches."""
        return Cases(self.branches, self.codes[rows], self.target[rows], self.classes)


def coded(branches: Sequence[Branches], inputs: Inputs) -> Integers:
    """The branch of every cell."""
    pairs = zip(branches, inputs.columns, strict=True)
    columns = [branch.codes(column) for branch, column in pairs]
    return np.column_stack(columns) if columns else np.empty((len(inputs), 0), dtype=np.int64)


def _bin_names(column: Column, edges: Floats) -> tuple[str, ...]:
    words = [_written(edge, column) for edge in edges]
    if not words:
        names = ["任意"]
    else:
        middle = [f"{low} – {high}" for low, high in pairwise(words)]
        names = [f"< {words[0]}", *middle, f"≥ {words[-1]}"]
    return (*names, MISSING_WORD) if column.missing.any() else tuple(names)


def _written(edge: float, column: Column) -> str:
    return str(np.datetime64(int(np.ceil(edge)), "D")) if column.kind == "date" else f"{edge:.6g}"
