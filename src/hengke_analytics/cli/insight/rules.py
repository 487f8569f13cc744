"""`insight rules`: what lies together in one order, or with one customer."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hengke_analytics.cli.answer import Answer, give
from hengke_analytics.cli.columns import recognised
from hengke_analytics.cli.insight import reading
from hengke_analytics.cli.options import add_files, add_output

if TYPE_CHECKING:
    from hengke_analytics.mining.patterns.baskets import Baskets
    from hengke_analytics.mining.value.purchases import Floats


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
    command.add_argument(
        "--offers", type=reading.whole, metavar="N", help="每个客户最多 N 项推荐（此时一篮应为一个客户）"
    )
    command.add_argument(
        "--value", metavar="COL", help="金额列：推荐按预计金额排序（默认按表头判断，没有则各项等值）"
    )
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, mine, answer."""
    from hengke_analytics.mining.patterns import baskets, offers, rules

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
    payload: dict[str, Any] = {
        "baskets": made.count,
        "items": len(made.item_names),
        "support": least / made.count,
        "confidence": float(chosen.confidence),
        "rules": listed.to_pylist(),
    }
    summary = [f"{made.count:,} 篮，{len(made.item_names):,} 个项目，{len(found):,} 条规则"]
    detail = _readable(listed, ("antecedent", "consequent"))
    if chosen.offers:
        offered = offers.offers(made, found, _worth(source, columns, made, chosen.value), best=chosen.offers)
        payload["offers"] = offered.to_pylist()
        detail = _readable(offered, ("because",))
    give(Answer(payload, detail, summary), chosen)


def _worth(source: pa.Table, columns: list[pa.ChunkedArray], made: Baskets, named: str | None) -> Floats:
    """Mean amount of each item's lines; 1 for every item where the file has no amounts."""
    from hengke_analytics.mining.patterns.offers import mean_worth

    if not named and recognised(source.column_names, reading.ROLES["value"]) is None:
        return np.ones(len(made.item_names))
    amounts = reading.numbers(source[reading.pick(source, "value", named)])
    places = pc.index_in(reading.words(columns[1]), made.item_names)
    usable = pc.and_(pc.is_valid(places), pc.is_valid(amounts))
    item = places.filter(usable).to_numpy().astype(np.int64)
    return mean_worth(item, amounts.filter(usable).to_numpy(), len(made.item_names))


def _readable(listed: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """Items as one text: csv, xlsx and the terminal have no lists."""
    for name in columns:
        place = listed.column_names.index(name)
        texts = ["; ".join(items) for items in listed[name].to_pylist()]
        listed = listed.set_column(place, name, pa.array(texts, pa.string()))
    return listed
