"""Customers that may be the one whose name is being typed, and who in the institution works with them.

Each web process keeps an index over all names in memory; names that have come since are added to it before it answers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.similar import Similar
from hengke.modules.customers.models import Customer, CustomerName

if TYPE_CHECKING:
    from hengke_analytics.identity.lookup import NameIndex

SHOWN = 5
LEAST = 0.6
_lock = threading.Lock()
_index: NameIndex | None = None
_known = 0


def similar_customers(actor: Actor, values: dict[str, str]) -> Sequence[Similar]:
    """At most five, the likeliest first; of those the actor may not open only the name and who works with them."""
    found = {}
    for match in _names().lookup(values.get("name", ""), limit=40):
        if match.score >= LEAST:
            found[match.id] = match
    names = CustomerName.objects.filter(pk__in=found, customer__deleted_at=None).select_related(
        "customer__owner"
    )
    best: dict[int, CustomerName] = {}
    for name in sorted(names, key=lambda name: -found[name.pk].score):
        best.setdefault(name.customer_id, name)
    shown = list(best.values())[:SHOWN]
    ids = [name.customer_id for name in shown]
    open_to_actor = set(Customer.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return [_similar(name, found[name.pk].score, name.customer_id in open_to_actor) for name in shown]


def _similar(name: CustomerName, score: float, may_open: bool) -> Similar:
    customer = name.customer
    seen_as = "" if name.text == customer.name else _("seen as {name}").format(name=name.text)
    return Similar(
        name=customer.name,
        note=(seen_as or customer.city) if may_open else "",
        works_with=customer.owner.name if customer.owner else "",
        url=reverse("customers:page", args=(customer.pk,)) if may_open else "",
        probability=score,
    )


def _names() -> NameIndex:
    """The index with every name up to now (one query when there is none to add)."""
    global _index, _known
    with _lock:
        newest = CustomerName.objects.aggregate(newest=Max("pk"))["newest"] or 0
        if _index is None:
            _index = _built()
        elif newest > _known:
            for pk, text in CustomerName.objects.filter(pk__gt=_known).values_list("pk", "text"):
                _index.add(pk, text)
        _known = newest
        return _index


def _built() -> NameIndex:
    import pyarrow as pa

    from hengke_analytics.identity.lookup import NameIndex

    rows = list(CustomerName.objects.values_list("pk", "text"))
    return NameIndex.build(pa.table({"id": [pk for pk, _text in rows], "name": [text for _pk, text in rows]}))
