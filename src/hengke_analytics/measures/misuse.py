"""Signs of misuse 恶意行为, with the figures that speak for them: for a person to judge, never a verdict."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import ibis.expr.types as ir

from hengke_analytics.measures.facts import known, require, total
from hengke_analytics.measures.profit import order_of
from hengke_analytics.shapes import ibis

YEARS = 3
#: Unpaid for so many days, and so many orders of them, with at most this share of all that was billed received.
UNPAID_AFTER, UNPAID_ORDERS, PAID_SHARE = 180, 3, 0.3
#: So many lines given back, and at least this share of what was billed.
REFUNDS, REFUND_SHARE = 3, 0.2
#: So many orders on one day, each within the limit and together beyond it.
SPLIT_ORDERS = 3


def misuse(facts: ir.Table, as_of: date, *, limit: Decimal | None = None) -> ir.Table:
    """Customers with a sign of misuse in the last `YEARS` years.

    `limit` is the amount above which an order needs an approval. Columns customer, unpaid (bool), unpaid_orders,
    unpaid_amount, billed, received, refunding (bool), refunds, refunded, splitting (bool), split_days, split_orders,
    split_amount; the largest amount first.
    """
    require(facts, "arrival", ("received",))
    recent = facts.date > ibis.literal(as_of - timedelta(365 * YEARS))
    past = known(facts, as_of).filter(recent)
    joined = _payers(past, as_of)
    parts = _splitters(past, limit)
    joined = joined.join(parts, joined.customer == parts.splitter, how="left").drop("splitter")
    zero = ibis.literal(0, "int64")
    told = joined.mutate(
        split_days=joined.split_days.fill_null(zero),
        split_orders=joined.split_orders.fill_null(zero),
        split_amount=joined.split_amount.fill_null(0).cast("decimal(18, 2)"),
    )
    flagged = told.mutate(splitting=told.split_days > 0)
    found = flagged.filter(flagged.unpaid | flagged.refunding | flagged.splitting)
    at_stake = found.unpaid_amount + found.refunded + found.split_amount
    return found.order_by(ibis.desc(at_stake), "customer")


def _payers(past: ir.Table, as_of: date) -> ir.Table:
    """Serial non-payers, and customers to whom much was given back."""
    waits = (past.received < past.amount) & (past.date < ibis.literal(as_of - timedelta(UNPAID_AFTER)))
    back = past.amount < 0
    sums = past.group_by("customer").aggregate(
        unpaid_orders=order_of(past).nunique(where=waits),
        unpaid_amount=total(past.amount - past.received, waits),
        billed=total(past.amount, past.amount > 0), received=total(past.received, past.amount > 0),
        refunds=back.sum().fill_null(0), refunded=total(-past.amount, back),
    )  # fmt: skip
    paid = sums.received.cast("float64") / sums.billed.cast("float64").nullif(0)
    given = sums.refunded.cast("float64") / sums.billed.cast("float64").nullif(0)
    return sums.mutate(
        unpaid=((sums.unpaid_orders >= UNPAID_ORDERS) & (paid <= PAID_SHARE)).fill_null(False),
        refunding=((sums.refunds >= REFUNDS) & (given >= REFUND_SHARE)).fill_null(False),
    )


def _splitters(past: ir.Table, limit: Decimal | None) -> ir.Table:
    """Days on which several orders of a customer stay within the limit and exceed it together."""
    cents = ibis.literal(int((limit or 0) * 100))
    orders = past.group_by(splitter=past.customer, day=past.date, order=order_of(past)).aggregate(
        amount=total(past.amount)
    )
    small = orders.filter((orders.amount * 100).cast("int64") <= cents)
    days = small.group_by("splitter", "day").aggregate(orders=small.count(), amount=total(small.amount))
    beyond = days.filter(days.orders >= SPLIT_ORDERS, (days.amount * 100).cast("int64") > cents, cents > 0)
    return beyond.group_by("splitter").aggregate(
        split_days=beyond.count(),
        split_orders=beyond.orders.sum().cast("int64"),
        split_amount=total(beyond.amount),
    )
