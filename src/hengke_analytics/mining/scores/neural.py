"""A neural net with one hidden layer on quantile-normal inputs: several nets, their logits averaged.

L-BFGS with a penalty instead of gradient steps with early stopping, which collapses on a thousand rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Inputs
from hengke_analytics.mining.scores.kinds import Scorer, by_owner
from hengke_analytics.mining.scores.prepare import Dense

#: Abscissae on the way from the average row to a row; tanh nets are smooth enough for so few.
_POINTS = 12
_STEPS = 100
#: On many rows one net is steady enough, and a few passes are.
_MANY_ROWS, _MOST_ROWS = 5_000, 10_000


@dataclass(frozen=True)
class Neural:
    """`hidden` tanh units, `nets` nets from different beginnings, penalty alpha · |w|² / (2 · rows)."""

    alpha: float
    nets: int
    hidden: int = 16
    kind: str = "nn"
    most_rows: int = 40_000

    def fit(self, inputs: Inputs, target: Floats) -> Scorer:
        """Train the nets one after the other."""
        preparation = Dense.fitted(inputs)
        cells = preparation.matrix(inputs).cells
        nets = tuple(self._train(cells, target, seed) for seed in range(self.nets))
        origin = np.zeros((1, cells.shape[1]))
        return Nets(preparation, nets, float(np.mean([net.logits(origin)[0] for net in nets])))

    def trial(self) -> Neural:
        """One net instead of several ranks the penalties alike, in a fraction of the time."""
        return replace(self, nets=1)

    def _train(self, cells: Floats, target: Floats, seed: int) -> Net:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier

        model = MLPClassifier(
            (self.hidden,), activation="tanh", solver="lbfgs", alpha=self.alpha,
            max_iter=_STEPS, random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings():  # so many steps are meant to be enough
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(cells, target)
        (inner, outer), (shift, last) = model.coefs_, model.intercepts_
        return Net(inner, shift, outer[:, 0], float(last[0]))


@dataclass(frozen=True)
class Net:
    """logit = tanh(x · inner + shift) · outer + last."""

    inner: Floats
    shift: Floats
    outer: Floats
    last: float

    def logits(self, cells: Floats) -> Floats:
        """One number for each prepared row."""
        return np.asarray(np.tanh(cells @ self.inner + self.shift) @ self.outer + self.last)

    def path_sums(self, cells: Floats) -> Floats:
        """Integrated gradients: x · ∫₀¹ ∂logit/∂x (t·x) dt, whose sum is logit(x) − logit(0)."""
        points, weights = np.polynomial.legendre.leggauss(_POINTS)
        reach = cells @ self.inner
        slopes = np.zeros_like(reach)
        for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
            slopes += weight * (1 - np.tanh(point * reach + self.shift) ** 2)
        sums = cells * ((slopes * self.outer) @ self.inner.T)
        return np.asarray(_closed(sums, self.logits(cells) - self.logits(np.zeros((1, cells.shape[1])))))


@dataclass(frozen=True)
class Nets:
    """The base is the logit of the average training row."""

    preparation: Dense
    nets: tuple[Net, ...]
    base: float

    def logits(self, inputs: Inputs) -> Floats:
        """Mean of the nets' logits."""
        cells = self.preparation.matrix(inputs).cells
        return np.asarray(np.mean([net.logits(cells) for net in self.nets], axis=0))

    def contributions(self, inputs: Inputs) -> Floats:
        """Mean of the nets' path sums, summed over the columns of a feature."""
        matrix = self.preparation.matrix(inputs)
        sums = np.mean([net.path_sums(matrix.cells) for net in self.nets], axis=0)
        return by_owner(sums, matrix.owner, len(inputs.columns))


def choices(rows: int) -> Sequence[Neural]:
    """From weak to strong penalty."""
    nets = 3 if rows < _MANY_ROWS else 2 if rows < _MOST_ROWS else 1
    return [Neural(alpha, nets) for alpha in (3.0, 10.0, 30.0)]


def _closed(sums: Floats, whole: Floats) -> Floats:
    """The rest that the quadrature leaves, shared out by size: reasons must add up to the last digit."""
    size = np.abs(sums)
    total = size.sum(axis=1, keepdims=True)
    share = np.divide(size, total, out=np.full_like(size, 1 / size.shape[1]), where=total > 0)
    return np.asarray(sums + share * (whole - sums.sum(axis=1))[:, None])
