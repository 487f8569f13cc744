"""Migration 客户迁移: tier in one period against tier in the next, with who came and who went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import ibis.expr.types as ir

from hengke.kernel.money import ZERO
from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures.facts import Basis, total, two_periods
from hengke_analytics.measures.pyramid import CUTS, TIERS, tier_at
from hengke_analytics.shapes import ibis


@dataclass(frozen=True)
class Move:
    """Customers that were in `origin` and are in `target`; origin may be "new", target may be "gone"."""

    origin: str
    target: str
    customers: int
    amount_from: Decimal
    amount_to: Decimal


@dataclass(frozen=True)
class NetUpward:
    """Upward less downward movers: customers, fraction of the earlier pyramid, change of their amount."""

    customers: int
    fraction: float | None
    amount: Decimal


@dataclass(frozen=True)
class Migration:
    """The migration matrix, as its occupied cells in tier order, and its balance."""

    from_to: list[Move]
    net_upward: NetUpward


def tier_moves(
    facts: ir.Table,
    earlier: Period,
    later: Period,
    *,
    basis: Basis = "billed",
    cuts: Sequence[Decimal] = CUTS,
) -> ir.Table:
    """One row per customer with contribution in either period: (customer, origin, target, before, after)."""
    both = two_periods(facts, earlier, later, basis)
    present = both.filter((both.before > 0) | (both.after > 0))
    ranked = present.mutate(
        before=ibis.greatest(present.before, 0).cast(present.before.type()),
        after=ibis.greatest(present.after, 0).cast(present.after.type()),
        **_place(present, "before"),
        **_place(present, "after"),
    )
    was = tier_at(ranked.before_rank, ranked.before_count, cuts)
    now = tier_at(ranked.after_rank, ranked.after_count, cuts)
    return ranked.select(
        "customer",
        origin=(ranked.before > 0).ifelse(was, "new"),
        target=(ranked.after > 0).ifelse(now, "gone"),
        before="before",
        after="after",
    )


def _place(present: ir.Table, column: str) -> dict[str, ir.Value]:
    """Place among those with an amount above zero; the others come after them."""
    amount = present[column]
    order = [ibis.desc(amount), present.customer.asc()]
    return {
        f"{column}_rank": ibis.row_number().over(order_by=order) + 1,
        f"{column}_count": (amount > 0).sum().over(ibis.window()),
    }


def migration(
    facts: ir.Table,
    earlier: Period,
    later: Period,
    *,
    basis: Basis = "billed",
    cuts: Sequence[Decimal] = CUTS,
) -> Migration:
    """Counts and amounts of every move, and net upward migration among those present in both periods."""
    return matrix(tier_moves(facts, earlier, later, basis=basis, cuts=cuts))


def matrix(moved: ir.Table) -> Migration:
    """The migration of customers whose moves are known: rows of `tier_moves`."""
    cells = moved.group_by("origin", "target").aggregate(
        customers=moved.count(), amount_from=total(moved.before), amount_to=total(moved.after)
    )
    moves = sorted((Move(**cell) for cell in rows(cells)), key=_reading_order)
    return Migration(moves, _net_upward(moves))


def _reading_order(move: Move) -> tuple[int, int]:
    order = (*TIERS, "new", "gone")
    return order.index(move.origin), order.index(move.target)


def _net_upward(moves: list[Move]) -> NetUpward:
    crossing = [move for move in moves if move.origin in TIERS and move.target in TIERS]
    base = sum(move.customers for move in moves if move.origin in TIERS)
    steps = [(TIERS.index(move.origin) > TIERS.index(move.target), move) for move in crossing]
    customers = sum(
        move.customers if up else -move.customers for up, move in steps if move.origin != move.target
    )
    amount = sum((move.amount_to - move.amount_from for move in crossing if move.origin != move.target), ZERO)
    return NetUpward(customers, customers / base if base else None, amount)
