"""Cost leaks 成本损耗点: where the institution loses money, laboratory by laboratory and item by item."""

from __future__ import annotations

from datetime import date, timedelta

import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import known, require, total, within
from hengke_analytics.measures.profit import Rates, cents, direct_cents, money, order_of
from hengke_analytics.shapes import ibis

#: Money that has not come in for so many days is late.
LATE_AFTER = 90


def leaks(
    facts: ir.Table, period: Period, as_of: date, rates: Rates, *, costed: tuple[int, ...] | None = None
) -> ir.Table:
    """What was lost per laboratory in `period`, largest loss first.

    Columns laboratory, undersold and undersold_lines (cost above the price), discounted and discounted_lines (price
    below the list; zero without list prices), late and late_lines (not received by `as_of`, `LATE_AFTER` days on),
    lost (undersold and late together: a discount may be wanted).
    """
    require(facts, "profit", ("received", "laboratory"))
    inside = known(facts.filter(within(facts, period)), as_of)
    below = ibis.greatest(direct_cents(inside, rates, costed) - cents(inside.amount), 0)
    waits = (inside.received < inside.amount) & (inside.date < ibis.literal(as_of - timedelta(LATE_AFTER)))
    spared = _spared(inside)
    found = inside.group_by("laboratory").aggregate(
        undersold=money(below.sum()), undersold_lines=(below > 0).sum(),
        discounted=money(spared.sum()), discounted_lines=(spared > 0).sum(),
        late=total(inside.amount - inside.received, waits), late_lines=waits.sum().fill_null(0),
    )  # fmt: skip
    lost = found.mutate(lost=found.undersold + found.late)
    return lost.filter((lost.lost > 0) | (lost.discounted > 0)).order_by(ibis.desc("lost"), "laboratory")


def _spared(facts: ir.Table) -> ir.Value:
    if "list_price" not in facts.columns:
        return (cents(facts.amount) * 0).cast("int64")
    return ibis.greatest(cents(facts.list_price) - cents(facts.amount), 0).fill_null(0)


def undersold(
    facts: ir.Table, period: Period, rates: Rates, *, costed: tuple[int, ...] | None = None
) -> ir.Table:
    """Items whose work cost more than it was billed: (laboratory, item, lines, billed, direct, loss), worst first."""
    inside = facts.filter(within(facts, period))
    cost = direct_cents(inside, rates, costed)
    below = inside.mutate(cost=cost).filter(cost > cents(inside.amount))
    found = below.group_by("laboratory", item="instrument_name").aggregate(
        lines=below.count(), billed=total(below.amount), direct=money(below.cost.sum())
    )
    return found.mutate(loss=found.direct - found.billed).order_by(
        ibis.desc("loss"), "laboratory", "item"
    )  # fmt: skip


def small_orders(facts: ir.Table, period: Period, rates: Rates) -> ir.Table:
    """Orders that did not bring what handling them costs: one row (orders, billed, loss)."""
    inside = facts.filter(facts.customer.notnull(), within(facts, period))
    orders = inside.group_by("customer", order=order_of(inside)).aggregate(billed=total(inside.amount))
    small = cents(orders.billed) < ibis.literal(rates.order)
    loss = (ibis.literal(rates.order) - cents(orders.billed)).sum(where=small)
    return orders.aggregate(
        orders=small.sum().fill_null(0), billed=total(orders.billed, small), loss=money(loss)
    )
