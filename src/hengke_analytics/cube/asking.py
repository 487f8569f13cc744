"""Answers a question: chooses the smallest table that knows enough, sums once, counts anew at every level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import ibis.expr.types as ir

from hengke_analytics.cube import facts, grid
from hengke_analytics.cube.axes import REST, REST_NUMBER
from hengke_analytics.cube.catalogue import BEFORE, AnyPart, Catalogue, Count, Part, Spread
from hengke_analytics.cube.facts import Keep, Source
from hengke_analytics.cube.periods import Compared, compared
from hengke_analytics.cube.question import Question, Top
from hengke_analytics.engine import keeping, rows
from hengke_analytics.measures.facts import MONEY_TYPE
from hengke_analytics.shapes import ibis

MOST_CELLS = 10_000
MOST_COUNTED, MOST_SHARE = 2_000_000, 64
"""Sums of customers that are counted at once; beyond it every second, fourth … customer is, if that will do."""
SAMPLED, FRAME = "customer", "lines"
SINGLE = "single"
_SUMMED = ("amount", "lines")
Facts = dict[str, ir.Table]
"""Prepared facts for the sums (under ""), for single values and for each entity: each from its smallest table."""


@dataclass(frozen=True)
class Answer:
    """The grid, the name of the largest table it was read from, and what it was compared with."""

    question: Question
    grid: grid.Grid
    source: str
    before: Compared | None


def answer(question: Question, sources: Sequence[Source], catalogue: Catalogue) -> Answer:
    """The grid of a question; `sources` are tried in order, from the smallest table to the lines.

    Queries: one for the sums, one for each dimension that is cut to its largest, one for each entity and set of
    fields by which it is told apart. InputError `too_many_cells` when nobody could read the answer.
    """
    before = before_of(question.checked(catalogue), catalogue)
    tables: Facts = {}
    with keeping() as keep:
        for name, wanted in _wanted(question, catalogue).items():
            source = facts.choose(question, before, sources, catalogue, wanted)
            tables[name] = facts.prepared(question, before, source, catalogue, wanted, keep)
        sampled = 1 if question.exact else _sample(tables)
        if (
            sampled > 1 and "" not in tables
        ):  # members of whom no customer is looked at have their place all the same
            tables[""] = _framed(question, before, sources, catalogue, keep)
        for top in question.tops:
            _cut(question, tables, top, catalogue)
        cells = _cells(question, tables, catalogue, keep)
    for cell in cells.values() if sampled > 1 else ():
        _scale(cell, catalogue, sampled)
    return Answer(question, grid.build(question, cells, catalogue, sampled), source.name, before)


def _framed(
    question: Question, before: Compared | None, sources: Sequence[Source], catalogue: Catalogue, keep: Keep
) -> ir.Table:
    frame = [catalogue.parts[FRAME]]
    source = facts.choose(question, before, sources, catalogue, frame)
    return facts.prepared(question, before, source, catalogue, frame, keep)


def _sample(tables: Facts) -> int:
    """Keep only every n-th customer where there is too much to count them all at once; returns n.

    Whole customers are kept, so that what is judged by their sums stays right. Which ones depends on nothing but
    their number, well stirred: numbers are given in the order of ledgers and say something about the customer.
    """
    table = tables.get(SAMPLED)
    if table is None:
        return 1
    held, share = rows(table.aggregate(held=table.count()))[0]["held"], 1
    while held > MOST_COUNTED * share and share < MOST_SHARE:
        share *= 2
    if share > 1:
        stirred = (table[f"e_{SAMPLED}"] * 2_654_435_761 % 4_294_967_296) // 65_536
        tables[SAMPLED] = table.filter(stirred % share == 0)
    return share


def _scale(cell: grid.Cell, catalogue: Catalogue, share: int) -> None:
    for name in cell:
        part = catalogue.parts[name.removesuffix(BEFORE)]
        if isinstance(part, Count) and part.entity == SAMPLED:
            cell[name] *= share


def _wanted(question: Question, catalogue: Catalogue) -> dict[str, list[AnyPart]]:
    """The parts of a question by what they are read for; the sums come first."""
    found: dict[str, list[AnyPart]] = {}
    parts = facts.parts(question, catalogue)
    for part in sorted(parts, key=lambda part: not isinstance(part, Part)):
        found.setdefault(_reading(part), []).append(part)
    return found


def _reading(part: AnyPart) -> str:
    return part.entity if isinstance(part, Count) else SINGLE if isinstance(part, Spread) else ""


def before_of(question: Question, catalogue: Catalogue) -> Compared | None:
    """What a question is compared with, None when nothing is."""
    if not question.compared(catalogue):
        return None
    return compared(question.period, question.compare, question.dimensions(catalogue))


def _cut(question: Question, tables: Facts, top: Top, catalogue: Catalogue) -> None:
    """Members beyond the largest become one, so that even distinct counts of the rest are exact."""
    name = f"d_{top.dimension}"
    if top.dimension not in question.axes:
        return
    kind = "string" if catalogue.dimension(top.dimension).kind == "text" else "int64"
    found = ibis.literal(_largest(question, tables, top, catalogue), f"array<{kind}>")
    rest = ibis.literal(REST if kind == "string" else REST_NUMBER, kind)
    for of, table in tables.items():
        key = table[name].cast(kind)
        kept = found.contains(key).fill_null(False)
        tables[of] = table.mutate(**{name: kept.ifelse(key, rest)})


def _largest(question: Question, tables: Facts, top: Top, catalogue: Catalogue) -> list[Any]:
    """Keys of the largest (or, with `least`, the smallest) members; the empty member belongs to the rest.

    They are ranked by the first value: by its amount or, where it looks at a change, by the difference. A rate ranks
    by what it is a part of: the highest rates belong to members too small to matter.
    """
    first, name = question.values[0], f"d_{top.dimension}"
    measure = catalogue.measure(first.measure)
    whole = measure.additive or len(measure.parts) == 1
    part = catalogue.parts[measure.parts[0]]
    table = tables[_reading(part)]
    named = table.filter(table[name].notnull())
    if isinstance(part, Count):
        sums = _counted(by_entity(named, [name], part.entity), [name], [part])
    elif isinstance(part, Spread):
        sums = _spread(named, [name], [part])
    else:
        wanted = [p for p in (catalogue.parts[n] for n in measure.parts) if isinstance(p, Part)]
        sums = _summed(named, [name], wanted)
    size = measure.finish(sums) if whole else sums[part.name]
    if first.view in ("change", "difference"):
        earlier = {n: sums[n + BEFORE] for n in measure.parts}
        size = size - (measure.finish(earlier) if whole else earlier[part.name])
    ranked = sums.select(name, size=size).order_by(ibis.asc("size") if top.least else ibis.desc("size"), name)
    return [row[name] for row in rows(ranked.limit(top.count))]


def _cells(question: Question, tables: Facts, catalogue: Catalogue, keep: Keep) -> grid.Cells:
    """Parts of every cell: sums at the finest level only, counts at every level."""
    wanted = facts.parts(question, catalogue)
    sums = [part for part in wanted if isinstance(part, Part)]
    counts = [part for part in wanted if isinstance(part, Count)]
    axes = [f"d_{name}" for name in question.axes]
    cells: grid.Cells = {}
    for entity in dict.fromkeys(count.entity for count in counts):
        own = [count for count in counts if count.entity == entity]
        _count(question, tables[entity], catalogue, entity, own, cells, keep)
    if spreads := [part for part in wanted if isinstance(part, Spread)]:
        for depths in product(range(len(question.rows) + 1), range(len(question.columns) + 1)):
            found = _spread(tables[SINGLE], _level(question, *depths), spreads)
            _read(rows(found.limit(MOST_CELLS + 1)), question, depths, cells)
    if "" in tables:
        frame = catalogue.parts[FRAME]
        finest = _summed(tables[""], axes, sums or [frame])  # type: ignore[list-item]  # it is one
        _read(
            rows(finest.limit(MOST_CELLS + 1)), question, (len(question.rows), len(question.columns)), cells
        )
    return cells


def _count(
    question: Question,
    table: ir.Table,
    catalogue: Catalogue,
    entity: str,
    counts: Sequence[Count],
    cells: grid.Cells,
    keep: Keep,
) -> None:
    """Distinct counts of every level.

    What an entity has only one of (a customer's city) does not double it: over such members counts add up, so only
    the other fields are counted anew, and an entity is told apart by them alone.
    """
    single = {name for name in question.axes if catalogue.dimension(name).entity == entity}
    several = [f"d_{name}" for name in question.axes if name not in single]
    each = keep(
        by_entity(table, several, entity, having=[f"d_{name}" for name in question.axes if name in single])
    )
    alike: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for depths in product(range(len(question.rows), -1, -1), range(len(question.columns), -1, -1)):
        told_apart = tuple(name for name in _level(question, *depths) if name in several)
        alike.setdefault(told_apart, []).append(depths)
    for told_apart, levels in alike.items():
        level = _level(question, *levels[0])
        had = [name for name in level if name not in told_apart]
        grouped = each if len(told_apart) == len(several) else _again(each, list(told_apart), entity, had)
        found = rows(_counted(grouped, level, counts).limit(MOST_CELLS + 1))
        for depths in levels:
            _read(found, question, depths, cells)


def _level(question: Question, row_depth: int, column_depth: int) -> list[str]:
    return [f"d_{name}" for name in (*question.rows[:row_depth], *question.columns[:column_depth])]


def _summed(table: ir.Table, by: list[str], parts: Sequence[Part]) -> ir.Table:
    """Sums of parts per group, of both periods where two are compared."""
    aggregates: dict[str, ir.Value] = {}
    for part in parts:
        kind = MONEY_TYPE if part.kind == "money" else "int64"
        for suffix, where in _sides(table):
            aggregates[part.name + suffix] = table[f"p_{part.name}"].sum(where=where).fill_null(0).cast(kind)
    return table.aggregate(by=by, **aggregates)


def _spread(table: ir.Table, by: list[str], parts: Sequence[Spread]) -> ir.Table:
    """What single facts of each group tell, of both periods where two are compared; nothing where there are none."""
    aggregates: dict[str, ir.Value] = {}
    for part in parts:
        column = table[f"p_{part.name}"]
        for suffix, where in _sides(table):
            told = column.quantile(0.9, where=where) if part.how == "p90" else column.max(where=where)
            aggregates[part.name + suffix] = told.cast("float64")
    return table.aggregate(by=by, **aggregates)


def by_entity(table: ir.Table, by: list[str], entity: str, having: Sequence[str] = ()) -> ir.Table:
    """Amount and lines of each entity in each group, of both periods; beside it what it has one of."""
    named = table.filter(table[f"e_{entity}"].notnull())
    return named.aggregate(
        by=[*by, f"e_{entity}"],
        **{name: named[name].arbitrary() for name in having},
        **{name + suffix: named[name].sum(where=where).fill_null(0)
           for name in _SUMMED if name in named.columns for suffix, where in _sides(named)},
    )  # fmt: skip


def _again(each: ir.Table, by: list[str], entity: str, having: Sequence[str]) -> ir.Table:
    sums = [name for name in each.columns if name.removesuffix(BEFORE) in _SUMMED]
    return each.aggregate(
        by=[*by, f"e_{entity}"],
        **{name: each[name].arbitrary() for name in having},
        **{name: each[name].sum() for name in sums},
    )


def _counted(each: ir.Table, by: list[str], counts: Sequence[Count]) -> ir.Table:
    """How many entities of each group hold, now and in the compared period."""
    aggregates = {count.name: count.holds(each).sum().fill_null(0) for count in counts}
    if any(name.endswith(BEFORE) for name in each.columns):
        earlier = {name: each[name + BEFORE] for name in _SUMMED if name + BEFORE in each.columns}
        aggregates |= {
            count.name + BEFORE: count.holds(earlier).sum().fill_null(0)
            for count in counts
            if not count.compares
        }
    return each.aggregate(by=by, **aggregates)


def _sides(table: ir.Table) -> list[tuple[str, ir.BooleanValue | None]]:
    return [("", table.later), (BEFORE, ~table.later)] if "later" in table.columns else [("", None)]


def _read(
    found: list[dict[str, Any]], question: Question, depths: tuple[int, int], cells: grid.Cells
) -> None:
    if len(found) > MOST_CELLS:
        raise grid.too_many(MOST_CELLS)
    names = (
        [f"d_{name}" for name in question.rows[: depths[0]]],
        [f"d_{name}" for name in question.columns[: depths[1]]],
    )
    for row in found:
        place = tuple(tuple(row[name] for name in side) for side in names)
        cell = cells.setdefault((place[0], place[1]), {})
        for name, amount in row.items():
            if not name.startswith("d_"):
                cell[name] = cell[name] + amount if name in cell else amount
