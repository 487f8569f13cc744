"""The forecast of every part of the institution, written down node by node."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import ForecastNode, Foresight
from hengke.modules.insight.services import summaries, warehouse
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.services.foresight.axes import AXES, MOST_ITEMS, Axis, by_month, code_of
from hengke.modules.insight.services.reading import Report

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr import types as ir

    from hengke_analytics.mining.forecast.monthly import Series
    from hengke_analytics.mining.forecast.tree import Node

MEASURES = ("billed", "lines")
YEAR = 12
FEWEST_MONTHS = 6
KEPT_MONTHS = 10 * YEAR
OTHERS = "*"
CHUNK = 500


def run(report: Report) -> Foresight:
    """Forecast both measures along every axis. InputError `too_short` when there are not enough months yet."""
    last = _last_month()
    horizon = horizon_of(last)
    nodes: dict[str, dict[str, list[Node]]] = {}
    tables = _tables()
    for place, measure in enumerate(MEASURES):
        report("Forecasting", place, len(MEASURES))
        nodes[measure] = _foreseen(tables, measure, last, horizon)
    facts = {"last": last, "horizon": horizon, "backtest": _overall(nodes["billed"])}
    return runs.write(
        Room.FORECAST, date(last // YEAR, last % YEAR + 1, 1), warehouse.number(), facts,
        lambda made: _store(made, nodes, last),
    )  # fmt: skip


def horizon_of(last: int) -> int:
    """Months ahead: to the end of the year after the last month's, which are twelve at least."""
    return (last // YEAR + 2) * YEAR - 1 - last


def _last_month() -> int:
    from hengke_analytics.engine import rows
    from hengke_analytics.mining.forecast.monthly import last_whole_month

    days = warehouse.open_current().table("facts_day")
    last = rows(days.aggregate(last=days.date.max()))[0]["last"]
    if last is None:
        raise NotFound("no_facts", "No ledger line is visible here yet.")
    return last_whole_month(last)


def _tables() -> dict[str, pa.Table]:
    """The sums of every axis by month."""
    from hengke_analytics.engine import fetch

    backend = warehouse.open_current()
    return {axis.name: fetch(by_month(backend.table(axis.views[0]), axis, tiers)) for axis in AXES}


def tiers(_facts: ir.Table) -> ir.Table:
    """The tier of every customer in the period of reference: `of_customer`, `tier`."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import contributions
    from hengke_analytics.measures.pyramid import tiers as in_tiers

    days = warehouse.open_current().table("facts_day")
    last = rows(days.aggregate(last=days.date.max()))[0]["last"]
    placed = in_tiers(contributions(days, summaries.reference(last)[0]))
    return placed.select(of_customer=placed.customer, tier=placed.tier)


def _foreseen(tables: dict[str, pa.Table], measure: str, last: int, horizon: int) -> dict[str, list[Node]]:
    from hengke_analytics.mining.forecast.tree import foresee, grow

    grown = {axis.name: grow(tables[axis.name], axis.columns, measure, last) for axis in AXES}
    longest = max((len(series.values) for series in grown["place"]), default=0)
    if longest < FEWEST_MONTHS:
        raise InputError(
            "too_short", "A forecast needs at least {months} whole months of lines.", months=FEWEST_MONTHS
        )
    grown["item"] = _largest(grown["item"])
    return foresee(grown, horizon)


def _largest(items: list[Series]) -> list[Series]:
    """The items of most weight in the last two years; the others of their kind together."""
    from hengke_analytics.mining.forecast.monthly import summed

    ordered = sorted(items, key=lambda each: -abs(each.values[-2 * YEAR :]).sum())
    rest: dict[str, list[Series]] = {}
    for each in ordered[MOST_ITEMS:]:
        rest.setdefault(each.path[0], []).append(each)
    return [*ordered[:MOST_ITEMS], *(summed((kind, OTHERS), parts) for kind, parts in rest.items())]


def _overall(nodes: dict[str, list[Node]]) -> dict[str, float]:
    """The back-test of the whole."""
    return next(node.outlook.backtest or {} for node in nodes["place"] if not node.path)


def _store(made: Foresight, nodes: dict[str, dict[str, list[Node]]], last: int) -> None:
    rows = []
    for measure, axes in nodes.items():
        for place, axis in enumerate(AXES):
            # The whole is the same on every axis: the first one's has the intervals.
            wanted = [node for node in axes[axis.name] if node.path or place == 0]
            rows += [_row(made, measure, axis, node, last) for node in wanted]
    ForecastNode.objects.bulk_create(rows, batch_size=CHUNK)


def _row(made: Foresight, measure: str, axis: Axis, node: Node, last: int) -> ForecastNode:
    history = node.outlook.series.values[-KEPT_MONTHS:]
    above = code_of(axis.name, node.path[:-1]) if node.path else ""
    return ForecastNode(
        run=made, measure=measure, axis=axis.name, code=code_of(axis.name, node.path), above=above,
        path=list(node.path), first=last + 1 - len(history), history=[round(value) for value in history.tolist()],
        ahead={
            "mean": node.mean.tolist(),
            **{f"low{level:.0%}".rstrip("%"): bound.tolist() for level, bound in node.low.items()},
            **{f"high{level:.0%}".rstrip("%"): bound.tolist() for level, bound in node.high.items()},
        },
        told={
            "twelve": _together(node, 0, YEAR), "year": _together(node, len(node.mean) - YEAR, len(node.mean)),
            "backtest": node.outlook.backtest, "weights": node.outlook.weights,
            "shift": [round(share, 4) for share in node.shift.tolist()],
        },
    )  # fmt: skip


def _together(node: Node, begin: int, end: int) -> dict[str, Any]:
    bounds = {level: node.together(level, begin, end) for level in node.low}
    return {
        "sum": int(node.mean[begin:end].sum()),
        **{f"low{level:.0%}".rstrip("%"): low for level, (low, _high) in bounds.items()},
        **{f"high{level:.0%}".rstrip("%"): high for level, (_low, high) in bounds.items()},
    }
