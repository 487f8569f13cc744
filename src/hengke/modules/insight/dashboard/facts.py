"""The facts behind a question, seen with the actor's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.filters import And, Condition, Filter, conditions, to_ibis, within
from hengke.modules.insight.dashboard.query import Query

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr import types as ir

LINES = "insight.ledgerline"
# The words of grants, as the warehouse names them.
COLUMNS = {"owner_id": "owner", "unit_path": "unit", "customer": "customers.customer"}


@dataclass(frozen=True)
class Span:
    """First and last day with facts."""

    first: date
    last: date


def warehouse() -> Backend:
    """The current warehouse; NotFound `warehouse_missing` before the first build."""
    from hengke_analytics.warehouse.swap import open_current

    return open_current(settings.DATA_DIR / "warehouse")


def build_number() -> int | None:
    """The number of the current warehouse, None before the first build."""
    from hengke_analytics.warehouse.swap import current_number

    return current_number(settings.DATA_DIR / "warehouse")


def visible(actor: Actor, view: str, action: str = "view") -> ir.Table:
    """One of the warehouse's fact views, cut down to the lines with which the actor may do `action`.

    `view` is facts (lines), facts_day, facts_month, facts_laboratory, facts_region or
    facts_item.
    """
    table = warehouse().table(view)
    if (tree := grants.row_filter(actor, LINES, action)) != And(()):
        words = {word for column, word in COLUMNS.items() if column in table.columns}
        table = _restricted(table, within(tree, {*table.columns, *words}))
    return table


def judged_by(actor: Actor, action: str = "view") -> set[str]:
    """The columns that a fact view must have to tell which of its rows the actor may see."""
    columns = {word: column for column, word in COLUMNS.items()}
    return {columns.get(c.field, c.field) for c in conditions(grants.row_filter(actor, LINES, action))}


def asked(actor: Actor, query: Query, view: str = "facts_month", action: str = "view") -> ir.Table:
    """The visible facts of the unit and source that the question names."""
    wanted: list[Filter] = []
    if query.source:
        wanted.append(Condition("source_id", "eq", int(query.source)))
    kind, _colon, value = query.unit.partition(":")
    if query.unit and kind not in ("laboratory", "unit"):
        raise InputError("unit_unknown", "Unknown unit: {unit}.", unit=query.unit)
    if query.unit:
        wanted.append(Condition(kind, "eq" if kind == "laboratory" else "startswith", value))
    table = visible(actor, view, action)
    return _restricted(table, And(tuple(wanted))) if wanted else table


def span(facts: ir.Table) -> Span:
    """First and last day of some facts; NotFound when there are none."""
    from hengke_analytics.measures.facts import span as dates

    try:
        return Span(*dates(facts))
    except InputError as error:
        raise NotFound("no_facts", "No ledger line is visible here yet.") from error


def _restricted(table: ir.Table, tree: Filter) -> ir.Table:
    from hengke_analytics.shapes import ibis

    named = {word: table[column] for column, word in COLUMNS.items() if column in table.columns}
    words: Any = table.mutate(**named)
    return words.filter(to_ibis(tree, words, ibis.literal)).drop(*named)
