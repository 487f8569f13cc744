"""Who wins is decided inside the training rows; the held cases only judge."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scoring.artifact import Held
from hengke_analytics.mining.scoring.judging import Material, Trial, attempt
from tests.support.cases import draw

NOBODY = np.empty(0, dtype=np.int64)


def _trial(inner: dict[str, float]) -> Trial:
    target = np.array([0.0, 0.0, 1.0, 1.0])
    said = {name: np.array([0.1, 0.4, 0.35, 0.8]) for name in ("nn", "logistic", "boosted", "plain", "rule")}
    return Trial("later_day", Held(np.arange(4), target, said), inner)


def test_the_largest_inner_auc_wins_and_a_preferred_one_unless_clearly_behind() -> None:
    inner = {"nn": 0.80, "logistic": 0.805, "boosted": 0.79}
    assert _trial(inner).judged().winner == "logistic"
    assert _trial(inner).judged(preferred="nn", lead=0.01).winner == "nn"
    assert _trial(inner | {"logistic": 0.82}).judged(preferred="nn", lead=0.01).winner == "logistic"


def test_the_opposite_outcome_turns_everything_round() -> None:
    judged = _trial({"nn": 0.8, "logistic": 0.7, "boosted": 0.7}).mirrored().judged()
    assert list(judged.held.target) == [1, 1, 0, 0]
    assert judged.figures["nn"]["auc"].value == pytest.approx(0.75)
    assert judged.above_plain.value == 0


def test_without_a_later_day_every_customer_is_kept_out_once() -> None:
    known = draw(300)
    customers = np.repeat(np.arange(100), 3)
    steps: list[tuple[str, int, int]] = []
    material = Material(customers, known.inputs, known.target, NOBODY, NOBODY, "amount")
    trial = attempt(material, lambda *step: steps.append(step))
    assert trial.kept == "other_customers"
    assert sorted(trial.held.customers) == sorted(customers)
    assert steps[-1] == ("Comparing models", 19, 20)
    assert trial.judged().figures["logistic"]["auc"].value > trial.judged().figures["rule"]["auc"].value
