"""Whose forecast is whose: a part is shown to those who may see every line that it is made of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import NotFound
from hengke.kernel.filters import EVERYTHING
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.services.foresight.axes import AXES, Axis, code_of, named
from hengke.modules.insight.services.foresight.forecast import tiers

if TYPE_CHECKING:
    from ibis.expr import types as ir

Paths = Counter[tuple[str, ...]]


def visible_codes(actor: Actor, axis: Axis, action: str = "view") -> frozenset[str] | None:
    """The parts of an axis with which the actor may do `action`; None for all of them.

    What is forecast of a part tells what all its lines tell together, so nobody sees one of which some lines are
    out of sight. Two questions to the warehouse, which it remembers.
    """
    if axis.sensitivity and axis.sensitivity in grants.hidden(actor, "customers.customer"):
        return frozenset()
    if grants.row_filter(actor, facts.LINES, action) == EVERYTHING:
        return None
    needs = facts.judged_by(actor, action)
    view = next((v for v in axis.views if needs <= set(facts.warehouse().table(v).columns)), "")
    if not view:
        return frozenset()
    seen = _lines(facts.visible(actor, view, action), axis)
    whole = _lines(facts.warehouse().table(view), axis)
    return frozenset(code_of(axis.name, path) for path, lines in seen.items() if lines == whole[path])


def axes(actor: Actor) -> dict[str, frozenset[str] | None]:
    """The axes on which the actor sees anything, with the parts; without a warehouse none."""
    try:
        found = {axis.name: visible_codes(actor, axis) for axis in AXES}
    except NotFound:
        return {}
    return {name: codes for name, codes in found.items() if codes is None or codes}


def sees_all(actor: Actor) -> bool:
    """Whether every line of the institution is in sight."""
    return grants.row_filter(actor, facts.LINES) == EVERYTHING


def _lines(table: ir.Table, axis: Axis) -> Paths:
    """Lines below every path of an axis."""
    from hengke_analytics.engine import remembered

    keyed = named(table, axis, tiers)
    keys = {column: keyed[column].fill_null("") for column in axis.columns}
    counted = keyed.mutate(**keys).group_by(*axis.columns).aggregate(count=keyed.lines.sum())
    found: Paths = Counter()
    for row in remembered(counted):
        path = tuple(str(row[column]) for column in axis.columns)
        for depth in range(len(path) + 1):
            found[path[:depth]] += int(row["count"])
    return found
