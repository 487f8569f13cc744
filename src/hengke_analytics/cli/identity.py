"""`identity match` and `identity lookup` on plain files."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics import files
from hengke_analytics.cli.answer import Answer, give, write_table
from hengke_analytics.cli.columns import header

_ROLES = ("name", "phone", "address", "contact", "code", "region")


def run(chosen: argparse.Namespace) -> None:
    """Carry out the chosen action."""
    give({"match": _match, "lookup": _lookup}[chosen.action](chosen), chosen)


def _match(chosen: argparse.Namespace) -> Answer:
    from hengke_analytics.identity import commands
    from hengke_analytics.identity.columns import propose

    table = files.read_table(chosen.files, sheet=chosen.sheet)
    named = {role: getattr(chosen, role) for role in _ROLES}
    columns = propose(table.column_names) | {
        role: header(text, table.column_names) for role, text in named.items() if text
    }
    matched, review = commands.match(table, columns)
    if chosen.review:
        write_table(_readable(review), chosen.review)
    elif review.num_rows:
        print(f"注意：{review.num_rows} 对名称待人工判断，用 --review 文件 导出。", file=sys.stderr)
    customers = len(matched["customer_id"].unique())
    payload = {"rows": matched.to_pylist(), "customers": customers, "review": review.num_rows}
    shown = matched.select([columns["name"], "customer_id", "probability"]) if not chosen.out else matched
    return Answer(payload, shown, [f"{matched.num_rows:,} 行，归为 {customers:,} 个客户"])


def _readable(review: pa.Table) -> pa.Table:
    """Reasons as one text, since csv and xlsx have no lists: code, weight in bits, what both sides say."""
    texts = ["; ".join(map(_reason, reasons)) for reasons in review["reasons"].to_pylist()]
    return review.set_column(review.column_names.index("reasons"), "reasons", pa.array(texts, pa.string()))


def _reason(reason: dict[str, Any]) -> str:
    sides = dict.fromkeys((reason["left"], reason["right"]))
    return f"{reason['code']} {reason['weight']:+.2f} ({' | '.join(sides)})"


def _lookup(chosen: argparse.Namespace) -> Answer:
    from hengke_analytics.identity import commands

    queries = [*chosen.queries, *_written(chosen)]
    if not queries:
        raise InputError("no_query", "Name what to look up, or give a file with --queries.")
    found: pa.Table = commands.lookup(
        files.read_table(chosen.files, sheet=chosen.sheet), queries, limit=chosen.top
    )
    return Answer({"rows": found.to_pylist()}, found)


def _written(chosen: argparse.Namespace) -> list[str]:
    if not chosen.query_file:
        return []
    text: str = chosen.query_file.read_text("utf-8-sig")
    return [line.strip() for line in text.splitlines() if line.strip()]
