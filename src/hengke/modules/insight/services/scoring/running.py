"""The whole way: features as of the last day, training what is due, scores of all customers, written down.

May be cut off and repeated at any point: versions are registered whole, and scores are written anew.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import HengkeError, InputError, NotFound
from hengke.modules.customers.models import CustomerSummary
from hengke.modules.insight.enums import ScoreKind
from hengke.modules.insight.models import ModelVersion
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.scoring import grades, lines, registry, writing
from hengke.modules.insight.services.scoring.history import Past
from hengke.modules.insight.services.scoring.kinds import TRAINED, rules

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hengke_analytics.mining.scoring.applying import Present

JOB = "insight.score"
FEWEST = 50
"""With fewer customers there is nothing to learn from."""
STALE = timedelta(days=30)
"""A model learns anew once it knows so much less than the data."""
OUTCOME, GRADES = "outcome", "grades"


def ask(*, actor: Actor, train: Collection[str] = ()) -> Job:
    """Queue one round; several asked for while one waits are one. `train`: kinds to be trained although not due."""
    key = JOB if not train else f"{JOB}:{','.join(sorted(train))}"
    return queue.enqueue(JOB, title="Scores", actor=actor, key=key, train=sorted(train))


def ask_if_worthwhile(*, actor: Actor) -> Job | None:
    """Queue one round unless there are too few customers to learn from."""
    known = CustomerSummary.objects.filter(laboratory="", lines__gt=0)[:FEWEST].count()
    return ask(actor=actor) if known == FEWEST else None


def run(
    *, actor: Actor, report: Report, train: Collection[str] = (), job: Job | None = None
) -> dict[str, Any]:
    """Train what is asked for or due, then score everybody; returns counts and why kinds could not be trained."""
    from hengke_analytics.measures.facts import span
    from hengke_analytics.mining.scoring.applying import present

    report("Gathering features", 0, 0)
    facts = _facts()
    if facts is None:
        return {"trained": {}, "refused": {}, "scored": {}}
    now = present(facts, span(facts)[1])
    trained, refused = _train(facts, now, _due(now, train), actor, report, job)
    counts: dict[str, int] = {}
    past = Past(facts, now)
    for kind in TRAINED:
        version = registry.champion(kind)
        if version is not None:
            counts |= _score(version, now, past, report)
    writing.denormalise()
    return {"as_of": now.as_of.isoformat(), "trained": trained, "refused": refused, "scored": counts}


def _facts() -> ir.Table | None:
    """The lines of known customers; None before there is one."""
    from hengke_analytics.engine import rows

    try:
        table = warehouse.open_current().table("facts")
    except NotFound:
        return None
    facts = table.filter(table.customer.notnull())
    return facts if rows(facts.select("date").limit(1)) else None


def _due(now: Present, wanted: Collection[str]) -> list[str]:
    """Kinds that are asked for, have no version yet, know a month less than the data, or could learn from grades."""
    newest: dict[str, tuple[date, str]] = {}
    for kind, as_of, basis in ModelVersion.objects.order_by("pk").values_list("kind", "as_of", "basis"):
        newest[kind] = as_of, basis
    return [
        kind
        for kind in TRAINED
        if kind in wanted
        or kind not in newest
        or now.as_of - newest[kind][0] >= STALE
        or newest[kind][1] != _basis(kind)
    ]


def _basis(kind: str) -> str:
    """What a kind learns from: credit from grades once there are enough, all else from what came of customers."""
    return GRADES if kind == ScoreKind.CREDIT and grades.enough(grades.newest()) else OUTCOME


def _train(
    facts: ir.Table, now: Present, due: list[str], actor: Actor, report: Report, job: Job | None
) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """The numbers of new versions, and the sentences of those that could not be made."""
    from hengke_analytics.mining.scoring.graded import study_grades
    from hengke_analytics.mining.scoring.study import GOALS, Workshop

    workshop = Workshop(facts, now.inputs, report)
    trained: dict[str, int] = {}
    refused: dict[str, dict[str, Any]] = {}
    for kind in due:
        basis = _basis(kind)
        try:
            if basis == GRADES:
                studied = study_grades(now, grades.newest(), GOALS[kind], report)
            else:
                studied = workshop.study(GOALS[kind])
        except InputError as error:
            refused[kind] = _sentence(error)
        else:
            trained[kind] = registry.register(kind, studied, actor=actor, job=job, basis=basis).number
    return trained, refused


def _sentence(error: HengkeError) -> dict[str, Any]:
    return {"template": error.template, "params": {name: str(value) for name, value in error.params.items()}}


def _score(version: ModelVersion, now: Present, past: Past, report: Report) -> dict[str, int]:
    """Everybody's scores by one version; how many of each kind."""
    from hengke_analytics.mining.scoring.applying import score

    report("Scoring customers", 0, 0)
    kept, known = registry.artifact(version), rules()
    scored = score(kept, now)
    features, of_scores = scored.drift
    version.drift = {
        "as_of": now.as_of.isoformat(), "scores": of_scores, "features": [list(pair) for pair in features[:10]],
    }  # fmt: skip
    version.save(update_fields=["drift"])
    trends = past.trends(version.kind, kept, known)
    return {
        kind: writing.write(kind, found, version, now.as_of, report, trends.get(kind, {}))
        for kind, found in lines.of(version.kind, now, scored, known)
    }
