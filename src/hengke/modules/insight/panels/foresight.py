"""What to expect of a customer: loyalty, next year, what to offer next and what will come next."""

from __future__ import annotations

from typing import Any

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.modules.customers.models import Customer
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.models import CustomerOutlook, Offer
from hengke.modules.insight.values.lists import loyalty

OFFERS = 3


def outlook(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """None before the first run, and for those who may not know amounts or see one laboratory only. Two queries."""
    hidden = grants.hidden(actor, "customers.customer")
    if hidden & {"money", "institution"} or "money" in grants.hidden(actor, "insight.ledgerline"):
        return None
    row = next(iter(_outlooks(customer.pk)), None)
    if row is None:
        return None
    words = Words("billed").fitting(max(row.next_high, row.best_year))
    said, badge = loyalty(row.alive, customer.stage)
    offers = list(_offers(customer.pk))
    return {
        "ring": charts.ring(row.alive, charts.percent(row.alive), said, kind=badge), "loyalty": said, "badge": badge,
        "next": words.full(row.next_year), "low": words.short(row.next_low), "high": words.full(row.next_high),
        "last": words.full(row.last_year), "times_low": f"{row.times_low:.0f}", "times_high": f"{row.times_high:.0f}",
        "offers": [each for each in offers if each.kind == "cross"][:OFFERS],
        "coming": [each for each in offers if each.kind == "next"][:OFFERS],
    }  # fmt: skip


_outlooks = Prepared[CustomerOutlook](lambda customer: CustomerOutlook.objects.filter(customer=customer)[:1])
_offers = Prepared[Offer](
    lambda customer: Offer.objects.filter(customer=customer).order_by("kind", "-worth", "-probability", "pk")[
        :20
    ]
)
