"""Distribution of contribution over dimensions, and the same compared with an earlier period."""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.measures.facts import Basis, require, total, value, within, within_either
from hengke_analytics.shapes import ibis


def distribution(
    facts: ir.Table, by: Sequence[str], period: Period | None = None, *, basis: Basis = "billed"
) -> ir.Table:
    """Customers with a fact, amount and share of the whole per group: (*by, customers, amount, share).

    A customer in two groups counts in both; amounts add up to the total. Largest first.
    """
    require(facts, "distribution", by)
    inside = facts.filter(facts.customer.notnull(), within(facts, period))
    groups = inside.aggregate(
        by=list(by), customers=inside.customer.nunique(), amount=total(value(inside, basis))
    )
    return groups.mutate(share=_share(groups.amount, groups.amount.sum().over(ibis.window()))).order_by(
        ibis.desc("amount"), *by
    )


def yoy(
    facts: ir.Table,
    this: Period,
    last: Period | None = None,
    *,
    by: Sequence[str] = (),
    basis: Basis = "billed",
) -> ir.Table:
    """Year-on-year 同比 per group: (*by, this, last, change); change is null if last is 0.

    `last` is the same period last year unless stated. One row when `by` is empty; largest `this` first.
    """
    require(facts, "yoy", by)
    last = last or this.last_year()
    inside = facts.filter(facts.customer.notnull(), within_either(facts, this, last))
    counted = value(inside, basis)
    sums = {"this": total(counted, within(inside, this)), "last": total(counted, within(inside, last))}
    groups = inside.aggregate(by=list(by), **sums)
    return groups.mutate(change=_change(groups["this"], groups["last"])).order_by(ibis.desc("this"), *by)


def yoy_months(
    facts: ir.Table, this: Period, last: Period | None = None, *, basis: Basis = "billed"
) -> ir.Table:
    """Year-on-year month by month and cumulative 累计同比, one row per month of `this` even if empty.

    Columns month ("2025-03"), this, last, change, cumulative_this, cumulative_last, cumulative_change.
    """
    last = last or this.last_year()
    if _months(this) != _months(last) or max(this.start, last.start) < min(this.end, last.end):
        raise InputError(
            "periods_do_not_pair", "Month by month needs two periods apart with as many months each."
        )
    inside = facts.filter(facts.customer.notnull(), within_either(facts, this, last))
    by_month = inside.group_by(
        in_this=within(inside, this), year=inside.date.year(), month=inside.date.month()
    ).aggregate(amount=total(value(inside, basis)))
    sums = by_month.group_by(
        place=by_month.in_this.ifelse(_place(by_month, this), _place(by_month, last))
    ).aggregate(this=total(by_month.amount, by_month.in_this), last=total(by_month.amount, ~by_month.in_this))
    months = ibis.range(_months(this)).unnest().name("index").as_table()
    joined = months.join(sums, months["index"] == sums.place, how="left")
    filled = joined.select(
        "index",
        month=(ibis.literal(this.start.replace(day=1)) + joined["index"] * ibis.interval(months=1)).strftime(
            "%Y-%m"
        ),
        this=joined["this"].fill_null(0).cast(sums["this"].type()),
        last=joined["last"].fill_null(0).cast(sums["last"].type()),
    )
    return _cumulated(filled).drop("index")


def _cumulated(months: ir.Table) -> ir.Table:
    so_far = ibis.window(order_by=months["index"], preceding=None, following=0)
    wide = months.mutate(
        change=_change(months["this"], months["last"]),
        cumulative_this=months["this"].sum().over(so_far).cast(months["this"].type()),
        cumulative_last=months["last"].sum().over(so_far).cast(months["last"].type()),
    )
    change = _change(wide.cumulative_this, wide.cumulative_last)
    return wide.mutate(cumulative_change=change).order_by("index")


def _months(period: Period) -> int:
    last_day = period.last_day
    return (last_day.year - period.start.year) * 12 + last_day.month - period.start.month + 1


def _place(months: ir.Table, period: Period) -> ir.Value:
    """Which month of the period it is, from 0."""
    first = period.start.year * 12 + period.start.month
    return (months.year.cast("int64") * 12 + months.month - first).cast("int64")


def _share(part: ir.Value, whole: ir.Value) -> ir.Value:
    return part.cast("float64") / whole.cast("float64").nullif(0)


def _change(this: ir.Value, last: ir.Value) -> ir.Value:
    return (this - last).cast("float64") / last.cast("float64").nullif(0)
