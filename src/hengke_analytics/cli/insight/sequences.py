"""`insight sequences`: what customers do one after another, and what is likely to come next."""

from __future__ import annotations

import argparse
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hengke_analytics import files
from hengke_analytics.cli.answer import Answer, give
from hengke_analytics.cli.insight import reading
from hengke_analytics.cli.options import add_as_of, add_files, add_output

if TYPE_CHECKING:
    from hengke_analytics.mining.patterns.follow import Following
    from hengke_analytics.mining.patterns.histories import Histories
    from hengke_analytics.mining.patterns.sequences import Pattern
    from hengke_analytics.mining.patterns.steps import Limits

_EPOCH = date(1970, 1, 1)


def add_options(command: argparse.ArgumentParser) -> None:
    """Columns, thresholds, limits of time, and how much to foresee."""
    add_files(command)
    for role, words in (("customer", "客户列"), ("date", "日期列"), ("item", "项目列")):
        command.add_argument(f"--{role}", metavar="COL", help=f"{words}（默认按表头判断）")
    command.add_argument(
        "--support",
        type=reading.threshold,
        default=Fraction(1, 100),
        metavar="X",
        help="最低支持度：0.01、1%% 或客户数",
    )
    command.add_argument(
        "--confidence",
        type=reading.share,
        default=Fraction(1, 10),
        metavar="X",
        help="规则的最低置信度，默认 0.1",
    )
    command.add_argument("--max-gap", type=reading.whole, metavar="DAYS", help="相邻两步最多相隔几天")
    command.add_argument("--window", type=reading.whole, metavar="DAYS", help="从第一步到最后一步最多几天")
    command.add_argument("--longest", type=reading.whole, metavar="N", help="一个序列最多几项")
    command.add_argument(
        "--next", type=reading.whole, metavar="N", help="为每个客户预计最多 N 个后续项目及日期"
    )
    add_as_of(command)
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, mine, answer."""
    from hengke_analytics.mining.patterns import follow
    from hengke_analytics.mining.patterns.sequences import sequences
    from hengke_analytics.mining.patterns.steps import Limits

    histories, last = _read(chosen)
    limits = Limits(chosen.max_gap, chosen.window)
    found = sequences(
        histories, reading.least(chosen.support, histories.customers), limits, longest=chosen.longest
    )
    rules = follow.followings(histories, found, chosen.confidence, limits)
    names = [str(name) for name in histories.item_names.to_pylist()]
    patterns = _patterns(found, histories, names)
    payload: dict[str, Any] = {
        "customers": histories.customers,
        "items": len(names),
        "patterns": patterns,
        "rules": [_rule(rule, names) for rule in sorted(rules, key=_likeliest)],
    }
    detail = _table(patterns)
    if chosen.next:
        as_of = chosen.as_of or last
        least = float(chosen.confidence)
        coming = follow.next_items(
            histories, rules, (as_of - _EPOCH).days, limits=limits, best=chosen.next, least=least
        )
        payload |= {"as_of": as_of.isoformat(), "next": coming.to_pylist()}
        detail = _readable(coming)
    give(Answer(payload, detail, [_summary(histories, found, limits)]), chosen)


def _read(chosen: argparse.Namespace) -> tuple[Histories, date]:
    from hengke_analytics.mining.patterns import histories

    source = reading.read(chosen)
    customer, day, item = (
        source[reading.pick(source, role, getattr(chosen, role))] for role in ("customer", "date", "item")
    )
    dates = files.dates(day)
    if chosen.as_of:
        known = pc.less_equal(dates, pa.scalar(chosen.as_of, pa.date32()))
        dates = pc.if_else(known, dates, pa.scalar(None, pa.date32()))
    made = histories.encode(reading.words(customer), dates, reading.words(item))
    return made, date.fromordinal(_EPOCH.toordinal() + int(made.day.max()))


def _patterns(found: dict[Pattern, int], histories: Histories, names: list[str]) -> list[dict[str, Any]]:
    from hengke_analytics.mining.patterns.follow import named

    listed = [
        {"pattern": named(pattern, names), "customers": count, "support": count / histories.customers}
        for pattern, count in found.items()
    ]
    return sorted(listed, key=lambda row: (-row["customers"], row["pattern"]))


def _rule(rule: Following, names: list[str]) -> dict[str, Any]:
    from hengke_analytics.mining.patterns.follow import named

    p25, median, p75 = np.quantile(rule.days, (0.25, 0.5, 0.75))
    return {
        "before": named(rule.before, names),
        "then": named((rule.then,), names)[0],
        "customers": rule.customers,
        "confidence": rule.confidence,
        "days": {"p25": p25, "median": median, "p75": p75},
    }


def _likeliest(rule: Following) -> tuple[float, int, Pattern]:
    return -rule.confidence, -rule.customers, (*rule.before, rule.then)


def _table(patterns: list[dict[str, Any]]) -> pa.Table:
    return pa.table(
        {
            "pattern": pa.array([_arrows(row["pattern"]) for row in patterns], pa.string()),
            "customers": pa.array([row["customers"] for row in patterns], pa.int64()),
            "support": pa.array([row["support"] for row in patterns], pa.float64()),
        }
    )


def _readable(coming: pa.Table) -> pa.Table:
    after = pa.array([_arrows(elements) for elements in coming["after"].to_pylist()], pa.string())
    then = pa.array(["; ".join(items) for items in coming["next"].to_pylist()], pa.string())
    return coming.set_column(1, "after", after).set_column(2, "next", then)


def _arrows(elements: list[list[str]]) -> str:
    return " → ".join("; ".join(items) for items in elements)


def _summary(histories: Histories, found: dict[Pattern, int], limits: Limits) -> str:
    bounds = [
        f"相邻不超过 {limits.gap} 天" if limits.gap else "",
        f"全程不超过 {limits.window} 天" if limits.window else "",
    ]
    return "，".join(filter(None, (f"{histories.customers:,} 个客户，{len(found):,} 个序列", *bounds)))
