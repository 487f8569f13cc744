"""One ID3 or C4.5 tree as a scorer: the weakest of the kinds, and the only one that can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Inputs, Integers
from hengke_analytics.mining.scores.kinds import Scorer
from hengke_analytics.mining.scores.metrics import logit
from hengke_analytics.mining.scores.trees.cases import Branches, Cases, coded
from hengke_analytics.mining.scores.trees.grow import Limits, Method, Node, grow, visit


@dataclass(frozen=True)
class SingleTree:
    """`fewest` cases in two branches of every split, at most `depth` questions."""

    method: Method
    fewest: int
    depth: int
    kind: str = "tree"
    most_rows: int = 1_000_000

    def fit(self, inputs: Inputs, target: Floats) -> Scorer:
        """Bin and grow on these rows."""
        cases = Cases.of(inputs, target.astype(np.int64), ("0", "1"))
        return Grown(cases.branches, grow(cases, self.method, Limits(self.fewest, self.depth)))

    def trial(self) -> SingleTree:
        """Compared as it is."""
        return self


@dataclass(frozen=True)
class Grown:
    """A tree of two classes on the scale of the logit of its Laplace probabilities."""

    branches: tuple[Branches, ...]
    root: Node

    @property
    def base(self) -> float:
        """The logit before any question."""
        return _logit(self.root)

    def logits(self, inputs: Inputs) -> Floats:
        """The logit where each row ends."""
        return np.asarray(self.contributions(inputs).sum(axis=1) + self.base)

    def contributions(self, inputs: Inputs) -> Floats:
        """What each answer on the way changes in the logit."""
        sums = np.zeros((len(inputs), len(inputs.columns)))

        def step(here: Node, child: Node, rows: Integers) -> None:
            sums[rows, here.feature] += _logit(child) - _logit(here)

        visit(self.root, coded(self.branches, inputs), step)
        return sums


def choices(rows: int) -> Sequence[SingleTree]:
    """Both measures of a split, finer and coarser."""
    fewest = max(10, rows // 200)
    return [
        SingleTree(method, cases, depth)
        for method in ("id3", "c45")
        for cases, depth in ((fewest, 6), (2 * fewest, 4), (4 * fewest, 3))
    ]


def _logit(node: Node) -> float:
    return float(logit(node.probabilities[1:])[0])
