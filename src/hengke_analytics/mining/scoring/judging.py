"""Algorithms side by side on cases kept out of training: a later day, or customers left out while history is short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hengke_analytics.mining.scores.evaluate import baseline
from hengke_analytics.mining.scores.fitting import Model, fit
from hengke_analytics.mining.scores.folds import Order, splits
from hengke_analytics.mining.scores.inputs import Floats, Inputs, Integers
from hengke_analytics.mining.scores.intervals import Interval, auc_gain, intervals
from hengke_analytics.mining.scoring.artifact import Held

ALGORITHMS = ("nn", "logistic", "boosted")
#: Stands beside them: an untuned logistic regression, and the one feature that anybody would use.
PLAIN, RULE = "plain", "rule"
FOLDS = 4

Kept = Literal["later_day", "other_customers"]
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Material:
    """Rows to learn from; `later` rows are kept out and judged on what `earlier` ones teach.

    Without any, a part of the customers is kept out in turn.
    """

    customers: Integers
    inputs: Inputs
    target: Floats
    earlier: Integers
    later: Integers
    rule: str


@dataclass(frozen=True)
class Judged:
    """Figures of each algorithm with their intervals; `inner` is each one's AUC inside the training rows alone."""

    kept: Kept
    held: Held
    figures: dict[str, dict[str, Interval]]
    inner: dict[str, float]
    winner: str
    above_plain: Interval


@dataclass(frozen=True)
class Trial:
    """What every algorithm said of the held cases, before anybody looks at how it came out."""

    kept: Kept
    held: Held
    inner: dict[str, float]

    def mirrored(self) -> Trial:
        """The same about the opposite outcome."""
        said = {name: 1 - found for name, found in self.held.said.items()}
        return Trial(self.kept, Held(self.held.customers, 1 - self.held.target, said), self.inner)

    def judged(self, *, preferred: str = "", lead: float = 0.0) -> Judged:
        """The winner has the largest AUC inside the training rows, so the held cases stay a test of it.

        A `preferred` algorithm wins unless another is ahead of it by more than `lead`.
        """
        target, said = self.held.target, self.held.said
        best = max(ALGORITHMS, key=lambda name: self.inner[name])
        winner = preferred if preferred and self.inner[preferred] >= self.inner[best] - lead else best
        return Judged(
            self.kept, self.held, {name: intervals(target, found) for name, found in said.items()}, self.inner,
            winner, auc_gain(target, said[winner], said[PLAIN]),
        )  # fmt: skip


def attempt(material: Material, report: Report) -> Trial:
    """Fit every algorithm without the held cases and ask it about them."""
    said, inner, rows = _asked(material, report)
    held = Held(material.customers[rows], material.target[rows], said)
    return Trial("later_day" if len(material.later) else "other_customers", held, inner)


def _asked(material: Material, report: Report) -> tuple[dict[str, Floats], dict[str, float], Integers]:
    """What everybody said of the held rows, the inner AUCs, and these rows."""
    plan = _splits(material)
    names = (*ALGORITHMS, PLAIN, RULE)
    said: dict[str, list[Floats]] = {name: [] for name in names}
    inner: dict[str, list[float]] = {name: [] for name in ALGORITHMS}
    for turn, (train, test) in enumerate(plan):
        for place, name in enumerate(names):
            report("Comparing models", turn * len(names) + place, len(plan) * len(names))
            model, asked = _fitted(name, material, train, test)
            said[name].append(model.probability(asked))
            if name in inner:
                inner[name].append(max((tried.auc for tried in model.tried), default=0.5))
    rows = np.concatenate([test for _, test in plan])
    return (
        {name: np.concatenate(parts) for name, parts in said.items()},
        {name: float(np.mean(found)) for name, found in inner.items()},
        rows,
    )


def _splits(material: Material) -> Sequence[tuple[Integers, Integers]]:
    if len(material.later):
        return [(material.earlier, material.later)]
    return splits(material.target, Order(group=material.customers), folds=FOLDS)


def _fitted(name: str, material: Material, train: Integers, test: Integers) -> tuple[Model, Inputs]:
    known, target = material.inputs.take(train), material.target[train]
    order = Order(group=material.customers[train])
    if name == PLAIN:
        return baseline(known, target), material.inputs.take(test)
    if name == RULE:
        place = material.inputs.names.index(material.rule)
        alone = [Inputs((some.columns[place],)) for some in (known, material.inputs.take(test))]
        return fit("logistic", alone[0], target, order), alone[1]
    return fit(name, known, target, order), material.inputs.take(test)
