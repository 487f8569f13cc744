"""What stands behind a figure: the lines that were summed, and the customers that were counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke_analytics.cube import facts
from hengke_analytics.cube.asking import before_of, by_entity
from hengke_analytics.cube.catalogue import BEFORE, Catalogue, Count, Part
from hengke_analytics.cube.facts import Keep, Source
from hengke_analytics.cube.question import Question
from hengke_analytics.engine import keeping, rows
from hengke_analytics.shapes import ibis

LINES = "facts"
SUMMED = ("amount", "received", "cost")
_LINES = Part("lines", ("lines",), lambda t: t["lines"], "count")


def lines(question: Question, sources: Sequence[Source], catalogue: Catalogue, keep: Keep) -> ir.Table:
    """The lines of the period that fit the filters."""
    question.checked(catalogue)
    source = next((source for source in sources if source.name == LINES), None)
    if source is None:
        raise InputError("not_answerable", "The data has no column for this question: take a field away.")
    return facts.lines(question, before_of(question, catalogue), source, catalogue, keep)


@dataclass(frozen=True)
class Page:
    """Some lines of a list, newest first, with the count and the sums of all of it."""

    rows: list[dict[str, Any]]
    count: int
    sums: dict[str, Any]


def page(
    question: Question,
    sources: Sequence[Source],
    catalogue: Catalogue,
    columns: Sequence[str],
    first: int,
    size: int,
) -> Page:
    """The lines from the place `first` (from 0) on.

    Count and sums come from the smallest table that knows them, month by month; so it is known in which months the
    lines of the page lie, and only these are read. Queries: three.
    """
    with keeping() as keep:
        found = lines(question, sources, catalogue, keep)
        summed = [name for name in columns if name in SUMMED and name in found.columns]
        months = _months(question, sources, catalogue, summed, keep)
        window, skipped = _window([(row["month"], row["lines"]) for row in months], first, size)
        within = found.filter(found.date >= ibis.literal(window[0]), found.date < ibis.literal(window[1]))
        ordered = within.order_by(ibis.desc("date"), ibis.desc("line_id"))
        shown = rows(
            ordered.limit(size, offset=first - skipped).select(*[n for n in columns if n in found.columns])
        )
    sums = {name: sum((row[name] for row in months), Decimal(0)) for name in summed}
    return Page(shown, sum(row["lines"] for row in months), sums)


def _months(
    question: Question, sources: Sequence[Source], catalogue: Catalogue, summed: Sequence[str], keep: Keep
) -> list[dict[str, Any]]:
    """Lines and sums of each month, newest first."""
    before = before_of(question, catalogue)
    parts = [_LINES, *(Part(name, (name,), lambda t: t) for name in summed)]
    source = facts.choose(question, before, sources, catalogue, parts)
    table = facts.lines(question, before, source, catalogue, keep)
    sums = {name: table[name].sum().fill_null(0) for name in ("lines", *summed)}
    by_month = table.group_by(month=table.date.truncate("M").cast("date")).aggregate(**sums)
    return rows(by_month.order_by(ibis.desc("month")))


def _window(months: Sequence[tuple[date, int]], first: int, size: int) -> tuple[tuple[date, date], int]:
    """The days in which the lines of a page lie, and how many lines of the list are newer than these."""
    skipped = passed = 0
    until = start = None
    for month, count in months:
        if until is None and passed + count > first:
            until, skipped = month, passed
        passed += count
        if until is not None:
            start = month
            if passed >= first + size:
                break
    if until is None or start is None:
        return (date(1, 1, 1), date(1, 1, 1)), 0
    return (start, (until.replace(day=1) + timedelta(days=32)).replace(day=1)), skipped


def people(question: Question, sources: Sequence[Source], catalogue: Catalogue, keep: Keep) -> ir.Table:
    """The customers that the first measure counts, largest first: (customer, amount, lines, and both before)."""
    before = before_of(question.checked(catalogue), catalogue)
    measure = catalogue.measure(question.values[0].measure)
    counts = [part for name in measure.parts if isinstance(part := catalogue.parts[name], Count)]
    counted = counts[0] if counts and counts[0].entity == "customer" else None
    if counted is None:
        raise InputError("no_people", "Behind this figure stand lines, not customers.")
    # Its page shows both sums, whichever of them is judged.
    wanted = [replace(counted, judges=("amount", "lines"))]
    source = facts.choose(question, before, sources, catalogue, wanted)
    each = by_entity(facts.prepared(question, before, source, catalogue, wanted, keep), [], counted.entity)
    held = each.filter(counted.holds(each)).rename(customer="e_customer")
    largest = f"amount{BEFORE}" if counted.name == "lost" else "amount"
    return held.order_by(ibis.desc(largest), "customer")
