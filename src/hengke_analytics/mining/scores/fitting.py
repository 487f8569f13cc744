"""A model from training rows: settings chosen by inner cross-validation, probabilities calibrated by it.

Whatever is learned here is learned from the rows handed in, so that test folds stay unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.folds import Order, Rows, Split, possible_splits
from hengke_analytics.mining.scores.inputs import Floats, Inputs
from hengke_analytics.mining.scores.kinds import Scorer, Settings, choices
from hengke_analytics.mining.scores.metrics import auc, calibration, log_loss, sigmoid

#: Folds inside a training fold, and fewer from so many rows on.
INNER_FOLDS, INNER_FOLDS_MANY, MANY_ROWS = 4, 3, 2_000
#: Settings are compared on at most so many rows: their order is known long before.
MOST_INNER_ROWS = 6_000
#: Rows that are prepared at once.
BLOCK = 10_000
#: Pulls the calibration towards "as it is": so many rows of evidence against an extreme correction.
_CALIBRATION_PENALTY = 2.0


@dataclass(frozen=True)
class Tried:
    """A setting with its mean inner AUC and log-loss."""

    settings: Settings
    auc: float
    log_loss: float


@dataclass(frozen=True)
class Model:
    """A calibrated scorer: logit of the probability = slope · logit of the scorer + intercept."""

    scorer: Scorer
    settings: Settings
    slope: float
    intercept: float
    tried: tuple[Tried, ...]
    names: tuple[str, ...]

    @property
    def base(self) -> float:
        """The calibrated logit before any feature is known."""
        return self.slope * self.scorer.base + self.intercept

    def logits(self, inputs: Inputs) -> Floats:
        """Calibrated logits."""
        return np.asarray(self.slope * _by_blocks(self.scorer.logits, inputs) + self.intercept)

    def probability(self, inputs: Inputs) -> Floats:
        """The chance of the positive outcome, for each row."""
        return sigmoid(self.logits(inputs))

    def contributions(self, inputs: Inputs) -> Floats:
        """What each feature adds to the calibrated logit of each row, beside the base."""
        return np.asarray(self.slope * _by_blocks(self.scorer.contributions, inputs))


def fit(kind: str, inputs: Inputs, target: Floats, order: Order | None = None, *, seed: int = 0) -> Model:
    """The best setting of `kind` ("auto": of all kinds), fitted on all rows handed in and calibrated.

    The setting with the largest inner AUC wins.
    """
    from threadpoolctl import threadpool_limits

    order = order or Order()
    with threadpool_limits(1):  # small matrices: threads cost more than they bring
        return _fit(choices(kind, len(target)), inputs, target, order, seed)


def fit_settings(settings: Settings, inputs: Inputs, target: Floats, *, seed: int = 0) -> Model:
    """One setting without any choice or calibration: how a baseline is made."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        scorer = _trained(settings, inputs, target, seed)
    return Model(scorer, settings, 1.0, 0.0, (), inputs.names)


def _fit(offered: Sequence[Settings], inputs: Inputs, target: Floats, order: Order, seed: int) -> Model:
    rows = _sample(target, order, seed)
    inner = _inner(target[rows], order.take(rows), seed)
    if not inner:  # a single case of one outcome: nothing can be compared, the first setting has to do
        return Model(_trained(offered[0], inputs, target, seed), offered[0], 1.0, 0.0, (), inputs.names)
    fewer, outcome = inputs.take(rows), target[rows]
    trials = [_try(settings.trial(), fewer, outcome, inner) for settings in offered]
    best = max(range(len(trials)), key=lambda place: (trials[place][0].auc, -place))
    slope, intercept = _calibrated(outcome, trials[best][1], inner)
    settings = offered[best]
    scorer = _trained(settings, inputs, target, seed)
    return Model(scorer, settings, slope, intercept, tuple(tried for tried, _ in trials), inputs.names)


def _trained(settings: Settings, inputs: Inputs, target: Floats, seed: int) -> Scorer:
    """Fitted on all rows, or on as many as the kind can use."""
    if len(target) <= settings.most_rows:
        return settings.fit(inputs, target)
    rows = np.random.default_rng(seed).permutation(len(target))[: settings.most_rows]
    return settings.fit(inputs.take(rows), target[rows])


def _by_blocks(compute: Callable[[Inputs], Floats], inputs: Inputs) -> Floats:
    """A prepared matrix is wide: so many rows at a time keep it small."""
    starts = range(0, max(len(inputs), 1), BLOCK)
    found = [compute(inputs.take(np.arange(start, min(start + BLOCK, len(inputs))))) for start in starts]
    return np.concatenate(found)


def _sample(target: Floats, order: Order, seed: int) -> Rows:
    """All rows, or so many that are chosen at random, in whole groups where there are groups."""
    if len(target) <= MOST_INNER_ROWS:
        return np.arange(len(target))
    chooser = np.random.default_rng(seed)
    if order.group is None:
        return np.sort(chooser.choice(len(target), MOST_INNER_ROWS, replace=False))
    names, member = np.unique(order.group, return_inverse=True)
    turn = chooser.permutation(len(names))[member]
    return np.sort(np.argsort(turn, kind="stable")[:MOST_INNER_ROWS])


def _inner(target: Floats, order: Order, seed: int) -> list[Split]:
    folds = INNER_FOLDS if len(target) < MANY_ROWS else INNER_FOLDS_MANY
    return possible_splits(target, order, folds=folds, seed=seed + 1_000)


def _try(
    settings: Settings, inputs: Inputs, target: Floats, inner: Sequence[Split]
) -> tuple[Tried, list[Floats]]:
    logits = [
        settings.fit(inputs.take(train), target[train]).logits(inputs.take(test)) for train, test in inner
    ]
    pairs = [(target[test], found) for (_, test), found in zip(inner, logits, strict=True)]
    ranked = float(np.mean([auc(outcome, found) for outcome, found in pairs]))
    loss = float(np.mean([log_loss(outcome, sigmoid(found)) for outcome, found in pairs]))
    return Tried(settings, ranked, loss), logits


def _calibrated(target: Floats, logits: Sequence[Floats], inner: Sequence[Split]) -> tuple[float, float]:
    """Slope and intercept over all inner test rows together; a slope is never negative."""
    outcome = np.concatenate([target[test] for _, test in inner])
    slope, intercept = calibration(outcome, np.concatenate(logits), penalty=_CALIBRATION_PENALTY)
    return max(slope, 0.0), intercept
