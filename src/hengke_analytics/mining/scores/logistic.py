"""Logistic regression on quantile bins: as easy to explain as it is hard to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Inputs
from hengke_analytics.mining.scores.kinds import Scorer, by_owner
from hengke_analytics.mining.scores.prepare import Dense, Matrix

_STEPS = 1_000
NO_ONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Logistic:
    """`bins` quantile bins for each number beside its normal place, ridge penalty 1 / (2 `strength`)."""

    strength: float
    bins: int = 20
    weight: float = 0.5
    kind: str = "logistic"
    most_rows: int = 40_000

    def fit(self, inputs: Inputs, target: Floats) -> Scorer:
        """Weights that minimise log-loss + |w|² / (2 · strength)."""
        from sklearn.linear_model import LogisticRegression

        preparation = Dense.fitted(inputs, bins=self.bins, weight=self.weight)
        model = LogisticRegression(C=self.strength, max_iter=_STEPS)
        model.fit(preparation.matrix(inputs).cells, target)
        return Linear(preparation, model.coef_[0], float(model.intercept_[0]))

    def trial(self) -> Logistic:
        """Compared as it is."""
        return self


@dataclass(frozen=True)
class Linear:
    """The base is the logit of the average training row, since the matrix is centred on it."""

    preparation: Dense | Standard
    weights: Floats
    base: float

    def logits(self, inputs: Inputs) -> Floats:
        """Weighted sum and base."""
        return np.asarray(self.preparation.matrix(inputs).cells @ self.weights + self.base)

    def contributions(self, inputs: Inputs) -> Floats:
        """Weight times distance from the average, summed over the columns of a feature."""
        matrix = self.preparation.matrix(inputs)
        return by_owner(matrix.cells * self.weights, matrix.owner, len(inputs.columns))


@dataclass(frozen=True)
class Plain:
    """The baseline beside every model: standardised numbers, missing ones at the mean, no tuning."""

    kind: str = "plain_logistic"
    most_rows: int = 40_000

    def fit(self, inputs: Inputs, target: Floats) -> Scorer:
        """An almost unpenalised logistic regression on numbers as they are."""
        from sklearn.linear_model import LogisticRegression

        preparation = Standard.fitted(inputs)
        model = LogisticRegression(C=1.0, max_iter=_STEPS)
        model.fit(preparation.matrix(inputs).cells, target)
        return Linear(preparation, model.coef_[0], float(model.intercept_[0]))

    def trial(self) -> Plain:
        """There is nothing to compare it with."""
        return self


@dataclass(frozen=True)
class Standard:
    """Mean and deviation of each number, and the levels of each category."""

    means: Floats
    deviations: Floats
    levels: Dense

    @classmethod
    def fitted(cls, inputs: Inputs) -> Standard:
        """Learn from the training rows."""
        cells = [column.cells for column in inputs.columns if column.kind != "category"]
        means = np.array([np.nanmean(cell) if not np.isnan(cell).all() else 0.0 for cell in cells])
        deviations = np.array([np.nanstd(cell) if not np.isnan(cell).all() else 0.0 for cell in cells])
        return cls(means, np.where(deviations > 0, deviations, 1.0), Dense.fitted(_words(inputs)))

    def matrix(self, inputs: Inputs) -> Matrix:
        """Standardised numbers, then the levels."""
        places = [place for place, column in enumerate(inputs.columns) if column.kind != "category"]
        words = [place for place, column in enumerate(inputs.columns) if column.kind == "category"]
        levels = self.levels.matrix(_words(inputs)) if words else Matrix(np.empty((len(inputs), 0)), NO_ONE)
        scaled = [
            np.nan_to_num((inputs.columns[place].cells - mean) / deviation)[:, None]
            for place, mean, deviation in zip(places, self.means, self.deviations, strict=True)
        ]
        owner = np.array([*places, *(words[place] for place in levels.owner)], dtype=np.int64)
        return Matrix(np.hstack([*scaled, levels.cells]), owner)


def choices(rows: int) -> Sequence[Logistic]:
    """From strong to weak penalty."""
    return [Logistic(strength) for strength in (0.001, 0.01, 0.1, 0.5)]


def _words(inputs: Inputs) -> Inputs:
    return Inputs(tuple(column for column in inputs.columns if column.kind == "category"))
