"""The one fact table that every measure reads, its roll-ups, and contribution per customer.

A fact is a billed line: `customer`, `date`, `amount`, and where the source has them `received`,
`received_on`, `cost`, `lines` (台件; 1 per row when absent) and any dimension columns.
Roll-ups (customer x day, customer x month) have the same columns and give the same answers; a month
row carries `first_date`, `last_date` and `days`, and serves only whole months.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import ibis.expr.types as ir
import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.engine import COUNT, DATE, KEY, MONEY, Contract, remembered
from hengke_analytics.shapes import ibis

Basis = Literal["billed", "received", "lines", "margin"]
Grain = Literal["day", "month"]

MONEY_TYPE = "decimal(18, 2)"
MONEY_ARROW = pa.decimal128(18, 2)
BASES: dict[str, tuple[str, ...]] = {
    "billed": (), "received": ("received",), "lines": (), "margin": ("cost",),
}  # fmt: skip
MEASURES: dict[str, tuple[str, ...]] = {
    "pareto": (), "pyramid": (), "rfm": (), "intervals": (), "migration": (), "simulation": (),
    "distribution": (), "yoy": (), "lost": (), "growth": (), "regularity": (), "churn": (), "stages": (),
    "frequency": (), "arrival": ("received",), "days_to_pay": ("received", "received_on"),
    "received": ("received",), "margin": ("cost",),
}  # fmt: skip

FACTS = Contract(
    "billed lines",
    required={"customer": KEY, "date": DATE, "amount": MONEY},
    optional={
        "received": MONEY, "received_on": DATE, "cost": MONEY, "lines": COUNT,
        "first_date": DATE, "last_date": DATE, "days": COUNT,
    },
)  # fmt: skip
_OWN = frozenset((*FACTS.required, *FACTS.optional))


def available_measures(facts: ir.Table) -> tuple[str, ...]:
    """Names of the measures for which the table has the input; the others are hidden, not zero."""
    return tuple(name for name, needs in MEASURES.items() if set(needs) <= set(facts.columns))


def available_bases(facts: ir.Table) -> tuple[str, ...]:
    """What contribution can be switched to on this table."""
    return tuple(name for name, needs in BASES.items() if set(needs) <= set(facts.columns))


def dimensions(facts: ir.Table) -> tuple[str, ...]:
    """Columns that are not facts: what can be distributed by."""
    return tuple(name for name in facts.columns if name not in _OWN)


def require(facts: ir.Table, measure: str, columns: Sequence[str]) -> None:
    """InputError `measure_unavailable` naming the absent columns."""
    absent = [name for name in columns if name not in facts.columns]
    if absent:
        raise InputError(
            "measure_unavailable", "{measure} cannot be computed: the data has no column {columns}.",
            measure=measure, columns=", ".join(absent),
        )  # fmt: skip


def span(facts: ir.Table) -> tuple[date, date]:
    """First and last date of the facts; InputError `no_facts` when there are none."""
    first, last = (facts.first_date, facts.last_date) if is_monthly(facts) else (facts.date, facts.date)
    found = remembered(facts.aggregate(first=first.min(), last=last.max()))[0]
    if found["first"] is None:
        raise InputError("no_facts", "There is no line with a customer, a date and an amount.")
    return found["first"], found["last"]


def is_monthly(facts: ir.Table) -> bool:
    """Whether a row stands for a customer's month."""
    return "last_date" in facts.columns


def within(facts: ir.Table, period: Period | None) -> ir.BooleanValue:
    """Condition that a fact lies in `period` (always true for None)."""
    if period is None:
        return ibis.literal(True)
    if is_monthly(facts) and not period.months:
        raise _not_whole_months(str(period))
    return (facts.date >= ibis.literal(period.start)) & (facts.date < ibis.literal(period.end))


def within_either(facts: ir.Table, first: Period, second: Period) -> ir.BooleanValue:
    """Condition that a fact lies in one of two periods; their envelope when they touch: it scans fast."""
    envelope = Period(min(first.start, second.start), max(first.end, second.end))
    if max(first.start, second.start) <= min(first.end, second.end):
        return within(facts, envelope)
    return within(facts, envelope) & (within(facts, first) | within(facts, second))


def known(facts: ir.Table, as_of: date) -> ir.Table:
    """Facts known before the end of `as_of`."""
    if is_monthly(facts) and (as_of + timedelta(days=1)).day != 1:
        raise _not_whole_months(as_of.isoformat())
    return facts.filter(facts.customer.notnull(), facts.date <= ibis.literal(as_of))


def value(facts: ir.Table, basis: Basis = "billed", as_of: date | None = None) -> ir.Value:
    """The amount that counts under `basis`; payments dated after `as_of` are not yet known."""
    if basis not in BASES:
        raise InputError("basis_unknown", "Contribution cannot be measured by {basis}.", basis=basis)
    require(facts, basis, BASES[basis])
    if basis == "lines":  # every fact has a date, so without a count this is one per row
        return facts.lines if "lines" in facts.columns else facts.date.notnull().cast("int64")
    if basis == "margin":
        return facts.amount - facts.cost
    if basis == "received" and as_of is not None and "received_on" in facts.columns:
        return ibis.cases((paid_after(facts, as_of), ibis.literal(0)), else_=facts.received)
    return facts.amount if basis == "billed" else facts.received


def paid_after(facts: ir.Table, as_of: date) -> ir.BooleanValue:
    """An undated payment counts as known with its line: that is the only date it has."""
    return facts.received_on.fill_null(facts.date) > ibis.literal(as_of)


def total(column: ir.Value, where: ir.BooleanValue | None = None) -> ir.Value:
    """Exact sum in cents, 0.00 over nothing."""
    return column.sum(where=where).fill_null(0).cast(MONEY_TYPE)


def contributions(
    facts: ir.Table, period: Period | None = None, *, basis: Basis = "billed", as_of: date | None = None
) -> ir.Table:
    """Contribution of each customer with a fact in `period`: (customer, contribution)."""
    inside = facts.filter(facts.customer.notnull(), within(facts, period))
    if as_of is not None:
        inside = known(inside, as_of)
    return inside.group_by("customer").aggregate(contribution=total(value(inside, basis, as_of)))


def two_periods(facts: ir.Table, earlier: Period, later: Period, basis: Basis = "billed") -> ir.Table:
    """Contribution of each customer in both periods in one pass: (customer, before, after)."""
    inside = facts.filter(facts.customer.notnull(), within_either(facts, earlier, later))
    counted = value(inside, basis)
    return inside.group_by("customer").aggregate(
        before=total(counted, within(inside, earlier)), after=total(counted, within(inside, later))
    )


def roll_up(facts: ir.Table, grain: Grain, *, by: Sequence[str] = (), as_of: date | None = None) -> ir.Table:
    """Pre-aggregate lines to customer x day or customer x month (x the dimensions `by`).

    Payments after `as_of` are left out, since a roll-up no longer knows their dates. `days` counts
    distinct dates and is given only without further dimensions, where it can be summed.
    """
    source = facts if as_of is None else known(facts, as_of)
    day = source.date if grain == "day" else source.date.truncate("M").cast("date")
    sums = _sums(source, as_of)
    if grain == "month":
        sums |= {"first_date": source.date.min(), "last_date": source.date.max()}
    if not by:
        sums["days"] = ibis.literal(1, "int64") if grain == "day" else source.date.nunique()
    return source.group_by(
        customer=source.customer, date=day, **{name: source[name] for name in by}
    ).aggregate(**sums)


def period_sums(facts: ir.Table, earlier: Period, later: Period) -> ir.Table:
    """Sums per customer for just two periods, each dated with its period's first day.

    The measures of these two periods, and of no other, give the same answers on it.
    """
    inside = _in_two(facts, earlier, later)
    begin = within(inside, earlier).ifelse(ibis.literal(earlier.start), ibis.literal(later.start))
    return inside.group_by(customer=inside.customer, date=begin).aggregate(**_sums(inside))


def place_sums(facts: ir.Table, earlier: Period, later: Period, by: Sequence[str]) -> ir.Table:
    """Sums of all customers together per month and `by` for two periods, `customer` being 0.

    Year-on-year in these periods gives the same answers on it; customers can no longer be counted. A month that a
    period cuts is dated with the period's first day.
    """
    inside = _in_two(facts.filter(facts.customer.notnull()), earlier, later)
    return inside.group_by(
        customer=ibis.literal(0), date=_month(inside, earlier, later), **{name: inside[name] for name in by}
    ).aggregate(**_sums(inside))


def _month(inside: ir.Table, earlier: Period, later: Period) -> ir.Value:
    if is_monthly(inside):
        return inside.date
    begin = within(inside, earlier).ifelse(ibis.literal(earlier.start), ibis.literal(later.start))
    return ibis.greatest(inside.date.truncate("M").cast("date"), begin)


def _in_two(facts: ir.Table, earlier: Period, later: Period) -> ir.Table:
    if earlier.end > later.start:
        raise InputError("periods_overlap", "Sums of two periods need periods apart.")
    return facts.filter(within_either(facts, earlier, later))


def _sums(source: ir.Table, as_of: date | None = None) -> dict[str, ir.Value]:
    sums = {"amount": total(source.amount), "lines": value(source, "lines").sum().cast("int64")}
    if "received" in source.columns:
        sums["received"] = total(value(source, "received", as_of))
    if "cost" in source.columns:
        sums["cost"] = total(source.cost)
    return sums


def active_days(facts: ir.Table) -> ir.Table:
    """Distinct dates with a fact per customer: (customer, date); needs lines or a day roll-up."""
    require_days(facts)
    return facts.select("customer", "date").distinct()


def require_days(facts: ir.Table) -> None:
    """InputError `days_missing` when a row no longer tells its dates."""
    if is_monthly(facts):
        raise InputError("days_missing", "This measure needs the dates of the lines, not sums per month.")


def _not_whole_months(text: str) -> InputError:
    return InputError(
        "period_not_whole_months",
        "Monthly sums cannot answer for {text}: use whole months or lines.",
        text=text,
    )
