"""Scores of all customers at a day: probability, reasons, and what is at stake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np

from hengke_analytics.engine import fetch
from hengke_analytics.mining.features.store import features
from hengke_analytics.mining.scores.inputs import Floats, Inputs, Integers
from hengke_analytics.mining.scores.metrics import sigmoid
from hengke_analytics.mining.scores.reading import inputs_of
from hengke_analytics.mining.scores.reasons import Reason
from hengke_analytics.mining.scoring.artifact import Artifact

REASONS = 5


@dataclass(frozen=True)
class Present:
    """All customers of a day: their numbers, features, last year's contribution, and who has churned by rule."""

    as_of: date
    customers: Integers
    inputs: Inputs
    year: Floats
    gone: np.ndarray


@dataclass(frozen=True)
class Scored:
    """A probability and its reasons for each customer; `drift` is that of features, largest first, and of scores."""

    probability: Floats
    reasons: list[tuple[Reason, ...]]
    drift: tuple[list[tuple[str, float]], float]


def present(facts: ir.Table, as_of: date) -> Present:
    """The features of every customer with a line until the end of the day."""
    table = fetch(features(facts, as_of).order_by("customer"))
    names = [name for name in table.column_names if name != "customer"]
    year, silence, expected, threshold = (
        np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.float64)
        for name in ("billed_year_1", "silence", "expected_interval", "churn_threshold")
    )
    customers = np.asarray(table["customer"].to_numpy(zero_copy_only=False), dtype=np.int64)
    return Present(as_of, customers, inputs_of(table, names), year, silence * expected > threshold)


def score(artifact: Artifact, customers: Present) -> Scored:
    """Probability = sigmoid of base and reasons together, so that they add up to what is shown."""
    inputs = artifact.of(customers.inputs)
    reasons, logits = artifact.explainer.explained(inputs, most=REASONS)
    probability = sigmoid(logits)
    return Scored(probability, reasons, artifact.reference.drift(inputs, probability))
