"""What is to be done about a customer, and what our service gains it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.kernel.filters import Filter
from hengke.modules.customers.models import Customer
from hengke.modules.insight.models import ValueAssessment, WorkItem
from hengke.modules.insight.services.assessing import SUBJECT as ASSESSMENTS
from hengke.modules.insight.services.work.rules import SUBJECT as WORK


def work(actor: Actor, customer: Customer) -> Mapping[str, Any] | None:
    """The open items of the work lists, and the latest value assessment. Two queries."""
    if not grants.may(actor, "view", WORK):
        return None
    items = _open(grants.row_filter(actor, WORK), customer.pk)
    assessed = _latest(grants.row_filter(actor, ASSESSMENTS), customer.pk)
    return {
        "items": items, "assessment": assessed[0] if assessed else None,
        "may_assess": grants.may(actor, "change", ASSESSMENTS),
    }  # fmt: skip


def _open_items(rights: Filter, customer: int) -> QuerySet[WorkItem]:
    found = WorkItem.objects.within(rights).filter(customer=customer, closed_at=None)
    return found.select_related("owner").order_by("kind", "pk")[:6]


def _assessments(rights: Filter, customer: int) -> QuerySet[ValueAssessment]:
    return (
        ValueAssessment.objects.within(rights).filter(customer=customer).order_by("-assessed_on", "-pk")[:1]
    )


_open = Prepared[WorkItem](_open_items)
_latest = Prepared[ValueAssessment](_assessments)
