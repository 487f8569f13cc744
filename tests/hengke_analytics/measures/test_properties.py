"""What holds for every fact table: shares sum to 1, tiers partition, sums drill down, roll-ups agree."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import ibis.expr.types as ir
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengke.kernel.period import Period
from hengke_analytics import engine
from hengke_analytics.engine import rows
from hengke_analytics.measures import (
    arrival,
    contributions,
    distribution,
    frequency,
    intervals,
    lost,
    lost_customers,
    migration,
    pareto,
    pyramid,
    ranked_list,
    rfm,
    roll_up,
    set_apart,
    yoy,
    yoy_months,
)

from .conftest import fact_table

ZERO = Decimal("0.00")
DAYS = st.integers(0, 729).map(lambda days: date(2023, 1, 1) + timedelta(days=days))
CENTS = st.integers(-500, 5000).map(lambda cents: Decimal(cents) / 100)
LINE = st.tuples(st.integers(1, 15), DAYS, CENTS, CENTS, DAYS, st.sampled_from(["x", "y", None]))
LINES = st.lists(LINE, min_size=1, max_size=60)
COLUMNS = "customer date amount received received_on laboratory"
SHARES = st.integers(1, 10**6).map(lambda share: Decimal(share) / 10**6)
Y1, Y2 = Period.year(2023), Period.year(2024)

# One connection each, so that an expression is compiled once and not for every example.
DATABASE, OTHER = engine.connect(), engine.connect()

pytestmark = pytest.mark.slow
few = settings(max_examples=25)


def table_of(lines: list) -> ir.Table:
    return fact_table(lines, COLUMNS, backend=DATABASE)


@few
@given(LINES, SHARES)
def test_the_curve_agrees_with_plain_arithmetic(lines: list, share: Decimal) -> None:
    found = contributions(table_of(lines))
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    for customer, _, amount, *_ in lines:
        amounts[customer] += amount
    ranked = sorted((-amount, customer) for customer, amount in amounts.items() if amount > 0)
    listed = rows(ranked_list(found))
    assert [(-row["contribution"], row["customer"]) for row in listed] == ranked
    assert {row["customer"] for row in rows(set_apart(found))} == {c for c, a in amounts.items() if a <= 0}
    curve = pareto(found, share=share)
    total = -sum((amount for amount, _ in ranked), ZERO)
    assert curve.total == total
    if not ranked:
        return
    assert sum(row["share"] for row in listed) == pytest.approx(1)
    heads = [k for k in range(len(ranked) + 1) if -sum((a for a, _ in ranked[:k]), ZERO) >= share * total]
    assert curve.head.customers == heads[0]
    ascending = [-amount for amount, _ in reversed(ranked)]
    count = len(ascending)
    weighted = sum((count + 1 - i) * x for i, x in enumerate(ascending, start=1))
    assert curve.gini == pytest.approx(
        float(1 + Decimal(1) / count - 2 * weighted / (count * total)), abs=1e-9
    )
    assert all(a <= b for a, b in pairwise(held for _, held in curve.curve))


@few
@given(LINES)
def test_pyramid_intervals_and_migration_partition_the_customers(lines: list) -> None:
    table = table_of(lines)
    found = contributions(table)
    curve = pareto(found)
    for parts in (pyramid(found), intervals(found), intervals(found, k=3), intervals(found, limit=3)):
        assert sum(part.customers for part in parts) == curve.customers
        if curve.customers:
            assert sum(part.share or 0 for part in parts) == pytest.approx(1)
    assert sum((storey.contribution for storey in pyramid(found)), ZERO) == curve.total
    moves = migration(table, Y1, Y2).from_to
    before, after = (pareto(contributions(table, year)) for year in (Y1, Y2))
    assert sum(move.customers for move in moves if move.origin != "new") == before.customers
    assert sum(move.customers for move in moves if move.target != "gone") == after.customers
    assert sum((move.amount_from for move in moves), ZERO) == before.total
    assert sum((move.amount_to for move in moves), ZERO) == after.total


@few
@given(LINES)
def test_groups_months_and_lists_add_up_to_the_whole(lines: list) -> None:
    table = table_of(lines)
    whole = sum((line[2] for line in lines), ZERO)
    groups = rows(distribution(table, ["laboratory"]))
    assert sum((row["amount"] for row in groups), ZERO) == whole
    total = rows(yoy(table, Y2))[0] if rows(yoy(table, Y2)) else {"this": ZERO, "last": ZERO}
    parts = rows(yoy(table, Y2, by=["laboratory"]))
    months = rows(yoy_months(table, Y2))
    for name in ("this", "last"):
        assert sum((row[name] for row in parts), ZERO) == total[name]
        assert months[-1][f"cumulative_{name}"] == total[name]
    gone = rows(lost_customers(table, Y1, Y2))
    summary = lost(table, Y1, Y2)
    assert (len(gone), sum((row["amount_before"] for row in gone), ZERO)) == (summary.count, summary.amount)
    paid = rows(arrival(table, date(2024, 12, 31), by=["laboratory"]))
    assert sum((row["billed"] for row in paid), ZERO) == whole


@few
@given(LINES)
def test_roll_ups_answer_like_the_lines(lines: list) -> None:
    table = table_of(lines)
    end = date(2024, 12, 31)
    for grain in ("day", "month"):
        rolled = roll_up(table, grain)
        assert pareto(contributions(rolled, Y1)) == pareto(contributions(table, Y1))
        assert rows(rfm(rolled, end)) == rows(rfm(table, end))
        assert migration(rolled, Y1, Y2) == migration(table, Y1, Y2)
    days = roll_up(table, "day")
    order = "customer"
    assert rows(frequency(days, end).order_by(order)) == rows(frequency(table, end).order_by(order))


@few
@given(LINES, st.dates(date(2023, 1, 1), date(2024, 12, 31)))
def test_nothing_after_the_day_changes_the_answer(lines: list, as_of: date) -> None:
    past = [line for line in lines if line[1] <= as_of]
    if not past:
        return
    everything, known = table_of(lines), fact_table(past, COLUMNS, backend=OTHER)
    assert rows(rfm(everything, as_of)) == rows(rfm(known, as_of))
    assert rows(arrival(everything, as_of)) == rows(arrival(known, as_of))
    order = "customer"
    assert rows(frequency(everything, as_of).order_by(order)) == rows(frequency(known, as_of).order_by(order))
