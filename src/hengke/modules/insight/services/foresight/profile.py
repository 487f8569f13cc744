"""What a set of customers is like: where, which trade, what they have, when they come, what they bring."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hengke.modules.insight.services.foresight.features import YEAR

if TYPE_CHECKING:
    from ibis.expr import types as ir

TOP = 5
MOST = 20_000


def profile(who: frozenset[int], facts: ir.Table) -> dict[str, Any]:
    """Figures of the last twelve months: `amount`, `lines`, `places`, `trades`, `items`, `months` (1 to 12).

    Of more than 20,000 customers those with the smallest keys are taken.
    """
    from hengke_analytics.engine import rows
    from hengke_analytics.shapes import ibis

    last: date | None = rows(facts.aggregate(last=facts.date.max()))[0]["last"]
    if last is None or not who:
        return {"amount": 0.0, "lines": 0, "places": [], "trades": [], "items": [], "months": []}
    chosen = ibis.literal(sorted(who)[:MOST], "array<int64>")
    mine = facts.filter(facts.customer.notnull(), facts.date > last - YEAR)
    mine = mine.filter(chosen.contains(mine.customer))
    named = mine.mutate(
        item_name=(mine.item == "").ifelse(mine.instrument_name, mine.item), month=mine.date.month()
    )
    whole = rows(named.aggregate(amount=named.amount.sum(), lines=named.lines.sum()))[0]
    return {
        "amount": float(whole["amount"] or 0), "lines": int(whole["lines"] or 0), "places": _top(named, "city"),
        "trades": _top(named, "industry"), "items": _top(named, "item_name"), "months": _top(named, "month"),
    }  # fmt: skip


def _top(table: ir.Table, column: str) -> list[tuple[Any, int]]:
    """The values with most customers."""
    from hengke_analytics.engine import rows
    from hengke_analytics.shapes import ibis

    counted = table.group_by(column).aggregate(customers=table.customer.nunique())
    found = rows(counted.order_by(ibis.desc("customers"), column).limit(TOP))
    return [(row[column], int(row["customers"])) for row in found if row[column] not in (None, "")]
