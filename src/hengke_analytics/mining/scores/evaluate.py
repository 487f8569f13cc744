"""How good a kind of model is on rows that it has not seen, beside a baseline on the same folds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.fitting import Model, fit, fit_settings
from hengke_analytics.mining.scores.folds import Order, splits
from hengke_analytics.mining.scores.inputs import Floats, Inputs
from hengke_analytics.mining.scores.logistic import Plain
from hengke_analytics.mining.scores.metrics import Metrics, Spread, measure, spread


@dataclass(frozen=True)
class Evaluation:
    """Figures of the model and of the baseline over the same folds.

    `probability` is the mean of what each row was given while it was tested (NaN where it never was), and
    `chosen` counts the kinds that won inside the folds.
    """

    folds: int
    order: str
    model: dict[str, Spread]
    baseline: dict[str, Spread]
    above_baseline: Spread
    chosen: dict[str, int]
    probability: Floats


def evaluate(
    kind: str,
    inputs: Inputs,
    target: Floats,
    order: Order | None = None,
    *,
    folds: int = 5,
    repeats: int = 2,
    seed: int = 0,
) -> Evaluation:
    """Repeated cross-validation; choosing and calibrating happen anew inside every training fold."""
    order = order or Order()
    outer = splits(target, order, folds=folds, repeats=repeats, seed=seed)
    found: list[Metrics] = []
    plain: list[Metrics] = []
    chosen: Counter[str] = Counter()
    sums, times = np.zeros(len(target)), np.zeros(len(target))
    for number, (train, test) in enumerate(outer):
        known, outcome, asked = inputs.take(train), target[train], inputs.take(test)
        model = fit(kind, known, outcome, order.take(train), seed=seed + number)
        probability = model.probability(asked)
        found.append(measure(target[test], probability))
        plain.append(measure(target[test], baseline(known, outcome).probability(asked)))
        chosen[model.settings.kind] += 1
        sums[test] += probability
        times[test] += 1
    gains = Spread.of(np.array([one.auc - other.auc for one, other in zip(found, plain, strict=True)]))
    means = np.divide(sums, times, out=np.full(len(target), np.nan), where=times > 0)
    return Evaluation(len(outer), order.words, spread(found), spread(plain), gains, dict(chosen), means)


def baseline(inputs: Inputs, target: Floats) -> Model:
    """A logistic regression on the numbers as they are: what anybody would try first."""
    return fit_settings(Plain(), inputs, target)
