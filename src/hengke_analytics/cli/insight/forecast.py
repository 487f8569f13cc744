"""`insight forecast`: the months to come, of one series or many."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from hengke_analytics import files
from hengke_analytics.cli.answer import Answer, give
from hengke_analytics.cli.columns import header
from hengke_analytics.cli.insight import reading
from hengke_analytics.cli.options import add_files, add_output

if TYPE_CHECKING:
    from hengke_analytics.mining.forecast.project import Outlook

_WHOLE = "合计"
_BOUNDS = ("low80", "high80", "low95", "high95")


def add_options(command: argparse.ArgumentParser) -> None:
    """Columns, how far ahead, and whether parts add up to wholes."""
    add_files(command)
    command.add_argument(
        "--series",
        action="append",
        default=[],
        metavar="COL",
        help="序列列；可重复，由上级到下级（如部门、检定室）",
    )
    command.add_argument("--date", metavar="COL", help="日期列（默认按表头判断）")
    command.add_argument("--value", metavar="COL", help="数值列（默认按表头判断）")
    command.add_argument(
        "--horizon", type=reading.whole, default=12, metavar="N", help="预测几个月（默认 12）"
    )
    command.add_argument("--total", action="store_true", help="同时预测合计，各级相加一致（多级时总是如此）")
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, forecast, answer."""
    from hengke_analytics.mining.forecast.monthly import monthly, with_wholes
    from hengke_analytics.mining.forecast.project import project

    source = reading.read(chosen)
    keys = [reading.words(source[header(name, source.column_names)]) for name in chosen.series]
    day, value = (source[reading.pick(source, role, getattr(chosen, role))] for role in ("date", "value"))
    parts = monthly(keys, files.dates(day), reading.numbers(value))
    summed = chosen.total or len(keys) > 1
    series, wholes = with_wholes(parts) if summed else (parts, [])
    found = project(series, chosen.horizon, wholes)
    payload = {
        "horizon": chosen.horizon,
        "coherent": bool(wholes),
        "backtest": _overall(found),
        "series": [_told(each) for each in found],
    }
    give(Answer(payload, _table(found), _summary(payload)), chosen)


def _told(found: Outlook) -> dict[str, Any]:
    return {
        "series": _name(found),
        "months": len(found.series.values),
        "weights": found.weights,
        "backtest": found.backtest,
        "forecast": [dict(zip(("month", "value", *_BOUNDS), row, strict=True)) for row in _rows(found)],
    }


def _rows(found: Outlook) -> list[tuple[Any, ...]]:
    from hengke_analytics.mining.forecast.monthly import name_of

    months = [name_of(found.first + step) for step in range(len(found.mean))]
    bounds = [found.low[0.8], found.high[0.8], found.low[0.95], found.high[0.95]]
    return list(zip(months, found.mean.tolist(), *(bound.tolist() for bound in bounds), strict=True))


def _table(found: list[Outlook]) -> pa.Table:
    rows = [(_name(each), *row) for each in found for row in _rows(each)]
    columns = list(zip(*rows, strict=True))
    texts, numbers = columns[:2], columns[2:]
    arrays = [
        *(pa.array(each, pa.string()) for each in texts),
        *(pa.array(each, pa.float64()) for each in numbers),
    ]
    return pa.table(arrays, names=["series", "month", "value", *_BOUNDS])


def _name(found: Outlook) -> str:
    return " / ".join(found.series.path) or _WHOLE


def _overall(found: list[Outlook]) -> dict[str, float] | None:
    tested = [each.backtest for each in found if each.backtest]
    names = ("mase", "smape", "naive_mase", "naive_smape")
    known = {name: [each[name] for each in tested if name in each] for name in names}
    return {name: float(np.mean(values)) for name, values in known.items() if values} or None


def _summary(payload: dict[str, Any]) -> list[str]:
    told = [f"{len(payload['series']):,} 个序列，预测 {payload['horizon']} 个月"]
    tested = payload["backtest"]
    if tested and "mase" in tested:
        told.append(
            f"回测：MASE {tested['mase']:.3f}（去年同月法 {tested['naive_mase']:.3f}），"
            f"sMAPE {tested['smape']:.2f}（去年同月法 {tested['naive_smape']:.2f}）"
        )
    return told
