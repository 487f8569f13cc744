"""Contribution curve 贡献曲线: who makes up 80 %, how concentrated it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke_analytics.engine import rows
from hengke_analytics.measures.facts import MONEY_TYPE
from hengke_analytics.shapes import ibis

MILLION = 1_000_000
TOPS = (Decimal("0.01"), Decimal("0.05"), Decimal("0.2"))


@dataclass(frozen=True)
class Head:
    """The shortest head of the ranking whose cumulative share reaches the asked share."""

    customers: int
    fraction: float | None
    contribution: Decimal


@dataclass(frozen=True)
class Pareto:
    """The curve in numbers; `curve` holds (fraction of customers, share of contribution) for drawing."""

    customers: int
    total: Decimal
    share: Decimal
    head: Head
    gini: float | None
    top: dict[str, float]
    curve: list[tuple[float, float]]


def in_order(contributions: ir.Table) -> ir.Table:
    """Contributions > 0, largest first, ties by customer: (customer, contribution)."""
    positive = contributions.filter(contributions.contribution > 0)
    return positive.order_by(ibis.desc("contribution"), "customer")


def places(contributions: ir.Table) -> ir.Table:
    """Customers with contribution > 0 and their place: (customer, contribution, rank, count)."""
    positive = contributions.filter(contributions.contribution > 0)
    return positive.mutate(rank=_rank(positive), count=positive.count().over(ibis.window()))


def ranking(contributions: ir.Table) -> ir.Table:
    """Customers with contribution > 0, largest first, ties by customer number.

    Columns customer, contribution, share, cumulative_share, rank; with `cumulative`, `base` and `count`
    as exact amounts to compute further.
    """
    positive = contributions.filter(contributions.contribution > 0)
    so_far = ibis.window(order_by=_order(positive), preceding=None, following=0)
    ranked = positive.mutate(
        rank=_rank(positive),
        cumulative=positive.contribution.sum().over(so_far).cast(MONEY_TYPE),
        base=positive.contribution.sum().over(ibis.window()).cast(MONEY_TYPE),
        count=positive.count().over(ibis.window()),
    )
    base = ranked.base.cast("float64")
    return ranked.mutate(
        share=ranked.contribution.cast("float64") / base,
        cumulative_share=ranked.cumulative.cast("float64") / base,
    )


def _order(positive: ir.Table) -> list[ir.Value]:
    return [ibis.desc(positive.contribution), positive.customer.asc()]


def _rank(positive: ir.Table) -> ir.Value:
    return ibis.row_number().over(order_by=_order(positive)) + 1


def ranked_list(contributions: ir.Table) -> ir.Table:
    """The ranking as it is listed, in order."""
    listed = ranking(contributions)
    return listed.select("customer", "contribution", "share", "cumulative_share", "rank").order_by("rank")


def set_apart(contributions: ir.Table) -> ir.Table:
    """Customers with contribution <= 0, which no share is computed for, lowest first."""
    return contributions.filter(contributions.contribution <= 0).order_by("contribution", "customer")


def pareto(
    contributions: ir.Table,
    *,
    share: Decimal = Decimal("0.8"),
    tops: Sequence[Decimal] = TOPS,
    points: int = 200,
) -> Pareto:
    """Curve, head for `share`, Gini and the shares of the first `tops`, in one query.

    `share` and `tops` lie in (0, 1], to six places. Gini = 1 + 1/n − 2·Σ rank·x / (n·Σ x), ranks descending,
    which is the definition's ascending form read from the other end.
    """
    shares = {f"top_{place}": top for place, top in enumerate(tops)}
    ranked = ranking(contributions)
    found = rows(ranked.aggregate(**_summary(ranked, share, shares, points)))[0]
    return _read(found, share, dict(zip(shares, tops, strict=True)))


def in_head(ranked: ir.Table, share: Decimal) -> ir.BooleanValue:
    """Condition that a row of `ranking` belongs to the head for `share`, compared in exact cents."""
    before = ranked.cumulative - ranked.contribution
    return before * MILLION < ranked.base * ibis.literal(millionths(share))


def cut_rank(count: ir.Value, fraction: Decimal) -> ir.Value:
    """Round-half-up(fraction · count) in whole numbers."""
    return ((count * ibis.literal(2 * millionths(fraction)) + MILLION) // (2 * MILLION)).cast("int64")


def millionths(share: Decimal) -> int:
    """A share in (0, 1] as whole millionths; InputError `share_out_of_range`."""
    if not 0 < share <= 1:
        raise InputError("share_out_of_range", "A share lies above 0 and up to 1, not {share}.", share=share)
    return int((share * MILLION).to_integral_value())


def _summary(
    ranked: ir.Table, share: Decimal, shares: dict[str, Decimal], points: int
) -> dict[str, ir.Value]:
    head = in_head(ranked, share)
    drawn = (
        (ranked["rank"] * points // ranked["count"] != (ranked["rank"] - 1) * points // ranked["count"])
        | (ranked["rank"] <= points // 10)
    )  # fmt: skip
    point = ibis.struct({"rank": ranked["rank"], "share": ranked.cumulative_share})
    summary = {
        "customers": ranked.count(),
        "total": _sum(ranked.contribution),
        "head": head.sum().fill_null(0),
        "head_contribution": _sum(ranked.contribution, head),
        "weighted": (ranked.contribution * ranked["rank"]).sum().cast("float64"),
        "curve": point.collect(where=drawn, order_by=ranked["rank"]),
    }
    for name, top in shares.items():
        first = ranked["rank"] <= ibis.greatest(1, cut_rank(ranked["count"], top))
        summary[name] = _sum(ranked.contribution, first)
    return summary


def _sum(column: ir.Value, where: ir.BooleanValue | None = None) -> ir.Value:
    return column.sum(where=where).fill_null(0).cast(MONEY_TYPE)


def _read(found: dict[str, Any], share: Decimal, tops: dict[str, Decimal]) -> Pareto:
    count, total = found["customers"], found["total"]
    head = Head(found["head"], found["head"] / count if count else None, found["head_contribution"])
    gini = 1 + 1 / count - 2 * found["weighted"] / (count * float(total)) if count else None
    return Pareto(
        customers=count,
        total=total,
        share=share,
        head=head,
        gini=gini,
        top={str(top.normalize()): float(found[name] / total) for name, top in tops.items() if count},
        curve=[(point["rank"] / count, point["share"]) for point in found["curve"] or ()],
    )
