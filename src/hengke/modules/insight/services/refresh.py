"""Everything that follows from the ledger, in order; asked for after every change of it.

The warehouse finds out what changed since it was built; contacts, instruments and summaries then follow for the
customers that are touched.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job, JobState
from hengke.engines.records.writing import bulk
from hengke.kernel import clock
from hengke.modules.insight.services import derive, increment, indexing, resolve, summaries, warehouse
from hengke.modules.insight.services.reading import Report

ALL = "insight.refresh"
"""The kind of job that makes everything, and the key under which one of them waits."""

FIGURES = "insight.follow"
"""Likewise, of the job that leaves names as they are."""

NEW = "insight.refresh_new"
"""Likewise, of the job that resolves only names that came since."""

KINDS = (ALL, NEW, FIGURES)


def ask(*, actor: Actor) -> Job:
    """Queue one refresh; several asked for while one waits are one."""
    return queue.enqueue(ALL, title="Refresh", actor=actor, key=ALL)


def ask_for_new(*, actor: Actor) -> Job:
    """Queue a refresh after lines were added: their names are resolved against the customers that are known."""
    waiting = Job.objects.filter(key=ALL, state=JobState.QUEUED).first()
    return waiting or queue.enqueue(NEW, title="Refresh", actor=actor, key=NEW)


def ask_to_follow(*, actor: Actor) -> Job:
    """Queue that figures follow a decision of people, whose names are moved already; several asked for are one.

    What else may follow from it for other names is found when names are resolved the next time.
    """
    waiting = Job.objects.filter(key__in=(ALL, NEW), state=JobState.QUEUED).first()
    return waiting or queue.enqueue(FIGURES, title="Figures", actor=actor, key=FIGURES)


def is_under_way() -> bool:
    """Whether an import or a refresh is waiting or running; one query."""
    open_states = (JobState.QUEUED, JobState.RUNNING)
    return Job.objects.filter(kind__in=("insight.import", *KINDS), state__in=open_states).exists()


def run(*, actor: Actor, report: Report, on_customers: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Resolve, derive, build, sum up, index; every step may be repeated.

    `on_customers` is called when the customers are known and nothing has been made of them yet.
    """
    since = clock.now()
    resolve.run(actor=actor, report=report)
    on_customers()
    return follow(since, report)


def run_new(*, actor: Actor, report: Report) -> dict[str, Any]:
    """The same after lines were added: only their names are resolved, where that pays."""
    since = clock.now()
    increment.run(actor=actor, report=report)
    return follow(since, report)


def follow(since: datetime, report: Report) -> dict[str, Any]:
    """Build, derive, sum up, index; `since` is when the records that are to be indexed began to change."""
    built = warehouse.update(report)
    among = warehouse.unsettled()
    derived = derive.run(report, among)
    count = summaries.write(report)
    warehouse.settle(built)
    indexed = indexing.update(since, report)
    if among is None:
        bulk.analyse()
    return {
        **derived, "warehouse": built.number, "lines": built.lines, "billed": str(built.billed), "summaries": count,
        "indexed": indexed,
    }  # fmt: skip
