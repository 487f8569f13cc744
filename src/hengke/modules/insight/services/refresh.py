"""Everything that follows from the ledger, in order; asked for after every change of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.engines.records.writing import bulk
from hengke.kernel import clock
from hengke.modules.insight.services import derive, indexing, resolve, summaries, warehouse
from hengke.modules.insight.services.reading import Report


def ask(*, actor: Actor) -> Job:
    """Queue one refresh; several asked for while one waits are one."""
    return queue.enqueue("insight.refresh", title="Refresh", actor=actor, key="insight.refresh")


def run(*, actor: Actor, report: Report, on_customers: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Resolve, derive, build, sum up, index; every step may be repeated.

    `on_customers` is called when the customers are known and nothing has been made of them yet.
    """
    since = clock.now()
    resolve.run(actor=actor, report=report)
    on_customers()
    derived = derive.run(report)
    built = warehouse.build(report)
    count = summaries.write(report)
    indexed = indexing.update(since, report)
    bulk.analyse()
    return {
        **derived, "warehouse": built.number, "lines": built.lines, "billed": str(built.billed), "summaries": count,
        "indexed": indexed,
    }  # fmt: skip
