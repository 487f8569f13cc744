"""The commands over billed lines: each asks one measure and puts the answer into its JSON keys."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke.kernel.period import ONE_DAY, Period, full_years, last_two_years
from hengke_analytics import measures
from hengke_analytics.cli import lines
from hengke_analytics.cli.answer import Answer, amount, give, percent
from hengke_analytics.cli.segments import read_segments
from hengke_analytics.engine import fetch
from hengke_analytics.measures.facts import MONEY_ARROW, known
from hengke_analytics.measures.pyramid import CUTS

if TYPE_CHECKING:
    import ibis.expr.types as ir


def run(chosen: argparse.Namespace) -> None:
    """Read, measure, answer."""
    loaded = lines.load(chosen)
    give(_COMMANDS[chosen.command](_Asked(loaded.facts, loaded.by, chosen)), chosen)
    if loaded.left_out:
        print(f"注意：{loaded.left_out} 行缺少客户、日期或金额（或为合计行），未计入。", file=sys.stderr)


class _Asked:
    """The facts with the periods that the options and the data settle."""

    def __init__(self, facts: ir.Table, by: Sequence[str], chosen: argparse.Namespace) -> None:
        self.by, self.chosen, self.basis = by, chosen, chosen.basis
        first, last = measures.span(facts)
        self.as_of: date = chosen.as_of or last + ONE_DAY
        self.facts = known(facts, self.as_of)
        self.first, self.last = (first, last) if last <= self.as_of else measures.span(self.facts)

    @property
    def period(self) -> Period:
        """--from to --to; what is not stated is where the data begins and ends."""
        return Period(self.chosen.start or self.first, self.chosen.end or self.last + ONE_DAY)

    @cached_property
    def two_periods(self) -> tuple[Period, Period]:
        """Earlier and later: as stated, or one stated against a year before, or the last full years."""
        chosen = self.chosen
        second = (chosen.start2, chosen.end2)
        if not any((chosen.start, chosen.end, *second)):
            return last_two_years(self.first, self.last)
        if any(second) and not all((chosen.start, chosen.end, *second)):
            raise InputError("period_half_stated", "State both periods: --from --to --from2 --to2.")
        if not any(second):
            return self.period.last_year(), self.period
        earlier, later = sorted((self.period, Period(*second)))
        return earlier, later

    @property
    def last_year(self) -> int:
        """The last full calendar year: by --as-of when stated, else by the months of the data."""
        if self.chosen.as_of:
            return Period.year_to_date(self.as_of).end.year - 1
        years = full_years(self.first, self.last)
        return years[-1] if years else self.last.year

    def contributions(self) -> ir.Table:
        """Contribution per customer in the period."""
        return measures.contributions(self.facts, self.period, basis=self.basis, as_of=self.as_of)


def _pareto(asked: _Asked) -> Answer:
    contributions = asked.contributions()
    found = measures.pareto(contributions, share=asked.chosen.share)
    listed = fetch(measures.ranked_list(contributions))
    payload = {
        "period": asked.period.as_dict(),
        **asdict(found),
        "share": float(found.share),
        "list": listed.to_pylist(),
        "apart": fetch(measures.set_apart(contributions)).to_pylist(),
    }
    head = found.head
    summary = [
        f"期间 {asked.period}　客户 {found.customers:,}　"
        f"贡献合计 {amount(found.total)}　基尼系数 {found.gini or 0:.4f}",
        f"{percent(float(found.share))} 的贡献来自 {head.customers:,} 个客户（{percent(head.fraction)}），"
        f"共 {amount(head.contribution)}",
        "　".join(f"前 {percent(float(top))}：{percent(held)}" for top, held in found.top.items()),
    ]
    return Answer(payload, listed, summary)


def _pyramid(asked: _Asked) -> Answer:
    storeys = measures.pyramid(asked.contributions(), asked.chosen.cuts or CUTS)
    tiers = [asdict(storey) for storey in storeys]
    return Answer({"tiers": tiers}, _table(tiers, _PYRAMID), [f"期间 {asked.period}"])


def _rfm(asked: _Asked) -> Answer:
    rules = read_segments(asked.chosen.segments) if asked.chosen.segments else measures.SEGMENTS
    stated = asked.chosen.start or asked.chosen.end
    found = fetch(
        measures.rfm(
            asked.facts,
            asked.as_of,
            period=asked.period if stated else None,
            basis=asked.basis,
            segments=rules,
        )
    )
    payload = {"as_of": asked.as_of.isoformat(), "customers": found.to_pylist()}
    return Answer(payload, found, [f"截至 {asked.as_of}　客户 {found.num_rows:,}"])


def _intervals(asked: _Asked) -> Answer:
    found = measures.intervals(asked.contributions(), share=asked.chosen.share, k=asked.chosen.k)
    classes = [{"class": row.pop("name"), **row} for row in map(asdict, found)]
    return Answer({"classes": classes}, _table(classes, _INTERVALS), [f"期间 {asked.period}"])


def _migration(asked: _Asked) -> Answer:
    earlier, later = asked.two_periods
    found = measures.migration(asked.facts, earlier, later, basis=asked.basis, cuts=asked.chosen.cuts or CUTS)
    moves = [
        {"from": row.pop("origin"), "to": row.pop("target"), **row} for row in map(asdict, found.from_to)
    ]
    net = found.net_upward
    summary = [
        _compared(earlier, later),
        f"净上移 {net.customers:+,} 个客户（{percent(net.fraction)}），金额 {amount(net.amount)}",
    ]
    return Answer({"from_to": moves, "net_upward": asdict(net)}, _table(moves, _MOVES), summary)


def _distribution(asked: _Asked) -> Answer:
    found = _labelled(fetch(measures.distribution(asked.facts, asked.by, asked.period, basis=asked.basis)))
    payload = {"by": [lines.label(name) for name in asked.by], "rows": found.to_pylist()}
    return Answer(payload, found, [f"期间 {asked.period}"])


def _yoy(asked: _Asked) -> Answer:
    last, this = asked.two_periods
    if "month" in asked.chosen.by:
        if asked.by:
            raise InputError("month_alone", "--by month stands alone.")
        found = fetch(measures.yoy_months(asked.facts, this, last, basis=asked.basis))
    else:
        found = _labelled(fetch(measures.yoy(asked.facts, this, last, by=asked.by, basis=asked.basis)))
    return Answer({"rows": found.to_pylist()}, found, [_compared(last, this)])


def _lost(asked: _Asked) -> Answer:
    earlier, later = asked.two_periods
    found = measures.lost(asked.facts, earlier, later, basis=asked.basis)
    listed = fetch(measures.lost_customers(asked.facts, earlier, later, basis=asked.basis))
    summary = [
        _compared(earlier, later),
        f"流失 {found.count:,} 个客户，流失前贡献 {amount(found.amount)}，占 {percent(found.share)}",
    ]
    return Answer({"customers": listed.to_pylist(), **asdict(found)}, listed, summary)


def _growth(asked: _Asked) -> Answer:
    found = measures.growth(asked.facts, asked.last_year, basis=asked.basis)
    listed = fetch(found.order_by(found.growth.desc(nulls_first=False), "customer"))
    payload = {"last_year": asked.last_year, "customers": listed.to_pylist()}
    return Answer(payload, listed, [f"截至 {asked.last_year} 年的完整年度"])


def _arrival(asked: _Asked) -> Answer:
    found = _labelled(fetch(measures.arrival(asked.facts, asked.as_of, asked.period, by=asked.by)))
    payload = {"period": asked.period.as_dict(), "as_of": asked.as_of.isoformat(), "rows": found.to_pylist()}
    return Answer(payload, found, [f"期间 {asked.period}　收款截至 {asked.as_of}"])


_COMMANDS: dict[str, Callable[[_Asked], Answer]] = {
    "pareto": _pareto, "pyramid": _pyramid, "rfm": _rfm, "intervals": _intervals, "migration": _migration,
    "distribution": _distribution, "yoy": _yoy, "lost": _lost, "growth": _growth, "arrival": _arrival,
}  # fmt: skip

_AMOUNTS = ("min", "p5", "p25", "median", "p75", "p95", "max")
_PYRAMID = pa.schema(
    [
        ("tier", pa.string()), ("customers", pa.int64()), ("contribution", MONEY_ARROW),
        ("share", pa.float64()), ("min", MONEY_ARROW), ("max", MONEY_ARROW),
    ]
)  # fmt: skip
_INTERVALS = pa.schema(
    [
        ("class", pa.string()), ("customers", pa.int64()), ("share", pa.float64()),
        *((name, MONEY_ARROW) for name in _AMOUNTS),
    ]
)  # fmt: skip
_MOVES = pa.schema(
    [
        ("from", pa.string()), ("to", pa.string()), ("customers", pa.int64()),
        ("amount_from", MONEY_ARROW), ("amount_to", MONEY_ARROW),
    ]
)  # fmt: skip


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def _labelled(table: pa.Table) -> pa.Table:
    return table.rename_columns([lines.label(name) for name in table.column_names])


def _compared(earlier: Period, later: Period) -> str:
    return f"比较 {earlier} 与 {later}"
