"""RFM: recency, frequency and contribution of each customer, scored 1–5 and named by an editable table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import Basis, is_monthly, known, require_days, total, value, within
from hengke_analytics.shapes import ibis

Range = tuple[int, int]
ANY: Range = (1, 5)


@dataclass(frozen=True)
class SegmentRule:
    """A name for the customers whose scores lie in the three ranges (both ends included)."""

    segment: str
    r: Range = ANY
    f: Range = ANY
    m: Range = ANY


#: The first rule that fits names the customer.
SEGMENTS = (
    SegmentRule("champion", r=(4, 5), f=(4, 5), m=(4, 5)),
    SegmentRule("big_spender", r=(3, 5), m=(5, 5)),
    SegmentRule("loyal", r=(3, 5), f=(4, 5)),
    SegmentRule("promising", r=(4, 5), f=(2, 3)),
    SegmentRule("new", r=(4, 5), f=(1, 1)),
    SegmentRule("need_attention", r=(3, 3), f=(2, 3)),
    SegmentRule("about_to_sleep", r=(3, 3)),
    SegmentRule("cannot_lose", r=(1, 2), f=(4, 5), m=(4, 5)),
    SegmentRule("at_risk", r=(1, 2), f=(3, 5)),
    SegmentRule("hibernating", r=(2, 2)),
    SegmentRule("lost"),
)


def rfm(
    facts: ir.Table,
    as_of: date,
    *,
    period: Period | None = None,
    basis: Basis = "billed",
    segments: Sequence[SegmentRule] = SEGMENTS,
) -> ir.Table:
    """Customers with a line until the end of `as_of` (and in `period`).

    Columns customer, recency (days), frequency (distinct dates), monetary, r, f, m, segment (null when no
    rule fits). Score = 1 + floor(5 · strictly worse / n), at most 5.
    """
    habits = _habits(known(facts, as_of), as_of, period, basis)
    count = habits.count().over(ibis.window())
    scored = habits.mutate(
        r=_score(habits.recency.desc(), count),
        f=_score(habits.frequency.asc(), count),
        m=_score(habits.monetary.asc(), count),
    )
    return scored.mutate(segment=_segment(scored, segments)).order_by(
        ibis.desc("monetary"), ibis.asc("customer")
    )


def _habits(facts: ir.Table, as_of: date, period: Period | None, basis: Basis) -> ir.Table:
    inside = facts.filter(within(facts, period))
    last = inside.last_date if is_monthly(inside) else inside.date
    counted = value(inside, basis, as_of)
    if "days" in inside.columns:
        grouped = inside.group_by("customer").aggregate(
            last=last.max(), frequency=inside.days.sum().cast("int64"), monetary=total(counted)
        )
    else:
        require_days(inside)
        days = inside.group_by("customer", "date").aggregate(last=last.max(), amount=total(counted))
        grouped = days.group_by("customer").aggregate(
            last=days["last"].max(), frequency=days.count(), monetary=total(days.amount)
        )
    recency = ibis.literal(as_of).delta(grouped["last"], unit="day").cast("int64")
    return grouped.select("customer", "frequency", "monetary", recency=recency).relocate(
        "recency", after="customer"
    )


def _score(worst_first: ir.Value, count: ir.Value) -> ir.Value:
    worse = ibis.rank().over(order_by=worst_first)
    return ibis.least(5, 1 + 5 * worse // count).cast("int64")


def _segment(scored: ir.Table, segments: Sequence[SegmentRule]) -> ir.Value:
    fits = [
        (scored.r.between(*rule.r) & scored.f.between(*rule.f) & scored.m.between(*rule.m), rule.segment)
        for rule in segments
    ]
    return ibis.cases(*fits) if fits else ibis.null("string")
