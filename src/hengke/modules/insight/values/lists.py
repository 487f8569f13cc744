"""The outlooks of customers a person may see, as lists in order of what they mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.modules.customers.enums import Stage
from hengke.modules.customers.models import Customer
from hengke.modules.insight.models import CustomerOutlook

PAGE = 50
LIKELY, UNSURE = 0.8, 0.5
GONE = Q(alive__lt=UNSURE) | Q(customer__stage=Stage.LOST)
LISTS = ("most", "gone")


def visible(actor: Actor, action: str = "view") -> QuerySet[CustomerOutlook]:
    """Outlooks of the customers with which the actor may do `action`.

    None for whoever may not know amounts, or what all laboratories' lines tell together.
    """
    hidden = grants.hidden(actor, "customers.customer")
    if hidden & {"money", "institution"} or "money" in grants.hidden(actor, "insight.ledgerline"):
        return CustomerOutlook.objects.none()
    return CustomerOutlook.objects.filter(customer__in=Customer.objects.visible_to(actor, action))


def chosen(found: QuerySet[CustomerOutlook], name: str) -> QuerySet[CustomerOutlook]:
    """One of `LISTS`: who brings most next year, or who is probably gone, the most valuable first."""
    if name == "gone":
        return found.filter(GONE, best_year__gt=0).order_by("-best_year", "pk")
    return found.order_by("-next_year", "pk")


def totals(found: QuerySet[CustomerOutlook]) -> dict[str, Any]:
    """The sums over everybody in sight. One query."""
    better = Q(next_year__gt=F("last_year") * Decimal("1.1"))
    return found.aggregate(
        customers=Count("pk"), ahead=Sum("next_year"), behind=Sum("last_year"), gone=Count("pk", filter=GONE),
        lost=Sum("best_year", filter=GONE), growing=Count("pk", filter=better),
    )  # fmt: skip


def loyalty(alive: float, stage: str) -> tuple[str, str]:
    """Whether somebody is still a customer, in words, and the badge for it."""
    if stage == Stage.LOST:
        return _("Silent for twice the own cycle"), "bad"
    if alive >= LIKELY:
        return pgettext("loyalty", "Very probably still a customer"), "ok"
    if alive >= UNSURE:
        return pgettext("loyalty", "Perhaps still a customer"), "warn"
    return pgettext("loyalty", "Probably gone"), "bad"
