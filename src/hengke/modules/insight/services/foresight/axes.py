"""By what the institution's future is told: laboratories, departments, items, regions, tiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from hengke.kernel.errors import sentence

if TYPE_CHECKING:
    from ibis.expr import types as ir

MOST_ITEMS = 400
NO_TIER = "none"


@dataclass(frozen=True)
class Axis:
    """A hierarchy: its name, words, and the columns of its levels, from the whole downwards.

    `views` are fact views that have these columns, the smallest first. `sensitivity` is the field right that hides
    all of it.
    """

    name: str
    label: str
    columns: tuple[str, ...]
    views: tuple[str, ...]
    sensitivity: str = ""


#: The first one says what the whole will be.
AXES: tuple[Axis, ...] = (
    Axis("place", sentence("Laboratories"), ("laboratory", "project_group"), ("facts_laboratory", "facts")),
    Axis("unit", sentence("Departments"), ("unit_path",), ("facts_month", "facts")),
    Axis("item", sentence("Items"), ("service_kind", "item_name"), ("facts_item", "facts")),
    Axis("region", sentence("Regions"), ("province", "city"), ("facts_region", "facts_month", "facts")),
    Axis("tier", sentence("Tiers"), ("tier",), ("facts_month", "facts"), "tier"),
)
BY_NAME = {axis.name: axis for axis in AXES}


def code_of(axis: str, path: tuple[str, ...]) -> str:
    """A short name for a part in addresses; the whole is the same on every axis."""
    written = "\x1f".join((axis, *path)) if path else ""
    return sha256(written.encode()).hexdigest()[:16]


def by_month(table: ir.Table, axis: Axis, tiers: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """The sums of an axis by month: its columns, `month`, `billed` in cents, `lines`."""
    from hengke_analytics.shapes import ibis

    table = named(table, axis, tiers)
    keys = [table[column].fill_null("") for column in axis.columns]
    keyed = table.mutate(month=table.date.truncate("M"), **dict(zip(axis.columns, keys, strict=True)))
    return keyed.group_by(*axis.columns, "month").aggregate(
        billed=(keyed.amount * ibis.literal(100)).sum(), lines=keyed.lines.sum()
    )


def named(table: ir.Table, axis: Axis, tiers: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """The facts with the columns of an axis, those too that no fact has by itself."""
    from hengke_analytics.shapes import ibis

    if axis.name == "item":
        return table.mutate(item_name=(table.item == "").ifelse(table.instrument_name, table.item))
    if axis.name == "tier":
        placed = tiers(table)
        joined = table.left_join(placed, table.customer == placed.of_customer)
        return joined.mutate(tier=joined.tier.fill_null(ibis.literal(NO_TIER)))
    return table
