"""Keeps the search index in step with what a refresh has changed, without rewriting the whole of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import DecimalField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from hengke.engines.records.models import SearchEntry
from hengke.engines.records.schema import registry
from hengke.engines.records.search.index import CHUNK, index_records
from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.services.reading import Report

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import RecordType


def update(since: datetime, report: Report) -> int:
    """Index what was made or changed at or after `since`, forget what is gone.

    Returns how many entries it touched.
    """
    count = 0
    for record in registry.all_records():
        ids = _stale(record, since)
        for start in range(0, len(ids), CHUNK):
            index_records(record, ids[start : start + CHUNK])
            report("Indexing", start, len(ids))
        count += len(ids)
    _weigh_customers()
    return count


def _stale(record: RecordType, since: datetime) -> list[int]:
    """Live objects changed or without an entry, and entries without a live object."""
    model: Any = record.model
    entries = SearchEntry.objects.filter(record=record.slug)
    live = model._base_manager.filter(model.live)
    changed = live.filter(updated_at__gte=since) | live.filter(
        ~Exists(entries.filter(object_id=OuterRef("pk")))
    )
    gone = entries.filter(~Exists(live.filter(pk=OuterRef("object_id"))))
    return sorted({*changed.values_list("pk", flat=True), *gone.values_list("object_id", flat=True)})


def _weigh_customers() -> None:
    """The more a customer contributes, the higher it stands among the hits."""
    label = Customer._meta.label_lower
    record = next((record for record in registry.all_records() if record.subject == label), None)
    if record is None:
        return
    mine = CustomerSummary.objects.filter(customer=OuterRef("object_id"), laboratory="")
    weight = Coalesce(Subquery(mine.values("billed")[:1]), Value(0), output_field=DecimalField())
    with transaction.atomic():
        SearchEntry.objects.filter(record=record.slug).exclude(weight=weight).update(weight=weight)
