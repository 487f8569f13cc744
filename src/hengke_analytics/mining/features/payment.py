"""How a customer has paid so far."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke_analytics.shapes import ibis

#: Days within which a bill is to be paid, where nothing else is agreed.
TERMS = 90
#: A customer counts as so many orders of the average customer beside its own.
_PRIOR_ORDERS = 4.0


def payment(lines: ir.Table, as_of: date, *, terms: int = TERMS) -> ir.Table:
    """Arrival rate, days to pay, share paid late, and what is open beyond the terms."""
    day = ibis.literal(as_of)
    ago = day.delta(lines.date, unit="day")
    billed, received = lines.amount.cast("float64"), lines.received.cast("float64")
    delay = lines.received_on.delta(lines.date, unit="day").cast("float64")
    year, due = ago < 365, ago > terms
    open_amount = ibis.greatest(billed - received, 0.0)
    late = ((delay > terms) | (due & (received < billed))).cast("float64")
    return lines.group_by("customer").aggregate(
        arrival=received.sum(where=due) / billed.sum(where=due).nullif(0.0),
        arrival_year=received.sum(where=due & year) / billed.sum(where=due & year).nullif(0.0),
        days_to_pay=delay.mean(),
        days_to_pay_year=delay.mean(where=year),
        days_to_pay_longest=delay.max(),
        days_to_pay_deviation=delay.std(),
        late_share=late.mean(where=due),
        late_share_year=late.mean(where=due & year),
        open_due=open_amount.sum(where=due).fill_null(0.0),
        open_all=open_amount.sum(),
        open_oldest=ago.max(where=open_amount > 0).cast("int64"),
        days_since_payment=day.delta(lines.received_on.max(), unit="day").cast("int64"),
    )


def habit(lines: ir.Table, as_of: date, *, terms: int = TERMS) -> ir.Table:
    """Payment by orders (lines of an order are paid together): shares late, and the mean logarithm of the wait.

    Both are drawn towards all customers, since few orders say little: (sum + 4 · mean of all) / (orders + 4). An
    order still open counts with the time it has been so.
    """
    unit = "order_no" if "order_no" in lines.columns else "date"
    order = ibis.coalesce(lines[unit].cast("string"), lines.date.cast("string"))
    ago = ibis.literal(as_of).delta(lines.date, unit="day").cast("float64")
    delay = lines.received_on.delta(lines.date, unit="day").cast("float64")
    each = lines.group_by("customer", order=order).aggregate(
        ago=ago.max(), wait=ibis.coalesce(delay, ago).max()
    )
    settled = each.ago > terms
    summed = each.group_by("customer").aggregate(
        settled=each.count(where=settled).cast("float64"),
        **{f"late_{days}": (each.wait > days).cast("float64").sum(where=settled).fill_null(0.0)
           for days in (terms // 3, terms)},
        slow=(ibis.greatest(each.wait, 0.0) + 1).ln().sum(where=settled).fill_null(0.0),
    )  # fmt: skip
    names = {f"late_{terms // 3}": "orders_slow", f"late_{terms}": "orders_late", "slow": "log_wait"}
    whole = ibis.window()
    orders = summed.settled.sum().over(whole)
    return summed.select(
        "customer",
        **{
            told: (summed[name] + _PRIOR_ORDERS * summed[name].sum().over(whole) / orders.nullif(0.0))
            / (summed.settled + _PRIOR_ORDERS)
            for name, told in names.items()
        },
    )
