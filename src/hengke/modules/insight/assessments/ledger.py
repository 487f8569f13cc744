"""The first-hand figures of the ledger that stand beside an assessment."""

from __future__ import annotations

from typing import Any

from hengke.engines.access.actor import Actor
from hengke.kernel.errors import NotFound
from hengke.kernel.period import ONE_DAY, Period
from hengke.modules.insight.dashboard import facts


def first_hand(actor: Actor, customer: int) -> dict[str, Any]:
    """What the ledger itself tells of the last twelve months with data, from the lines that the actor sees.

    Keys: period, lines, items, billed, spared (list price less what was billed, where a list price is known) and
    days (mean from submission to the finished work); {} before the first import.
    """
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import total, within
    from hengke_analytics.shapes import ibis

    try:
        table = facts.visible(actor, "facts")
        last = facts.span(facts.visible(actor, "facts_month")).last
    except NotFound:
        return {}
    year = Period(Period(last, last + ONE_DAY).last_year().end, last + ONE_DAY)
    mine = table.filter(table.customer == ibis.literal(customer), within(table, year))
    listed = "list_price" in mine.columns
    spared = (
        total(mine.list_price - mine.amount, mine.list_price > mine.amount)
        if listed
        else ibis.null("float64")
    )
    found = rows(mine.aggregate(
        lines=mine.count(), items=mine.instrument_name.nunique(), billed=total(mine.amount),
        days=mine.done_on.delta(mine.date, unit="day").mean(), spared=spared,
    ))[0]  # fmt: skip
    return {"period": year, **found} if found["lines"] else {}
