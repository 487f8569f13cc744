"""Credit learned from experts' grades instead of the outcome: good, fair and poor customers as they are today."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from hengke_analytics.mining.scores.fitting import fit
from hengke_analytics.mining.scores.folds import Order
from hengke_analytics.mining.scores.inputs import Integers
from hengke_analytics.mining.scores.reasons import weights
from hengke_analytics.mining.scoring.applying import Present
from hengke_analytics.mining.scoring.judging import Material, Report, attempt
from hengke_analytics.mining.scoring.study import Goal, Studied, artifact_of

#: Each customer counts twice, so that a fair one can be half good: the score is P(good) + P(fair) / 2.
TWICE = {"good": (1.0, 1.0), "fair": (1.0, 0.0), "poor": (0.0, 0.0)}
#: The one feature that anybody would use, the first of these that the data has.
RULES = ("late_share", "silence")
NOBODY: Integers = np.empty(0, dtype=np.int64)


def study_grades(now: Present, grades: Mapping[int, str], goal: Goal, report: Report) -> Studied:
    """Train on the graded customers; each is judged by models that did not see it."""
    rows = np.array([row for row, pk in enumerate(now.customers) if int(pk) in grades], dtype=np.int64)
    customers = np.repeat(now.customers[rows], 2)
    inputs = now.inputs.take(np.repeat(rows, 2))
    target = np.concatenate([TWICE[grades[int(pk)]] for pk in now.customers[rows]])
    rule = next(name for name in RULES if name in inputs.names)
    trial = attempt(Material(customers, inputs, target, NOBODY, NOBODY, rule), report)
    judged = trial.judged(preferred=goal.preferred, lead=goal.lead)
    report("Training", 0, 0)
    model = fit(judged.winner, inputs, target, Order(group=customers))
    return Studied(
        now.as_of, None, (now.as_of,), len(rows), int(target.sum()) // 2, judged, weights(model, inputs),
        hashlib.sha256(repr(sorted(grades.items())).encode()).hexdigest(),
        artifact_of(model, inputs, now.inputs, judged.held), inputs,
    )  # fmt: skip
