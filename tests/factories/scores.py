"""Versions of models and scores of customers, without the time that training takes."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import numpy as np

from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Band, ScoreKind, VersionState
from hengke.modules.insight.models import CustomerScore, ModelVersion
from hengke.modules.insight.services.scoring import cards, registry
from hengke.modules.insight.services.scoring.kinds import rules
from hengke_analytics.mining.scores import storing
from hengke_analytics.mining.scores.drift import Reference
from hengke_analytics.mining.scores.fitting import fit_settings
from hengke_analytics.mining.scores.inputs import Inputs, numbers
from hengke_analytics.mining.scores.logistic import Plain
from hengke_analytics.mining.scores.reasons import Explainer, weights
from hengke_analytics.mining.scoring.artifact import Artifact, Held
from hengke_analytics.mining.scoring.judging import Judged, Trial
from hengke_analytics.mining.scoring.study import Studied

AS_OF = date(2025, 12, 31)
REASONS = [
    {"feature": "silence", "value": "1.4", "place": 0.93, "adds": 0.61},
    {"feature": "visits_365", "value": "6", "place": 0.7, "adds": -0.2},
]


def studied(
    *, as_of: date = AS_OF, tested_on: date | None = date(2024, 6, 30), noise: float = 1.0
) -> Studied:
    """A version that learned silence -> lost from 400 cases; `noise` blurs what it says of the held ones."""
    chooser = np.random.default_rng(3)
    silence, visits = chooser.random(400), chooser.integers(0, 9, 400).astype(float)
    target = (chooser.random(400) < silence**2).astype(float)
    inputs = Inputs((numbers("silence", list(silence)), numbers("visits_365", list(visits))))
    model = fit_settings(Plain(), inputs, target)
    blurred = np.clip(model.probability(inputs) + noise * 0.1 * chooser.normal(size=400), 0.01, 0.99)
    names = ("nn", "logistic", "boosted", "plain", "rule")
    held = Held(np.arange(400), target, dict.fromkeys(names, blurred))
    judged: Judged = Trial("later_day", held, dict.fromkeys(names[:3], 0.8)).judged()
    artifact = Artifact(
        Explainer.of(model, inputs),
        ("number", "number"),
        Reference.of(inputs, model.probability(inputs)),
        held,
    )
    return Studied(
        as_of, tested_on, (tested_on or as_of,), 400, int(target.sum()), judged, weights(model, inputs), "0" * 64,
        artifact, inputs,
    )  # fmt: skip


def version(
    kind: str = ScoreKind.CHURN, *, state: str = VersionState.CHAMPION, number: int = 1
) -> ModelVersion:
    """A stored version of a kind."""
    made = studied()
    model = storing.dump(made.artifact)
    return ModelVersion.objects.create(
        kind=kind, number=number, state=state, algorithm=made.judged.winner, as_of=made.as_of,
        tested_on=made.tested_on, rows=made.rows, positives=made.positives, features=2, data_digest=made.digest,
        model=model, model_digest=hashlib.sha256(model).hexdigest(), card=cards.card(made),
        threshold=cards.threshold(made.judged.held, made.judged.winner, rules()[kind]), why={"code": "first"},
    )  # fmt: skip


def score(of: Customer, kind: str = ScoreKind.CHURN, value: float = 0.7, **values: Any) -> CustomerScore:
    """A customer's score by the version in force, which is made when there is none."""
    source = ScoreKind.CHURN if kind == ScoreKind.LOYALTY else kind
    by = registry.champion(source) or version(source)
    usual = {"band": Band.POOR, "reasons": REASONS, "version": by, "as_of": AS_OF}
    return CustomerScore.objects.create(customer=of, kind=kind, value=value, **usual | values)
