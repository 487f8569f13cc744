"""A first catalogue out of the ledger: what was done for whom, at which list price, in which laboratory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.engines.records.writing import bulk
from hengke.kernel.money import to_cents
from hengke.modules.catalog.models import ServiceItem
from hengke.modules.customers.models import Instrument

SUBJECT = "catalog.serviceitem"
LEAST_LINES = 3
"""What was handed in less often is no item yet: a slip of the pen, or somebody's own wording."""

_PRICES = """
SELECT l.instrument_name, l.laboratory, l.project_group, coalesce(l.list_price, l.billed), count(*)
FROM insight_ledgerline l JOIN insight_source s ON s.id = l.source_id
WHERE l.removed_by_id IS NULL AND s.archived_at IS NULL AND l.instrument_name <> '' AND l.laboratory <> ''
GROUP BY 1, 2, 3, 4
"""


@dataclass
class Proposed:
    """An item that the ledger knows and the catalogue does not; `prices`: (price, lines)."""

    name: str
    laboratory: str
    lines: int = 0
    groups: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    prices: list[tuple[Decimal, int]] = field(default_factory=list)
    interval_months: int | None = None

    @property
    def price(self) -> Decimal:
        """The median of the lines' list prices."""
        half, seen = self.lines / 2, 0
        for price, lines in sorted(self.prices):
            seen += lines
            if seen >= half:
                return to_cents(price)
        return Decimal("0.00")

    @property
    def project_group(self) -> str:
        """Where most of them were done."""
        return max(self.groups, key=lambda name: (self.groups[name], name), default="")


def proposed() -> list[Proposed]:
    """Items that are not in the catalogue yet, the most frequent first."""
    known = set(ServiceItem.objects.values_list("name", "laboratory"))
    found: dict[tuple[str, str], Proposed] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PRICES)
        for name, laboratory, group, price, lines in cursor.fetchall():
            key = (name[:120], laboratory[:100])
            if key in known:
                continue
            item = found.setdefault(key, Proposed(*key))
            item.lines += lines
            item.groups[group[:100]] += lines
            item.prices.append((Decimal(str(price or 0)), lines))
    _intervals(found)
    enough = [item for item in found.values() if item.lines >= LEAST_LINES]
    return sorted(enough, key=lambda item: (-item.lines, item.name, item.laboratory))


def take(*, actor: Actor) -> Event | None:
    """Put every proposed item into the catalogue; the event, whose undo takes them out, or None when there is none."""
    grants.require(actor, "add", SUBJECT)
    with transaction.atomic():
        items = [
            ServiceItem(
                name=item.name, laboratory=item.laboratory, project_group=item.project_group, price=item.price,
                interval_months=item.interval_months, promised_days=5,
            )
            for item in proposed()
        ]  # fmt: skip
        if not items:
            return None
        record = registry.by_slug("items")
        record.prepare_in_bulk(items)
        bulk.insert(ServiceItem, items)
        event = events.record("serviceitem.from_ledger", actor=actor, payload={"count": len(items)})
        journal.write(event, ServiceItem, {}, journal.states(items))
        index.add_records(record, items)
    return event


def _intervals(found: dict[tuple[str, str], Proposed]) -> None:
    """The interval that most instruments of the name have in the laboratory."""
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows: Any = Instrument.objects.exclude(interval_months=None).values_list(
        "name", "laboratory", "interval_months"
    )
    for name, laboratory, months in rows.iterator(5_000):
        counts[(name, laboratory)][months] += 1
    for key, item in found.items():
        if counts[key]:
            item.interval_months = max(counts[key], key=lambda months: (counts[key][months], months))
