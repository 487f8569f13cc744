"""Gradient-boosted trees by scikit-learn, with what each feature adds along the way through every tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.scores.inputs import MISSING, Column, Floats, Inputs
from hengke_analytics.mining.scores.kinds import Scorer

#: A level counts as so many rows of the overall rate beside its own.
_PRIOR_ROWS = 20.0
_MANY_ROWS = 10_000


@dataclass(frozen=True)
class Boosted:
    """`trees` trees of at most `leaves` leaves, each split looking at a `share` of the features."""

    trees: int
    leaves: int
    rate: float = 0.05
    share: float = 0.3
    kind: str = "boosted"
    most_rows: int = 1_000_000

    def fit(self, inputs: Inputs, target: Floats) -> Scorer:
        """Fit on numbers as they are (missing ones go where they do best) and on rates of levels."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        rates = Rates.fitted(inputs, target)
        model = HistGradientBoostingClassifier(
            learning_rate=self.rate, max_iter=self.trees, max_leaf_nodes=self.leaves,
            l2_regularization=5.0, max_features=self.share, early_stopping=False, random_state=0,
        )  # fmt: skip
        model.fit(rates.matrix(inputs), target)
        return Trees.of(rates, model)

    def trial(self) -> Boosted:
        """Compared as it is."""
        return self


@dataclass(frozen=True)
class Rates:
    """For each category the smoothed training rate of its levels, by name; None for a number.

    A number without any training value has no levels: whatever comes later, it stays at the overall rate.
    """

    tables: tuple[dict[str | None, float] | None, ...]
    overall: float

    @classmethod
    def fitted(cls, inputs: Inputs, target: Floats) -> Rates:
        """(hits + 20 · overall rate) / (rows + 20) for each level and for missing."""
        overall = float(target.mean())
        tables = [
            _rates(column, target, overall)
            if column.kind == "category"
            else ({} if column.missing.all() else None)
            for column in inputs.columns
        ]
        return cls(tuple(tables), overall)

    def matrix(self, inputs: Inputs) -> Floats:
        """One column for each feature; an unseen level has the overall rate."""
        pairs = zip(inputs.columns, self.tables, strict=True)
        return np.column_stack([self._cells(column, table) for column, table in pairs])

    def _cells(self, column: Column, table: dict[str | None, float] | None) -> Floats:
        if table is None:
            return np.asarray(column.cells)
        if column.kind != "category":
            return np.full(len(column.cells), self.overall)
        found = [table.get(level, self.overall) for level in (*column.levels, None)]
        return np.asarray(np.array(found)[column.cells])  # MISSING is -1, the last


@dataclass(frozen=True)
class Tree:
    """A tree as arrays: where to go, what was learned on the way, and which feature asked."""

    feature: NDArray[np.int64]
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    leaf: NDArray[np.bool_]
    value: Floats

    @classmethod
    def of(cls, nodes: Any) -> Tree:
        """Read scikit-learn's nodes; the value of an inner node is the mean of its leaves by training rows."""
        value = nodes["value"].astype(np.float64)
        for place in reversed(range(len(nodes))):  # children come after their parent
            if not nodes["is_leaf"][place]:
                below = [nodes["left"][place], nodes["right"][place]]
                value[place] = np.average(value[below], weights=nodes["count"][below])
        return cls(
            nodes["feature_idx"].astype(np.int64), nodes["num_threshold"].astype(np.float64),
            nodes["missing_go_to_left"].astype(bool), nodes["left"].astype(np.int64),
            nodes["right"].astype(np.int64), nodes["is_leaf"].astype(bool), value,
        )  # fmt: skip

    def walk(self, cells: Floats, sums: Floats) -> None:
        """Add to `sums` what each step changes in the expected value, in the column of the feature that asked."""
        rows, at = np.arange(len(cells)), np.zeros(len(cells), dtype=np.int64)
        while len(rows := rows[~self.leaf[at[rows]]]):
            here = at[rows]
            asked = cells[rows, self.feature[here]]
            goes_left = np.where(np.isnan(asked), self.missing_left[here], asked <= self.threshold[here])
            there = np.where(goes_left, self.left[here], self.right[here])
            sums[rows, self.feature[here]] += self.value[there] - self.value[here]
            at[rows] = there


@dataclass(frozen=True)
class Trees:
    """The base is the mean logit of the training rows; `model` is None where the trees were read from storage."""

    rates: Rates
    trees: tuple[Tree, ...]
    model: Any
    base: float

    @classmethod
    def of(cls, rates: Rates, model: Any) -> Trees:
        """Take the trees out of the fitted model; what is private there is guarded by the test of the sums."""
        trees = tuple(Tree.of(one.nodes) for (one,) in model._predictors)
        start = float(np.ravel(model._baseline_prediction)[0])
        return cls(rates, trees, model, start + sum(float(tree.value[0]) for tree in trees))

    def logits(self, inputs: Inputs) -> Floats:
        """As scikit-learn adds the trees up; from storage, the base and what every step adds."""
        if self.model is None:
            return np.asarray(self.contributions(inputs).sum(axis=1) + self.base)
        return np.asarray(self.model.decision_function(self.rates.matrix(inputs)), dtype=np.float64)

    def contributions(self, inputs: Inputs) -> Floats:
        """Changes of the expected value along the way through each tree, by feature."""
        cells = self.rates.matrix(inputs)
        sums = np.zeros(cells.shape)
        for tree in self.trees:
            tree.walk(cells, sums)
        return sums


def choices(rows: int) -> Sequence[Boosted]:
    """Small trees, and larger or more ones where there are rows enough to fill them."""
    if rows < _MANY_ROWS:
        return [Boosted(150, 4), Boosted(200, 8)]
    return [Boosted(200, 8), Boosted(400, 16)]


def _rates(column: Column, target: Floats, overall: float) -> dict[str | None, float]:
    places = column.cells - MISSING
    rows = np.bincount(places, minlength=len(column.levels) + 1)
    hits = np.bincount(places, weights=target, minlength=len(column.levels) + 1)
    smooth = (hits + _PRIOR_ROWS * overall) / (rows + _PRIOR_ROWS)
    return dict(zip((None, *column.levels), map(float, smooth), strict=True))
