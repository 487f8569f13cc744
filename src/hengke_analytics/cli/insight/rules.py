"""`insight rules`: what lies together in one order, or with one customer."""

from __future__ import annotations

import argparse
from fractions import Fraction

import pyarrow as pa

from hengke_analytics.cli.answer import Answer, give
from hengke_analytics.cli.insight import reading
from hengke_analytics.cli.options import add_files, add_output


def add_options(command: argparse.ArgumentParser) -> None:
    """Columns, thresholds and what to leave out."""
    add_files(command)
    command.add_argument("--basket", metavar="COL", help="哪些行属于一篮：委托单列或客户列（默认按表头判断）")
    command.add_argument("--item", metavar="COL", help="项目列（默认按表头判断）")
    command.add_argument(
        "--support",
        type=reading.threshold,
        default=Fraction(1, 100),
        metavar="X",
        help="最低支持度：0.01、1%% 或篮数",
    )
    command.add_argument(
        "--confidence", type=reading.share, default=Fraction(1, 2), metavar="X", help="最低置信度，默认 0.5"
    )
    command.add_argument(
        "--consequents", type=reading.whole, default=1, metavar="N", help="右边最多几项（默认 1）"
    )
    command.add_argument("--longest", type=reading.whole, metavar="N", help="一条规则最多几项")
    command.add_argument("--no-redundant", action="store_true", help="去掉冗余规则：少几项前提也一样准")
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, mine, answer."""
    from hengke_analytics.mining.patterns import baskets, rules

    source = reading.read(chosen)
    columns = [source[reading.pick(source, role, getattr(chosen, role))] for role in ("basket", "item")]
    made = baskets.encode(*map(reading.words, columns))
    least = reading.least(chosen.support, made.count)
    found = rules.rules(
        made,
        support=min(Fraction(least, made.count), Fraction(1)),
        confidence=chosen.confidence,
        consequents=chosen.consequents,
        longest=chosen.longest,
        redundant=not chosen.no_redundant,
    )
    listed = rules.table(found, made)
    payload = {
        "baskets": made.count,
        "items": len(made.item_names),
        "support": least / made.count,
        "confidence": float(chosen.confidence),
        "rules": listed.to_pylist(),
    }
    summary = [f"{made.count:,} 篮，{len(made.item_names):,} 个项目，{len(found):,} 条规则"]
    give(Answer(payload, _readable(listed), summary), chosen)


def _readable(listed: pa.Table) -> pa.Table:
    """Items as one text: csv, xlsx and the terminal have no lists."""
    for place, name in enumerate(("antecedent", "consequent")):
        texts = ["; ".join(items) for items in listed[name].to_pylist()]
        listed = listed.set_column(place, name, pa.array(texts, pa.string()))
    return listed
