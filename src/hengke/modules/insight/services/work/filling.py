"""Renews the lists: figures of open items follow the data, what people did stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel import clock
from hengke.kernel.errors import HengkeError, NotFound
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import WorkKind, WorkResult, WorkState
from hengke.modules.insight.models import WorkItem
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.work import candidates
from hengke.modules.insight.services.work.candidates import Candidate
from hengke.modules.insight.services.work.rules import QUIET

JOB = "insight.worklists"
FIGURES = ("probability", "amount", "reasons", "suggestion", "as_of", "made_by")
BATCH = 500


def ask(*, actor: Actor) -> Job:
    """Queue one renewal; several asked for while one waits are one."""
    return queue.enqueue(JOB, title="Work lists", actor=actor, key=JOB)


def run(*, report: Report = lambda *_: None) -> dict[str, dict[str, int]]:
    """Renew every list; how many items were new, renewed and taken off."""
    from hengke_analytics.measures.facts import span

    try:
        as_of = span(warehouse.open_current().table("facts_month"))[1]
    except (NotFound, HengkeError):
        return {}
    lists: dict[WorkKind, Callable[[], list[Candidate]]] = {
        WorkKind.CHURN: candidates.leaving,
        WorkKind.OVERDUE: candidates.paying_late,
        WorkKind.UNPROFITABLE: lambda: candidates.unprofitable(as_of),
        WorkKind.LOST: lambda: candidates.lost(as_of),
        WorkKind.MISUSE: lambda: candidates.misusing(as_of),
    }
    told = {}
    for place, (kind, found) in enumerate(lists.items()):
        report("Renewing work lists", place, len(lists))
        told[str(kind)] = put(kind, found(), as_of)
    return told


def put(kind: str, found: Sequence[Candidate], as_of: date) -> dict[str, int]:
    """Make the open items of a list those of `found`; items that somebody took stay, whatever the figures say."""
    with transaction.atomic():
        stored, doubled = _open(kind)
        living = set(Customer.objects.filter(
            deleted_at=None, pk__in=[one.customer for one in found]
        ).values_list("pk", flat=True))  # fmt: skip
        wanted = {one.customer: one for one in found if one.customer in living}
        renewed = [
            _renewed(stored[customer], one, as_of) for customer, one in wanted.items() if customer in stored
        ]
        WorkItem.objects.bulk_update(renewed, FIGURES, batch_size=BATCH)
        quiet = _quiet(kind)
        made = [
            WorkItem(customer_id=customer, kind=kind, last_on=one.last_on, **_figures(one, as_of))
            for customer, one in wanted.items() if customer not in stored and customer not in quiet
        ]  # fmt: skip
        WorkItem.objects.bulk_create(made, batch_size=BATCH)
        past = [item.pk for customer, item in stored.items() if customer not in wanted]
        gone = _take_off([*past, *doubled])
    return {"new": len(made), "renewed": len(renewed), "gone": gone}


def _open(kind: str) -> tuple[dict[int, WorkItem], list[int]]:
    """The open item of each customer, and the keys of further ones that a merge of customers left over.

    One that somebody took stands before one that nobody did.
    """
    found: dict[int, WorkItem] = {}
    doubled = []
    rows = WorkItem.objects.filter(kind=kind, closed_at=None).order_by("pk")
    for item in sorted(rows, key=lambda row: row.owner_id is None):
        if item.customer_id in found:
            doubled.append(item.pk)
        else:
            found[item.customer_id] = item
    return found, doubled


def _figures(one: Candidate, as_of: date) -> dict[str, Any]:
    return {
        "probability": one.probability, "amount": one.amount, "reasons": [list(reason) for reason in one.reasons],
        "suggestion": one.suggestion, "as_of": one.as_of or as_of, "made_by": one.made_by,
    }  # fmt: skip


def _renewed(item: WorkItem, one: Candidate, as_of: date) -> WorkItem:
    for name, value in _figures(one, as_of).items():
        setattr(item, name, value)
    return item


def _quiet(kind: str) -> set[int]:
    """Customers about whom a person closed an item of the kind lately."""
    since = clock.now() - QUIET[WorkKind(kind)]
    closed = WorkItem.objects.filter(kind=kind, closed_at__gte=since).exclude(result=WorkResult.GONE)
    return set(closed.values_list("customer_id", flat=True))


def _take_off(keys: list[int]) -> int:
    """Close items that nobody took."""
    rows = WorkItem.objects.filter(pk__in=keys, state=WorkState.OPEN)
    return rows.update(state=WorkState.CLOSED, result=WorkResult.GONE, closed_at=clock.now())
