"""One kind of score trained and judged from the lines of a warehouse, as of its last day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np

from hengke.kernel.errors import InputError
from hengke_analytics.measures.facts import span
from hengke_analytics.mining.customer_scores import OUTCOMES, Outcome, Panel, panel, training_days
from hengke_analytics.mining.scores.drift import Reference
from hengke_analytics.mining.scores.fitting import Model, fit
from hengke_analytics.mining.scores.folds import Order
from hengke_analytics.mining.scores.inputs import Floats, Inputs, Integers
from hengke_analytics.mining.scores.reasons import Explainer, weights
from hengke_analytics.mining.scoring.artifact import Artifact, Held, aligned
from hengke_analytics.mining.scoring.judging import Judged, Material, Report, Trial, attempt
from hengke_analytics.mining.scoring.tree import readable

#: With fewer cases of either outcome nothing can be learned that would hold next year.
FEWEST = 20
#: No more training days than these: older ones tell of another time.
MOST_DAYS = 8
#: Weights are a mean over at most so many rows.
MOST_WEIGHED = 5_000


@dataclass(frozen=True)
class Goal:
    """What a score foretells: an outcome of customers or its opposite, and the algorithm that is asked for."""

    outcome: str
    opposite: bool = False
    preferred: str = ""
    lead: float = 0.0
    told_as_tree: bool = False


#: Credit is the chance that next year's bills are paid within terms; a neural network unless it is clearly worse.
GOALS = {
    "churn": Goal("churn"),
    "late": Goal("late", told_as_tree=True),
    "credit": Goal("late", opposite=True, preferred="nn", lead=0.01),
}


@dataclass(frozen=True)
class Studied:
    """A trained version with everything its card tells; `asked` are the features of the held cases of a later day."""

    as_of: date
    tested_on: date | None
    trained_on: tuple[date, ...]
    rows: int
    positives: int
    judged: Judged
    weights: list[tuple[str, float]]
    digest: str
    artifact: Artifact
    asked: Inputs
    tree: dict[str, Any] | None = None


@dataclass
class Workshop:
    """Trains several kinds on the same lines; what two of them have in common is made once.

    `now` are the features of the last day: the reference by which drift is told later.
    """

    facts: ir.Table
    now: Inputs
    report: Report

    def __post_init__(self) -> None:
        self._known: dict[str, tuple[Panel, tuple[date, ...]]] = {}
        self._trials: dict[str, Trial] = {}

    def study(self, goal: Goal) -> Studied:
        """Train on every day whose outcome is known. InputError `history_short` or `too_few_outcomes`."""
        known, days = self._panel(goal.outcome)
        trial = self._trial(goal.outcome, known, days)
        target = 1 - known.target if goal.opposite else known.target
        trial = trial.mirrored() if goal.opposite else trial
        judged = trial.judged(preferred=goal.preferred, lead=goal.lead)
        self.report("Training", 0, 0)
        model = fit(judged.winner, known.inputs, target, Order(group=known.customers))
        return Studied(
            span(self.facts)[1], days[-1] if judged.kept == "later_day" else None, days, len(target),
            int(target.sum()), judged, weights(model, _some(known.inputs)), _digest(known, target),
            artifact_of(model, known.inputs, self.now, judged.held),
            known.inputs.take(np.flatnonzero(known.days == len(days) - 1)),
            readable(known.inputs, target) if goal.told_as_tree else None,
        )  # fmt: skip

    def _panel(self, name: str) -> tuple[Panel, tuple[date, ...]]:
        if name not in self._known:
            first, last = span(self.facts)
            days = tuple(training_days(first, last, OUTCOMES[name])[-MOST_DAYS:])
            self.report("Gathering features", 0, 0)
            known = panel(self.facts, OUTCOMES[name], days)
            _require_both(known.target)
            self._known[name] = known, days
        return self._known[name]

    def _trial(self, name: str, known: Panel, days: Sequence[date]) -> Trial:
        if name not in self._trials:
            self._trials[name] = attempt(_material(known, OUTCOMES[name], days), self.report)
        return self._trials[name]


def _material(known: Panel, outcome: Outcome, days: Sequence[date]) -> Material:
    """The last day is kept out; days whose outcome was known by then teach. Neither when either lacks an outcome."""
    usable = [number for number, day in enumerate(days) if day <= days[-1] - outcome.known_after]
    earlier = np.flatnonzero(np.isin(known.days, usable))
    later = np.flatnonzero(known.days == len(days) - 1)
    if not all(_has_both(known.target[rows]) for rows in (earlier, later)):
        earlier = later = np.empty(0, dtype=np.int64)
    return Material(known.customers, known.inputs, known.target, earlier, later, outcome.rule)


def artifact_of(model: Model, trained: Inputs, now: Inputs, held: Held) -> Artifact:
    """What is kept of a model: where its inputs lay in training, and how all customers lie now."""
    kinds = tuple(column.kind for column in trained.columns)
    seen = aligned(now, model.names, kinds)
    reference = Reference.of(seen, model.probability(seen))
    return Artifact(Explainer.of(model, trained), kinds, reference, held)


def _require_both(target: Floats) -> None:
    if not _has_both(target):
        raise InputError(
            "too_few_outcomes",
            "Too few customers with a known outcome to learn from: {positives} against {negatives}.",
            positives=int(target.sum()), negatives=int((1 - target).sum()),
        )  # fmt: skip


def _has_both(target: Floats) -> bool:
    return bool(FEWEST <= target.sum() <= len(target) - FEWEST)


def _some(inputs: Inputs) -> Inputs:
    rows: Integers = np.random.default_rng(0).permutation(len(inputs))[:MOST_WEIGHED]
    return inputs.take(np.sort(rows))


def _digest(known: Panel, target: Floats) -> str:
    """A hash of every cell that was learned from, to seven digits: the last ones depend on the order of sums."""
    found = hashlib.sha256(target.tobytes())
    for column in known.inputs.columns:
        found.update(f"{column.name}\x1f{column.kind}\x1f{column.levels}".encode())
        found.update(column.cells.astype(np.float32).tobytes())
    return found.hexdigest()
