"""How often a customer comes, how much it brings, and how broad the work is."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke_analytics.measures.churn import churn
from hengke_analytics.shapes import ibis

WINDOWS = (90, 180, 365)
#: Full years back from the day, the last one first: (from, to) days ago.
YEARS = ((0, 365), (365, 730), (730, 1095))


def rhythm(lines: ir.Table, as_of: date) -> ir.Table:
    """Recency, frequency and intervals between the days of submission."""
    days = lines.select("customer", "date").distinct()
    order = ibis.window(group_by="customer", order_by="date")
    steps = days.mutate(
        gap=days.date.delta(days.date.lag().over(order), unit="day").cast("float64"),
        ago=ibis.literal(as_of).delta(days.date, unit="day"),
    )
    steps = steps.mutate(latest=ibis.row_number().over(group_by="customer", order_by=ibis.desc("date")))
    return steps.group_by("customer").aggregate(
        days_since_first=steps.ago.max().cast("int64"),
        days_since_last=steps.ago.min().cast("int64"),
        visits=steps.count(),
        **{f"visits_{span}": steps.count(where=steps.ago < span) for span in WINDOWS},
        visits_previous_year=steps.count(where=(steps.ago >= 365) & (steps.ago < 730)),
        years_with_visit=steps.date.year().nunique(),
        interval_median=steps.gap.median(),
        interval_mean=steps.gap.mean(),
        interval_deviation=steps.gap.std(),
        interval_longest=steps.gap.max(),
        interval_last=steps.gap.max(where=steps.latest == 0),
    )


def silence(lines: ir.Table, as_of: date, cycles: ir.Table | None) -> ir.Table:
    """How long it has been silent, measured by its own expected interval."""
    found = churn(lines, as_of, cycles=cycles)
    return found.select(
        "customer", "won_back", expected_interval=found.expected, silence=found.silent / found.expected,
        churn_threshold=found.threshold,
    )  # fmt: skip


def amounts(lines: ir.Table, as_of: date) -> ir.Table:
    """What was billed in windows and years back from the day, and where that goes."""
    ago = ibis.literal(as_of).delta(lines.date, unit="day")
    billed = lines.amount.cast("float64")
    summed = lines.group_by("customer").aggregate(
        billed=billed.sum(),
        lines=lines.count(),
        line_largest=billed.max(),
        line_mean=billed.mean(),
        **{f"billed_{span}": _zero(billed.sum(where=ago < span)) for span in WINDOWS[:2]},
        **{
            f"billed_year_{number}": _zero(billed.sum(where=(ago >= begin) & (ago < end)))
            for number, (begin, end) in enumerate(YEARS, start=1)
        },
        **{f"lines_year_{number}": lines.count(where=(ago >= begin) & (ago < end))
           for number, (begin, end) in enumerate(YEARS[:2], start=1)},
        **_discount(lines, billed),
    )  # fmt: skip
    first, second, third = (summed[f"billed_year_{number}"] for number in (1, 2, 3))
    mean = (first + second + third) / 3
    spread = (((first - mean) ** 2 + (second - mean) ** 2 + (third - mean) ** 2) / 3).sqrt()
    return summed.mutate(
        trend_year=((first + 1) / (second + 1)).ln(),
        trend_two_years=((first + 1) / (third + 1)).ln(),
        trend_half_year=((summed.billed_180 * 2 + 1) / (first + 1)).ln(),
        yearly_variation=spread / mean.nullif(0.0),
    )


def breadth(lines: ir.Table, as_of: date) -> ir.Table:
    """How many laboratories, groups, items, orders and names; for each column that the data has."""
    ago = ibis.literal(as_of).delta(lines.date, unit="day")
    counted = {"laboratory": "laboratories", "project_group": "groups", "item": "items",
               "service_kind": "services", "order_no": "orders", "alias_id": "names"}  # fmt: skip
    present = {name: words for name, words in counted.items() if name in lines.columns}
    found = {words: lines[name].nunique() for name, words in present.items()}
    if "item" in present:
        found["items_year"] = lines.item.nunique(where=ago < 365)
    if "laboratory" in present:
        found["laboratories_year"] = lines.laboratory.nunique(where=ago < 365)
    return lines.group_by("customer").aggregate(seen=lines.count(), **found).drop("seen")


def places(lines: ir.Table) -> ir.Table:
    """Region and kind of the customer, as far as the data says."""
    named = [name for name in ("province", "city", "category", "industry", "ownership", "size")
             if name in lines.columns]  # fmt: skip
    return (
        lines.group_by("customer")
        .aggregate(seen=lines.count(), **{name: lines[name].max() for name in named})
        .drop("seen")
    )


def _discount(lines: ir.Table, billed: ir.Value) -> dict[str, ir.Value]:
    if "list_price" not in lines.columns:
        return {}
    return {"price_level": billed.sum() / lines.list_price.cast("float64").sum().nullif(0.0)}


def _zero(sums: ir.Value) -> ir.Value:
    return sums.fill_null(0.0)
