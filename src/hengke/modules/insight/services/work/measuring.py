"""What was saved: customers that came back after an action, beside those about whom nobody did anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.modules.customers.models import CustomerSummary
from hengke.modules.insight.enums import WorkKind
from hengke.modules.insight.models import LedgerLine, WorkItem

if TYPE_CHECKING:
    from hengke_analytics.measures import Uplift

MEASURED = (WorkKind.CHURN, WorkKind.LOST)
"""Lists whose success shows in the ledger: the customer submits again."""
PATIENCE = timedelta(days=60)
"""Nobody comes back within days: only items of that age are counted."""


@dataclass(frozen=True)
class Saved:
    """Customers of a list that came back with and without an action, and what they brought since then."""

    uplift: Uplift
    came: int
    came_anyway: int
    amount: Decimal
    waiting: int


def saved(actor: Actor, kind: str) -> Saved | None:
    """The comparison for a list, over what the actor sees; None where the ledger cannot tell. Three queries.

    An item counts when it is old enough; with an action from the day of the action, else from the day it was made.
    """
    from hengke_analytics.measures import uplift

    if kind not in MEASURED:
        return None
    old = clock.now() - PATIENCE
    seen = WorkItem.objects.visible_to(actor).filter(kind=kind).exclude(last_on=None)
    treated = _with_return(seen.filter(acted_at__lte=old), "acted_at__date")
    others = _with_return(seen.filter(acted_at=None, created_at__lte=old), "created_at__date")
    counts = [
        group.count() for group in (treated, treated.filter(back=True), others, others.filter(back=True))
    ]
    waiting = seen.filter(Q(acted_at__gt=old) | Q(acted_at=None, created_at__gt=old)).count()
    return Saved(
        uplift(counts[1], counts[0], counts[3], counts[2]), counts[1], counts[3], _brought(treated), waiting
    )


def _with_return(items: QuerySet[WorkItem], since: str) -> QuerySet[Any]:
    again = CustomerSummary.objects.filter(
        customer=OuterRef("customer"), laboratory="", last_on__gt=OuterRef(since)
    )
    return items.annotate(back=Exists(again))


def _brought(items: QuerySet[Any]) -> Decimal:
    """What was billed to the treated customers since the action."""
    lines = LedgerLine.objects.filter(
        LedgerLine.live, alias__customer=OuterRef("customer"), submitted_on__gt=OuterRef("acted_at__date")
    )
    summed = lines.order_by().values("alias__customer").annotate(whole=Sum("billed")).values("whole")
    found = items.annotate(since=Coalesce(Subquery(summed), Decimal(0))).aggregate(whole=Sum(F("since")))[
        "whole"
    ]
    return found or Decimal(0)
