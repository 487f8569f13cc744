"""Commands that judge customers one by one: profit, golden customers, frequency, flow between stages."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow as pa

from hengke.kernel.period import ONE_DAY, Period
from hengke_analytics import measures
from hengke_analytics.cli import lines
from hengke_analytics.cli.answer import Answer, amount, give, percent
from hengke_analytics.engine import fetch
from hengke_analytics.measures.facts import MONEY_ARROW, known
from hengke_analytics.measures.flow import last_full_year
from hengke_analytics.measures.profit import Direct, Rates


def run(chosen: argparse.Namespace) -> None:
    """Read, judge, answer."""
    facts = lines.load(chosen).facts
    as_of = chosen.as_of or measures.span(facts)[1]
    give(_COMMANDS[chosen.command](known(facts, as_of), as_of, chosen), chosen)


def _year(as_of: date, chosen: argparse.Namespace) -> Period:
    """--from --to, else the twelve months up to the day."""
    usual = Period(Period(as_of, as_of + ONE_DAY).last_year().end, as_of + ONE_DAY)
    return Period(chosen.start or usual.start, chosen.end or usual.end)


def _profit(facts: Any, as_of: date, chosen: argparse.Namespace) -> Answer:
    period = _year(as_of, chosen)
    rates = Rates(
        winning=_cents(chosen.winning), keeping=_cents(chosen.keeping), order=_cents(chosen.per_order),
        direct={"": Direct(int(chosen.direct_share * 10_000), _cents(chosen.direct_line))},
    )  # fmt: skip
    found = fetch(measures.profit(facts, period, rates).order_by("profit", "customer"))
    below = [row for row in found.to_pylist() if row["profit"] < 0]
    payload = {"period": period.as_dict(), "customers": found.to_pylist(), "unprofitable": len(below)}
    lost = sum((row["profit"] for row in below), start=0)
    return Answer(
        payload, found, [f"期间 {period}　客户 {found.num_rows:,}　亏损 {len(below):,}　{amount(lost)}"]
    )


def _golden(facts: Any, as_of: date, chosen: argparse.Namespace) -> Answer:
    period = _year(as_of, chosen)
    found = fetch(measures.golden(facts, period, as_of, last_year=last_full_year(as_of), share=chosen.share))
    payload = {"as_of": as_of.isoformat(), "customers": found.to_pylist()}
    return Answer(payload, found, [f"截至 {as_of}　黄金客户 {found.num_rows:,}"])


def _frequency(facts: Any, as_of: date, chosen: argparse.Namespace) -> Answer:
    table = measures.frequency(facts, as_of)
    found = fetch(table.order_by("customer"))
    names = found["frequency"].to_pylist()
    counts = {name: names.count(name) for name in ("regular", "occasional", "one_off")}
    payload = {"as_of": as_of.isoformat(), "classes": counts, "customers": found.to_pylist()}
    whole = max(found.num_rows, 1)
    told = "　".join(f"{name} {count:,}（{percent(count / whole)}）" for name, count in counts.items())
    return Answer(payload, found, [f"截至 {as_of}　{told}"])


def _flow(facts: Any, as_of: date, chosen: argparse.Namespace) -> Answer:
    earlier = chosen.earlier or Period(as_of, as_of + ONE_DAY).last_year().start
    passages = [
        {"from": row.pop("origin"), "to": row.pop("target"), **row}
        for row in map(asdict, measures.flow(measures.moves(facts, earlier, as_of)))
    ]
    payload = {"earlier": earlier.isoformat(), "later": as_of.isoformat(), "from_to": passages}
    return Answer(payload, _table(passages), [f"{earlier} → {as_of}"])


_COMMANDS = {"profit": _profit, "golden": _golden, "frequency": _frequency, "flow": _flow}


def _cents(yuan: Any) -> int:
    return int(yuan * 100)


def _table(passages: Sequence[dict[str, Any]]) -> pa.Table:
    schema = pa.schema(
        [("from", pa.string()), ("to", pa.string()), ("customers", pa.int64()), ("before", MONEY_ARROW),
         ("after", MONEY_ARROW)]
    )  # fmt: skip
    return pa.Table.from_pylist(list(passages), schema=schema)
