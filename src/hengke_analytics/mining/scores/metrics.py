"""How good a score is: ranking, probability and calibration (definitions: Models and forecasts)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.scores.inputs import Floats

#: Probabilities are kept this far from 0 and 1: no finite number of cases proves certainty.
CERTAIN = 1e-6
_STEPS = 50


@dataclass(frozen=True)
class Metrics:
    """AUC, Brier, log-loss, rate in the top decile over the base rate, slope and intercept of calibration."""

    auc: float
    brier: float
    log_loss: float
    lift_10: float
    calibration_slope: float
    calibration_intercept: float


@dataclass(frozen=True)
class Spread:
    """A figure over the folds; `low` and `high` are the smallest and the largest."""

    mean: float
    sd: float
    low: float
    high: float
    folds: tuple[float, ...]

    @classmethod
    def of(cls, values: Floats) -> Spread:
        """Mean, standard deviation (n − 1) and range."""
        sd = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        return cls(
            float(np.mean(values)), sd, float(values.min()), float(values.max()), tuple(map(float, values))
        )


def measure(target: Floats, probability: Floats) -> Metrics:
    """All figures of one test fold; both outcomes must occur in `target`."""
    slope, intercept = calibration(target, logit(probability))
    return Metrics(
        auc(target, probability),
        float(np.mean((probability - target) ** 2)),
        log_loss(target, probability),
        lift(target, probability),
        slope,
        intercept,
    )


def spread(found: list[Metrics]) -> dict[str, Spread]:
    """Each figure with its spread over the folds."""
    return {
        field.name: Spread.of(np.array([getattr(one, field.name) for one in found]))
        for field in fields(Metrics)
    }


def auc(target: Floats, score: Floats) -> float:
    """Chance that a positive case has a higher score than a negative one; a tie counts half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = float(target.sum())
    negatives = len(target) - positives
    return float((ranks[target == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def log_loss(target: Floats, probability: Floats) -> float:
    """Mean of −ln of the probability that was given to what happened."""
    p = np.clip(probability, CERTAIN, 1 - CERTAIN)
    return float(-np.mean(target * np.log(p) + (1 - target) * np.log(1 - p)))


def lift(target: Floats, score: Floats, share: float = 0.1) -> float:
    """Rate among the top `share` of the scores over the base rate; ties at the cut share their rate."""
    head = max(1, int(np.floor(share * len(score) + 0.5)))
    cut = np.sort(score)[-head]
    above, at = score > cut, score == cut
    hits = target[above].sum() + (head - above.sum()) * target[at].mean()
    return float(hits / head / target.mean())


def calibration(target: Floats, logits: Floats, *, penalty: float = 1e-6) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcome on the logit of the score, by Newton's method.

    Slope 1 and intercept 0 are perfect; a slope below 1 means that the score is too sure of itself. The penalty
    keeps the slope finite where the score separates the outcomes without an error.
    """
    design = np.column_stack([logits, np.ones(len(logits))])
    weights = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        p = sigmoid(design @ weights)
        gradient = design.T @ (target - p) - penalty * (weights - [1.0, 0.0])
        curvature = (design * (p * (1 - p))[:, None]).T @ design + penalty * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step * min(1.0, 4.0 / float(np.abs(step).max() + 1e-300))
        if np.abs(step).max() < 1e-10:
            break
    return float(weights[0]), float(weights[1])


def logit(probability: Floats) -> Floats:
    """ln(p / (1 − p)), finite for 0 and 1."""
    p = np.clip(probability, CERTAIN, 1 - CERTAIN)
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)


def sigmoid(logits: NDArray[np.float64]) -> Floats:
    """1 / (1 + e^−x), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(np.asarray(logits) / 2)), dtype=np.float64)
