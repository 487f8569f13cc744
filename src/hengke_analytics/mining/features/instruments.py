"""Instruments whose validity ends: what calls a customer back."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke_analytics.shapes import ibis

NEEDS = ("item", "serial", "valid_until")


def instruments(lines: ir.Table, as_of: date) -> ir.Table:
    """Each instrument by its latest validity: how many, due within half a year or a year, and overdue."""
    each = lines.group_by("customer", "item", "serial").aggregate(
        until=lines.valid_until.max(), cycle=_cycle(lines).min()
    )
    left = each.until.delta(ibis.literal(as_of), unit="day")
    return each.group_by("customer").aggregate(
        instruments=each.count(),
        due_180=each.count(where=(left >= 0) & (left < 180)),
        due_365=each.count(where=(left >= 0) & (left < 365)),
        overdue=each.count(where=(left < 0) & (left >= -365)),
        long_overdue=each.count(where=left < -365),
        next_due=left.min(where=left >= 0).cast("int64"),
        shortest_cycle=each.cycle.min(),
    )


def cycles(lines: ir.Table) -> ir.Table:
    """(customer, cycle_days) for the expected interval: the shortest validity of own instruments."""
    return (
        lines.group_by("customer")
        .aggregate(cycle_days=_cycle(lines).min())
        .filter(ibis._["cycle_days"].notnull())
    )


def _cycle(lines: ir.Table) -> ir.Value:
    """Days from submission to the end of validity; a validity before the submission is a mistake."""
    days = lines.valid_until.delta(lines.date, unit="day").cast("int64")
    return (days > 0).ifelse(days, ibis.null("int64"))
