"""Versions of models: registered with what they learned from, and in force only when better out of sample.

The rule: a new version takes over when, on the same cases that neither learned from, it ranks better by at least
half a point of AUC without a worse Brier score; or when it is as good (within half a point) and knows at least 90
more days. The first version of a kind is in force at once. Otherwise it waits as a challenger, and says why.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.jobs.models import Job
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError
from hengke.modules.insight.enums import VersionState
from hengke.modules.insight.models import ModelVersion
from hengke.modules.insight.services.scoring import cards
from hengke.modules.insight.services.scoring.kinds import rules

if TYPE_CHECKING:
    from hengke_analytics.mining.scoring.artifact import Artifact
    from hengke_analytics.mining.scoring.study import Studied

SUBJECT = "insight.model"
MARGIN = 0.005
"""AUC by which a version must be better to be called better."""
NO_WORSE = 0.001
"""Brier score by which it may be worse without being called worse."""
NEWER = timedelta(days=90)
STATES = VersionState


def champion(kind: str) -> ModelVersion | None:
    """The version in force."""
    return ModelVersion.objects.defer("model").filter(kind=kind, state=STATES.CHAMPION).first()


def register(
    kind: str, studied: Studied, *, actor: Actor, job: Job | None, basis: str = "outcome"
) -> ModelVersion:
    """Keep a trained version, and put it in force when the rule says so."""
    from hengke_analytics.mining.scores import storing

    model, known = storing.dump(studied.artifact), rules()[kind]
    why = _why(studied, champion(kind), basis)
    takes_over = why["code"] != "not_better"
    judged = studied.judged
    with transaction.atomic():
        last = ModelVersion.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
        _step_back(kind, STATES.CHALLENGER)
        if takes_over:
            _step_back(kind, STATES.CHAMPION)
        row = ModelVersion.objects.create(
            kind=kind, number=last + 1, state=STATES.CHAMPION if takes_over else STATES.CHALLENGER,
            algorithm=judged.winner, basis=basis, as_of=studied.as_of, tested_on=studied.tested_on,
            rows=studied.rows, positives=studied.positives, features=len(studied.artifact.model.names),
            data_digest=studied.digest, model=model, model_digest=_hash(model), card=cards.card(studied),
            threshold=cards.threshold(judged.held, judged.winner, known), why=why, job=job,
            trained_by_id=actor.user_id,
        )  # fmt: skip
        events.record("model.trained", actor=actor, subject=row, payload=_told(row))
    return row


def artifact(version: ModelVersion) -> Artifact:
    """The fitted model of a version. InputError `model_unreadable` when what is stored is not what was stored."""
    from hengke_analytics.mining.scores import storing

    data = bytes(version.model)
    if _hash(data) != version.model_digest:
        raise InputError(
            "model_unreadable", "This model was stored by another version or is damaged: train it again."
        )
    found: Artifact = storing.load(data)
    return found


def promote(version: ModelVersion, *, actor: Actor) -> ModelVersion:
    """Put a version in force although the rule did not; scores follow when they are made next."""
    return _decide(version, STATES.CHAMPION, "model.promoted", actor)


def retire(version: ModelVersion, *, actor: Actor) -> ModelVersion:
    """Take a version out of force or out of the running."""
    return _decide(version, STATES.RETIRED, "model.retired", actor)


def _decide(version: ModelVersion, state: VersionState, event: str, actor: Actor) -> ModelVersion:
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        row = ModelVersion.objects.select_for_update().get(pk=version.pk)
        if row.state == state:
            raise Conflict("state_already", "This version is in that state already.")
        if state == STATES.CHAMPION:
            _step_back(row.kind, STATES.CHAMPION)
        row.state, row.decided_by_id, row.decided_at = state, actor.user_id, clock.now()
        row.why = {"code": "decided"}
        row.save(update_fields=["state", "decided_by", "decided_at", "why"])
        events.record(event, actor=actor, subject=row, payload=_told(row))
    return row


def _step_back(kind: str, state: VersionState) -> None:
    ModelVersion.objects.filter(kind=kind, state=state).update(state=STATES.RETIRED)


def _why(studied: Studied, current: ModelVersion | None, basis: str) -> dict[str, Any]:
    """The rule, as a code and what the page says with it."""
    if current is None:
        return {"code": "first"}
    if current.basis != basis:
        return {"code": "other_basis"}
    judged = studied.judged
    new = judged.figures[judged.winner]
    old_auc, old_brier = _of_champion(studied, current)
    told = {
        "auc": new["auc"].value, "old_auc": old_auc, "brier": new["brier"].value, "old_brier": old_brier,
        "old": current.number,
    }  # fmt: skip
    gain, sound = new["auc"].value - old_auc, new["brier"].value <= old_brier + NO_WORSE
    if gain >= MARGIN and sound:
        return {"code": "better", **told}
    if gain > -MARGIN and sound and studied.as_of - current.as_of >= NEWER:
        return {"code": "newer", **told}
    return {"code": "not_better", **told}


def _of_champion(studied: Studied, current: ModelVersion) -> tuple[float, float]:
    """AUC and Brier of the version in force on the new held cases; as registered where it learned from them."""
    from hengke_analytics.mining.scores.metrics import measure

    days = current.card.get("trained_on", [])
    if studied.tested_on is None or not days or days[-1] >= studied.tested_on.isoformat():
        figures = current.card["figures"][current.algorithm]
        return figures["auc"]["value"], figures["brier"]["value"]
    kept = artifact(current)
    found = measure(studied.judged.held.target, kept.model.probability(kept.of(studied.asked)))
    return found.auc, found.brier


def _told(row: ModelVersion) -> dict[str, Any]:
    return {"kind": row.kind, "number": row.number, "state": row.state, "algorithm": row.algorithm}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
