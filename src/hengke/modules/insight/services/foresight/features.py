"""How customers behave, as numbers: what groups are found by and told apart with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hengke.kernel.errors import NotFound, sentence

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr import types as ir

YEAR = timedelta(days=365)
#: Words for each number, in the order in which they are told.
WORDS: dict[str, str] = {
    "year": sentence("Contribution of the last twelve months"),
    "lines": sentence("Instruments of the last twelve months"),
    "days": sentence("Submissions in two years"),
    "silent": sentence("Days since the last submission"),
    "items": sentence("Kinds of instruments"),
    "laboratories": sentence("Laboratories used"),
    "price": sentence("Average per instrument"),
    "growth": sentence("Growth"),
}
_LOOKED_BACK = 3  # years: who has been silent for longer behaves no more


def features(facts: ir.Table) -> tuple[pa.Table, date]:
    """One row per customer with lines of the last three years: `customer` and the columns of `WORDS`.

    The day is the last one with lines. Growth is the last twelve months over the mean of them and the twelve
    before, less 1: from −1 (all lost) to 1 (all new). NotFound without lines.
    """
    from hengke_analytics.engine import fetch, rows

    last: date | None = rows(facts.aggregate(last=facts.date.max()))[0]["last"]
    if last is None:
        raise NotFound("no_facts", "No ledger line is visible here yet.")
    from hengke_analytics.shapes import ibis

    known = facts.filter(facts.customer.notnull(), facts.date > last - _LOOKED_BACK * YEAR)
    named = known.mutate(item_name=(known.item == "").ifelse(known.instrument_name, known.item))
    recent, before = named.date > last - YEAR, named.date > last - 2 * YEAR
    amount = named.amount.cast("float64")
    found = named.group_by("customer").aggregate(
        year=amount.sum(where=recent).fill_null(0.0), former=amount.sum(where=before & ~recent).fill_null(0.0),
        lines=named.lines.sum(where=recent).fill_null(0), days=named.date.nunique(where=before),
        last_on=named.date.max(), items=named.item_name.nunique(),
        laboratories=named.laboratory.nunique(), price=amount.mean(),
    )  # fmt: skip
    both = found.year + found.former
    told = found.mutate(
        silent=ibis.literal(last).delta(found.last_on, unit="day"),
        growth=(both > 0).ifelse((found.year - found.former) / both.nullif(0.0), 0.0),
    )
    return fetch(told.select("customer", *WORDS).order_by("customer")), last
