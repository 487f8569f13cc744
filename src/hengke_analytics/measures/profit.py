"""Profit per customer: what came in, less what the work cost, less what winning, keeping, serving and travelling cost.

profit = received − direct cost − winning − keeping − serving − travelling (definitions: cost and profit). The
direct cost of a line is its own where the ledger states one; elsewhere it is declared: a share of what was billed and
an amount for each instrument, by laboratory. The other four are declared rates times what happened in the period.
Amounts are whole cents until they are summed, so that no rate leaves a part of a cent behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import MONEY_TYPE, require, total, within
from hengke_analytics.shapes import ibis

#: A cause is the largest of these; of equal ones the first.
CAUSES = ("undersold", "unpaid", "serving", "travelling", "winning", "keeping")
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Direct:
    """Declared cost of a line: `share` of what was billed in ten-thousandths, and `line` cents for each instrument."""

    share: int = 0
    line: int = 0


@dataclass(frozen=True)
class Rates:
    """Declared costs in cents: for a new customer, a customer's year, an order, a call and a visit.

    `direct` is the cost of work whose source states none, by laboratory, "" for the others. `travel` is what a visit
    costs beside its time, by province and city, ("", "") for all others.
    """

    winning: int = 0
    keeping: int = 0
    order: int = 0
    call: int = 0
    visit: int = 0
    travel: Mapping[tuple[str, str], int] = field(default_factory=dict)
    direct: Mapping[str, Direct] = field(default_factory=dict)


def profit(
    facts: ir.Table,
    period: Period,
    rates: Rates,
    *,
    contacts: ir.Table | None = None,
    costed: tuple[int, ...] | None = None,
) -> ir.Table:
    """Profit of every customer with a line in `period`.

    `facts` are lines (with `received`, and where known `cost`, `order_no`, `source_id`, `laboratory`, `province`,
    `city`). `costed` are the sources that state the cost of their lines, None for all of them when there is a column
    `cost`. `contacts` is (customer, calls, visits) of the period. Columns customer, billed, received, direct, lines,
    orders, calls, visits, winning, keeping, serving, travelling, profit, cause (null while there is a profit).
    """
    require(facts, "profit", ("received",))
    seen = facts.filter(facts.customer.notnull())
    inside = within(seen, period)
    sums = seen.group_by("customer").aggregate(
        first=seen.date.min(),
        billed=total(seen.amount, inside),
        received=total(seen.received, inside),
        direct=money(direct_cents(seen, rates, costed).sum(where=inside)),
        lines=inside.sum(),
        orders=order_of(seen).nunique(where=inside),
        travel=_travel(seen, rates).max(),
    )
    people = _with_contacts(sums.filter(sums["lines"] > 0), contacts)
    return _judged(people, period, rates)


def direct_cents(facts: ir.Table, rates: Rates, costed: tuple[int, ...] | None = None) -> ir.Value:
    """Direct cost of each line in cents: its own where its source states one, else as declared."""
    declared = _declared(facts, rates)
    if "cost" not in facts.columns:
        return declared
    own = cents(facts.cost)
    if costed is None or "source_id" not in facts.columns:
        return own
    return facts.source_id.isin(ibis.literal(costed)).ifelse(own, declared) if costed else declared


def _declared(facts: ir.Table, rates: Rates) -> ir.Value:
    usual = _rate(facts, rates.direct.get("", Direct()))
    places = [name for name in rates.direct if name]
    if "laboratory" not in facts.columns or not places:
        return usual
    cases = [(facts.laboratory == ibis.literal(name), _rate(facts, rates.direct[name])) for name in places]
    return ibis.cases(*cases, else_=usual)


def _rate(facts: ir.Table, rate: Direct) -> ir.Value:
    """Half a cent is rounded up."""
    shared = cents(facts.amount) * ibis.literal(rate.share) + ibis.literal(TEN_THOUSAND // 2)
    return (shared // ibis.literal(TEN_THOUSAND)).cast("int64") + ibis.literal(rate.line)


def order_of(facts: ir.Table) -> ir.Value:
    """What tells one order of a customer from another: its number, and where there is none its day."""
    day = facts.date.cast("string")
    return facts.order_no.nullif("").fill_null(day) if "order_no" in facts.columns else day


def _travel(facts: ir.Table, rates: Rates) -> ir.Value:
    """The nearest rate counts: the city's before the province's before the one for all others."""
    known = {"province", "city"} <= set(facts.columns)
    nearest = sorted(rates.travel.items(), key=lambda item: not item[0][1]) if known else []
    cases = [(_place(facts, *place), ibis.literal(cents)) for place, cents in nearest if place[0]]
    nowhere = (facts.date.isnull(), ibis.literal(0))  # makes it a column where there is but one rate
    return ibis.cases(nowhere, *cases, else_=ibis.literal(rates.travel.get(("", ""), 0)))


def _place(facts: ir.Table, province: str, city: str) -> ir.BooleanValue:
    there = facts.province == ibis.literal(province)
    return there & (facts.city == ibis.literal(city)) if city else there


def _with_contacts(people: ir.Table, contacts: ir.Table | None) -> ir.Table:
    if contacts is None:
        return people.mutate(calls=ibis.literal(0, "int64"), visits=ibis.literal(0, "int64"))
    known = contacts.select(person="customer", calls="calls", visits="visits")
    joined = people.join(known, people.customer == known.person, how="left").drop("person")
    return joined.mutate(calls=joined.calls.fill_null(0), visits=joined.visits.fill_null(0))


def _judged(people: ir.Table, period: Period, rates: Rates) -> ir.Table:
    new = people["first"] >= ibis.literal(period.start)
    # A year's keeping, for the days of the period.
    kept = (rates.keeping * period.days * 2 + 365) // (365 * 2)
    spent = people.mutate(
        winning=money(new.ifelse(ibis.literal(rates.winning), 0)),
        keeping=money(ibis.literal(kept) + (people["lines"] * 0).cast("int64")),
        serving=money(people.orders * ibis.literal(rates.order) + people.calls * ibis.literal(rates.call)),
        travelling=money(people.visits * (ibis.literal(rates.visit) + people.travel)),
    )
    allotted = spent.winning + spent.keeping + spent.serving + spent.travelling
    counted = spent.mutate(profit=(spent.received - spent.direct - allotted).cast(MONEY_TYPE))
    return counted.mutate(cause=_cause(counted)).drop("first", "travel")


def _cause(people: ir.Table) -> ir.Value:
    """What took most of the profit away, where there is none."""
    taken = {
        "undersold": ibis.greatest(people.direct - people.billed, 0),
        "unpaid": ibis.greatest(people.billed - people.received, 0),
        **{name: people[name] for name in CAUSES[2:]},
    }
    largest = ibis.greatest(*taken.values())
    named = ibis.cases(*((taken[name] >= largest, name) for name in CAUSES), else_=ibis.null("string"))
    return (people.profit < 0).ifelse(named, ibis.null("string"))


def cents(amount: ir.Value) -> ir.Value:
    """An amount as a whole number of cents."""
    return (amount * 100).cast("int64")


def money(cents: ir.Value) -> ir.Value:
    """Cents as an amount, nothing as 0.00."""
    # Dividing decimals yields a double; multiplying by a hundredth is exact.
    return (cents.fill_null(0).cast(MONEY_TYPE) * _HUNDREDTH).cast(MONEY_TYPE)


_HUNDREDTH = ibis.literal("0.01").cast(MONEY_TYPE)
