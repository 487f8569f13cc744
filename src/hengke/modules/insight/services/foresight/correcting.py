"""Corrections of the forecast by people: put beside the model, spread over all parts, judged when months are over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.models import ForecastCorrection, ForecastNode, Foresight
from hengke.modules.insight.services.foresight import sight
from hengke.modules.insight.services.foresight.axes import BY_NAME

if TYPE_CHECKING:
    from hengke_analytics.mining.forecast.corrections import Correction, Tree

SUBJECT = "insight.dashboard"
SHORTEST_REASON = 4
LARGEST = 10**15
YEAR = 12


@dataclass(frozen=True)
class Judged:
    """A correction of months that are over: what the model said, what the person said, what came."""

    correction: ForecastCorrection
    actual: int

    @property
    def person_was_closer(self) -> bool:
        row = self.correction
        return abs(row.units - self.actual) < abs(row.model_units - self.actual)


def correct(
    node: ForecastNode, *, actor: Actor, first: int, months: int, units: int, reason: str
) -> ForecastCorrection:
    """Put what a person expects in the place of the model for a month, or for months together.

    NotFound when not every line of the part is in the person's sight; InputError for months that are not ahead, an
    amount that cannot be, or a reason too short to be judged later.
    """
    _require(actor, node)
    begin = first - ahead_from(node)
    if not (begin >= 0 and months in (1, YEAR) and begin + months <= len(node.ahead["mean"])):
        raise InputError("months_not_ahead", "Choose a month of the forecast, or the whole next year.")
    if not 0 <= units < LARGEST:
        raise InputError("amount_impossible", "Give an amount of 0 or more.")
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= 300:
        raise InputError("reason_missing", "Give the reason in a few words: it is judged by it later.")
    with transaction.atomic():
        row = ForecastCorrection.objects.create(
            measure=node.measure, axis=node.axis, code=node.code, path=node.path, first=first, months=months,
            model_units=sum(node.ahead["mean"][begin : begin + months]), units=units, reason=reason,
            actor_id=actor.user_id,
        )  # fmt: skip
        payload = {"path": node.path, "measure": node.measure, "months": months, "reason": reason}
        events.record("forecast.corrected", actor=actor, subject=row, payload=payload)
        apply(node.run, node.measure)
    return row


def withdraw(pk: int, *, actor: Actor) -> ForecastCorrection:
    """Take a correction back; NotFound unless its part is in the person's sight."""
    row = ForecastCorrection.objects.filter(pk=pk, withdrawn_at=None).first()
    measure, code = (row.measure, row.code) if row else ("", "")
    node = ForecastNode.objects.filter(measure=measure, code=code).select_related("run").first()
    if row is None or node is None:
        raise NotFound("no_correction", "This correction was withdrawn already, or it is not yours to see.")
    _require(actor, node)
    with transaction.atomic():
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        events.record("forecast.withdrawn", actor=actor, subject=row, payload={"path": row.path})
        apply(node.run, node.measure)
    return row


def apply(run: Foresight, measure: str) -> int:
    """Write beside every node what the corrections make of it; how many nodes they change."""
    nodes = list(ForecastNode.objects.filter(run=run, measure=measure))
    rows = list(ForecastCorrection.objects.filter(measure=measure, withdrawn_at=None).order_by("pk"))
    made = _corrected(nodes, rows) if rows else {}
    changed = []
    for node in nodes:
        values = made.get(node.axis, {}).get(tuple(node.path))
        written = None if values is None or values.tolist() == node.ahead["mean"] else values.tolist()
        if node.ahead.get("corrected") != written:
            node.ahead["corrected"] = written
            changed.append(node)
    ForecastNode.objects.bulk_update(changed, ["ahead"], batch_size=200)
    return sum(node.ahead.get("corrected") is not None for node in nodes)


def judged(node: ForecastNode, rows: Iterable[ForecastCorrection]) -> list[Judged]:
    """Those corrections of the node whose months are all over, with what came."""
    until = ahead_from(node)
    found = []
    for row in rows:
        begin = row.first - node.first
        if begin >= 0 and row.first + row.months <= until:
            found.append(Judged(row, sum(node.history[begin : begin + row.months])))
    return found


def ahead_from(node: ForecastNode) -> int:
    """The first month of the forecast."""
    return int(node.first + len(node.history))


def _require(actor: Actor, node: ForecastNode) -> None:
    grants.require(actor, "change", SUBJECT)
    if node.measure == "billed" and "money" in grants.hidden(actor, "insight.ledgerline"):
        raise NotFound("no_forecast", "There is nothing here, or it is not yours to see.")
    codes = sight.visible_codes(actor, BY_NAME[node.axis])
    if codes is not None and node.code not in codes:
        raise NotFound("no_forecast", "There is nothing here, or it is not yours to see.")


def _corrected(nodes: Sequence[ForecastNode], rows: Sequence[ForecastCorrection]) -> dict[str, Tree]:
    """Every axis after all corrections in their order; a new whole is followed by the other axes."""
    import numpy as np

    from hengke_analytics.mining.forecast.corrections import corrected, follow

    trees: dict[str, Tree] = {}
    for node in nodes:
        trees.setdefault(node.axis, {})[tuple(node.path)] = np.array(node.ahead["mean"], np.int64)
    whole = next(node for node in nodes if not node.path)
    by_code = {node.code: node for node in nodes}
    for tree in trees.values():
        tree.setdefault((), trees[whole.axis][()].copy())
    start = ahead_from(whole)
    for row in rows:
        axis = row.axis
        if axis in trees and row.code in by_code:
            trees[axis] = corrected(trees[axis], [_placed(row, by_code[row.code], start)])
            trees |= {
                name: follow(tree, trees[axis][()])
                for name, tree in trees.items()
                if name != axis and not np.array_equal(tree[()], trees[axis][()])
            }
    return trees


def _placed(row: ForecastCorrection, node: ForecastNode, start: int) -> Correction:
    """Of a year that has begun, what has come already is taken off: the rest is what is still expected."""
    from hengke_analytics.mining.forecast.corrections import Correction

    begin, end = row.first - start, row.first + row.months - start
    over = node.history[begin:] if begin < 0 < end else []
    return Correction(tuple(row.path), max(begin, 0), end, max(row.units - sum(over), 0))
