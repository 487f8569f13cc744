"""Everything that follows from the ledger, in order; asked for after every change of it."""

from __future__ import annotations

from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.modules.insight.services import derive, resolve, summaries, warehouse
from hengke.modules.insight.services.reading import Report


def ask(*, actor: Actor) -> Job:
    """Queue one refresh; several asked for while one waits are one."""
    return queue.enqueue("insight.refresh", title="Refresh", actor=actor, key="insight.refresh")


def run(*, actor: Actor, report: Report) -> dict[str, Any]:
    """Resolve, derive, build, sum up, index; every step may be repeated."""
    resolve.run(actor=actor, report=report)
    derived = derive.run(report)
    built = warehouse.build(report)
    count = summaries.write(report)
    return {
        **derived, "warehouse": built.number, "lines": built.lines, "billed": str(built.billed), "summaries": count,
    }  # fmt: skip
