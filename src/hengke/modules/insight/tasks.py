"""Background jobs of insight: each takes ids and calls one service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.jobs.periodic import every
from hengke.engines.jobs.queue import Cancelled, Progress, job
from hengke.kernel import clock
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import Import
from hengke.modules.insight.services import (
    connecting,
    drafts,
    imports,
    increment,
    refresh,
    reviewing,
    undoing,
)
from hengke.modules.insight.services.foresight import rooms, runs
from hengke.modules.insight.services.scoring import classifying
from hengke.modules.insight.services.scoring import running as scoring
from hengke.modules.insight.services.work import filling


@job("insight.import")
def import_file(*, actor: Actor, progress: Progress, import_id: int) -> dict[str, Any]:
    """Bring a prepared file into the ledger, then derive everything anew."""
    row = Import.objects.select_related("source").get(pk=import_id)
    try:
        result = imports.run(row, actor=actor, report=progress)
    except Exception as error:
        undoing.give_up(row, ImportState.CANCELLED if isinstance(error, Cancelled) else ImportState.FAILED)
        raise
    if result.get("removed"):
        refresh.ask(actor=actor)
    elif any(result.get(name) for name in ("added", "corrected")):
        refresh.ask_for_new(actor=actor)
    return result


@job("insight.undo_import")
def undo_import(*, actor: Actor, progress: Progress, import_id: int) -> dict[str, Any]:
    """Take an import back, read later ones of its source again, then derive everything anew."""
    row = Import.objects.select_related("source").get(pk=import_id)
    try:
        again = undoing.take_back(row, actor=actor, report=progress)
    except Exception:
        undoing.put_back(row)
        raise
    for other in again:
        imports.run(other, actor=actor, report=progress, replay=True)
    refresh.ask(actor=actor)
    return {"read_again": [other.pk for other in again]}


@every(timedelta(days=1), title="Old drafts")
@job("insight.discard_old_drafts")
def discard_old_drafts(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Remove prepared imports that nobody went on with."""
    return {"discarded": drafts.discard_old(actor=actor)}


@every(timedelta(hours=1), title="Daily sources")
@job("insight.read_sources")
def read_sources(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Read the connected sources that are due."""
    return {"queued": connecting.read_due(actor=actor)}


@job("insight.refresh")
def refresh_all(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Resolve names, derive records, build the warehouse, sum up, index; models follow."""
    result = refresh.run(actor=actor, report=progress)
    _models_follow(actor)
    return result


@job("insight.refresh_new")
def refresh_new(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """The same after an import: only new names are resolved."""
    result = refresh.run_new(actor=actor, report=progress)
    _models_follow(actor)
    return result


@every(timedelta(days=7), title="All names")
@job("insight.resolve_all")
def resolve_all(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Resolve all names again where only new ones were since the last time."""
    due = increment.since_full()
    if due:
        refresh.ask(actor=actor)
    return {"asked": due}


@job("insight.follow")
def follow(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Let figures follow what people decided about names; models follow figures."""
    result = refresh.follow(clock.now(), progress)
    _models_follow(actor)
    return result


def _models_follow(actor: Actor) -> None:
    """Scores and forecasts of the figures that are new now, as jobs of their own."""
    if scoring.ask_if_worthwhile(actor=actor) is None:
        filling.ask(actor=actor)
    runs.keep_current(actor=actor)


@every(timedelta(days=7), title="Scores")
@job("insight.score")
def score(*, actor: Actor, progress: Progress, train: Sequence[str] = ()) -> dict[str, Any]:
    """Train models that are asked for or due, and score all customers; work lists follow."""
    result = scoring.run(actor=actor, report=progress, train=train, job=progress.job)
    filling.ask(actor=actor)
    return result


@every(timedelta(days=1), title="Work lists")
@job("insight.worklists")
def work_lists(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Renew the work lists from scores and ledger."""
    return filling.run(report=progress)


@job("insight.foresee")
def foresee(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Work out what is expected, room by room."""
    return rooms.run(progress)


@job("insight.classify")
def classify(*, actor: Actor, progress: Progress, **question: Any) -> dict[str, Any]:
    """Learn who has a label, and who is alike."""
    return classifying.run(report=progress, **question)


@job("insight.accept_pairs")
def accept_pairs(*, actor: Actor, progress: Progress, pairs: list[int]) -> dict[str, Any]:
    """Accept many pairs of names as one customer each."""
    return reviewing.accept(pairs, actor=actor, report=progress)


@job("insight.reopen_pairs")
def reopen_pairs(*, actor: Actor, progress: Progress, pairs: list[int]) -> dict[str, Any]:
    """Take the acceptance of many pairs back."""
    return reviewing.reopen(pairs, actor=actor, report=progress)
