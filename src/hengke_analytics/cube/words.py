"""The measures and dimensions that ship with the product."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from hengke.kernel.errors import sentence
from hengke_analytics.cube.catalogue import Count, Dimension, Kind, Measure, Part, Parts, Spread, register
from hengke_analytics.cube.facts import NO_TIER
from hengke_analytics.measures.pyramid import TIERS

# What a customer has one of: its counts add up over the members, and its record's field rights speak of it.
CUSTOMER: dict[str, Any] = {"subject": "customers.customer", "entity": "customer"}
TIER_ORDER = (*TIERS, NO_TIER)


def _sum(name: str, column: str, *more: str, count: bool = False) -> Part:
    return Part(name, (column, *more), lambda t: t[column], "count" if count else "money")


def _only(part: str) -> Callable[[Parts], Any]:
    return lambda found: found[part]


def _less(part: str, other: str) -> Callable[[Parts], Any]:
    return lambda found: found[part] - found[other]


def _ratio(part: str, whole: str, *less: str, digits: int = 6) -> Callable[[Parts], Decimal | None]:
    """(part − less) / whole, None where there is nothing to divide by."""

    def finish(found: Parts) -> Decimal | None:
        below = Decimal(found[whole])
        if not below:
            return None
        above = Decimal(found[part]) - sum(Decimal(found[name]) for name in less)
        return round(above / below, digits)

    return finish


def _column(name: str) -> Callable[[ir.Table], ir.Value]:
    return lambda t: t[name]


register(
    _sum("billed", "amount"),
    _sum("received", "received"),
    _sum("cost", "cost"),
    _sum("list_price", "list_price"),
    # What was billed for lines that name a list price: others would look like discounts below zero.
    _sum("listed", "listed"),
    _sum("lines", "lines", count=True),
    _sum("days_done", "days_done", count=True),
    Part("lines_done", ("days_done",), lambda t: t["days_done"].notnull().cast("int64"), "count"),
    Spread("days_done_p90", ("days_done",), _column("days_done"), "p90"),
    Spread("days_done_most", ("days_done",), _column("days_done"), "most"),
    _sum("days_paid", "days_paid", count=True),
    Part("lines_paid", ("days_paid",), lambda t: t["days_paid"].notnull().cast("int64"), "count"),
    Spread("days_paid_p90", ("days_paid",), _column("days_paid"), "p90"),
    Spread("days_paid_most", ("days_paid",), _column("days_paid"), "most"),
    Count("customers", "customer", lambda t: t["amount"] > 0),
    Count("submitters", "customer", lambda t: t["lines"] > 0, ("lines",)),
    Count("new", "customer", lambda t: (t["amount"] > 0) & (t["amount_before"] <= 0), compares=True),
    Count("lost", "customer", lambda t: (t["amount"] <= 0) & (t["amount_before"] > 0), compares=True),
    Count("either", "customer", lambda t: (t["amount"] > 0) | (t["amount_before"] > 0), compares=True),
    Count("orders", "order", lambda t: t["lines"] > 0, ("lines",)),
)


def _measure(
    name: str, label: str, kind: Kind, parts: tuple[str, ...], finish: Callable[[Parts], Any], **more: Any
) -> Measure:
    return Measure(name, label, kind, parts, finish, **more)


register(
    _measure("billed", sentence("Billed"), "money", ("billed",), _only("billed"), additive=True),
    _measure("received", sentence("Received"), "money", ("received",), _only("received"), additive=True),
    _measure("open", sentence("Open amount"), "money", ("billed", "received"), _less("billed", "received"),
             additive=True, falls_good=True),
    _measure("arrival_rate", sentence("Arrival rate"), "percent", ("received", "billed"),
             _ratio("received", "billed")),
    _measure("lines", sentence("Instruments submitted"), "count", ("lines",), _only("lines"), additive=True,
             sensitivity=""),
    _measure("orders", sentence("Orders"), "count", ("orders",), _only("orders"), sensitivity=""),
    _measure("customers", sentence("Active customers"), "count", ("customers",), _only("customers")),
    _measure("submitters", sentence("Submitting customers"), "count", ("submitters",), _only("submitters"),
             sensitivity=""),
    _measure("new_customers", sentence("New customers"), "count", ("new",), _only("new"), both=True),
    _measure("lost_customers", sentence("Lost customers"), "count", ("lost",), _only("lost"), both=True,
             falls_good=True),
    _measure("either_customers", sentence("Customers of either period"), "count", ("either",), _only("either"),
             both=True),
    _measure("average", sentence("Average per instrument"), "money", ("billed", "lines"),
             _ratio("billed", "lines", digits=2)),
    _measure("per_customer", sentence("Billed per customer"), "money", ("billed", "customers"),
             _ratio("billed", "customers", digits=2)),
    _measure("list_price", sentence("List price"), "money", ("list_price",), _only("list_price"), additive=True),
    _measure("discount_rate", sentence("Discount rate"), "percent", ("list_price", "listed"),
             _ratio("list_price", "list_price", "listed"), falls_good=True),
    _measure("cost", sentence("Cost"), "money", ("cost",), _only("cost"), additive=True, falls_good=True),
    _measure("margin", sentence("Margin"), "money", ("billed", "cost"), _less("billed", "cost"), additive=True),
    # Passages 时间: from the order to the report, and from there to the payment, in days of each line.
    _measure("days_done", sentence("Days to the report"), "days", ("lines_done", "days_done"),
             _ratio("days_done", "lines_done", digits=1), falls_good=True, sensitivity=""),
    _measure("days_done_p90", sentence("Days to the report, nine in ten"), "days", ("days_done_p90",),
             _only("days_done_p90"), falls_good=True, sensitivity=""),
    _measure("days_done_most", sentence("Days to the report, longest"), "days", ("days_done_most",),
             _only("days_done_most"), falls_good=True, sensitivity=""),
    _measure("days_paid", sentence("Days to the payment"), "days", ("lines_paid", "days_paid"),
             _ratio("days_paid", "lines_paid", digits=1), falls_good=True),
    _measure("days_paid_p90", sentence("Days to the payment, nine in ten"), "days", ("days_paid_p90",),
             _only("days_paid_p90"), falls_good=True),
    _measure("days_paid_most", sentence("Days to the payment, longest"), "days", ("days_paid_most",),
             _only("days_paid_most"), falls_good=True),
    _measure("margin_rate", sentence("Margin rate"), "percent", ("billed", "cost"),
             _ratio("billed", "billed", "cost")),
)  # fmt: skip


def _date(name: str, label: str, key: Callable[[ir.Table], ir.Value], up: str = "") -> Dimension:
    return Dimension(name, label, "date", ("date",), key, "date", up)


def _plain(name: str, label: str, group: str, column: str = "", **more: Any) -> Dimension:
    column = column or name
    return Dimension(name, label, group, (column,), _column(column), **{"field": column} | more)


register(
    _date("year", sentence("Year"), lambda t: t.date.year()),
    _date("quarter", sentence("Quarter"), lambda t: t.date.year() * 10 + t.date.quarter(), "year"),
    _date("month", sentence("Month"), lambda t: t.date.year() * 100 + t.date.month(), "quarter"),
    _date("day", sentence("Day"),
          lambda t: t.date.year() * 10_000 + t.date.month() * 100 + t.date.day(), "month"),
    _date("week", sentence("Week"), lambda t: t.date.iso_year() * 100 + t.date.week_of_year()),
    _date("quarter_of_year", sentence("Quarter of the year"), lambda t: t.date.quarter()),
    _date("month_of_year", sentence("Month of the year"), lambda t: t.date.month()),
    _date("weekday", sentence("Weekday"), lambda t: t.date.day_of_week.index() + 1),
    _plain("province", sentence("Province"), "region", **CUSTOMER),
    _plain("city", sentence("City"), "region", up="province", **CUSTOMER),
    _plain("county", sentence("County"), "region", up="city", **CUSTOMER),
    _plain("laboratory", sentence("Laboratory"), "work"),
    _plain("project_group", sentence("Project group"), "work", up="laboratory"),
    _plain("service_kind", sentence("Service kind"), "item"),
    _plain("item", sentence("Item"), "item", up="service_kind", many=True),
    _plain("instrument_name", sentence("Instrument"), "item", up="item", many=True),
    _plain("customer", sentence("Customer"), "customer", kind="int", many=True, **CUSTOMER,
           field="name"),
    _plain("category", sentence("Category"), "customer", **CUSTOMER),
    _plain("ownership", sentence("Ownership"), "customer", **CUSTOMER),
    _plain("size", sentence("Size"), "customer", **CUSTOMER),
    _plain("industry", sentence("Industry"), "customer", **CUSTOMER),
    Dimension("tier", sentence("Tier"), "customer", ("customer",), _column("tier"), computed=True, order=TIER_ORDER,
              **CUSTOMER, sensitivity="tier"),
    Dimension("tier_before", sentence("Tier of the compared period"), "customer", ("customer",),
              _column("tier_before"), computed=True, order=TIER_ORDER, **CUSTOMER, sensitivity="tier"),
    _plain("owner", sentence("Account manager"), "people", "owner_id", kind="int", **CUSTOMER, field="owner"),
    _plain("department", sentence("Department"), "people", "unit_path", **CUSTOMER, field="unit"),
    _plain("source", sentence("Source"), "source", "source_id", kind="int", field="source"),
)  # fmt: skip
