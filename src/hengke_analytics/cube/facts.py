"""The facts behind a question: which table knows enough, both periods in one pass, members beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.cube.catalogue import ENTITIES, AnyPart, Catalogue, Count, Dimension
from hengke_analytics.cube.periods import WHOLE_MONTHS, Compared
from hengke_analytics.cube.question import Filter, Question
from hengke_analytics.measures.facts import contributions, is_monthly, within, within_either
from hengke_analytics.measures.pyramid import tiers
from hengke_analytics.shapes import ibis

NO_TIER = "none"
FEW = 8
Keep = Callable[[ir.Table], ir.Table]


@dataclass(frozen=True)
class Source:
    """A table of facts, lines or sums of them; what it can answer shows in its columns.

    `own` has what the institution added to its customers, by `customer_id`.
    """

    name: str
    table: ir.Table
    own: ir.Table | None = None


def choose(
    question: Question,
    before: Compared | None,
    sources: Sequence[Source],
    catalogue: Catalogue,
    wanted: Sequence[AnyPart],
) -> Source:
    """The first source that knows every column of the question's fields and of the parts `wanted`, and every day.

    InputError `not_answerable` when there is none.
    """
    needs = {"date", *(column for d in _asked(question, catalogue) for column in d.needs)}
    needs |= catalogue.columns(wanted)
    monthly = _whole_months(question, before, catalogue)
    for source in sources:
        if needs <= set(source.table.columns) and (monthly or not is_monthly(source.table)):
            return source
    raise InputError("not_answerable", "The data has no column for this question: take a field away.")


def _asked(question: Question, catalogue: Catalogue) -> list[Dimension]:
    names = (*question.axes, *(f.dimension for f in question.filters))
    return [catalogue.dimension(name) for name in dict.fromkeys(names)]


def _whole_months(question: Question, before: Compared | None, catalogue: Catalogue) -> bool:
    levels = {d.name for d in _asked(question, catalogue) if d.is_date}
    periods = [question.period, *([before.period] if before else [])]
    stepping = before is None or "days" not in before.step or not levels
    return levels <= WHOLE_MONTHS and stepping and all(period.months for period in periods)


def prepared(
    question: Question,
    before: Compared | None,
    source: Source,
    catalogue: Catalogue,
    wanted: Sequence[AnyPart],
    keep: Keep,
) -> ir.Table:
    """Facts of the question: d_<dimension>, p_<part>, e_<entity>, and `later` when two periods are compared."""
    asked = _asked(question, catalogue)
    table = _timed(source.table, question.period, before, moving=any(d.is_date for d in asked))
    table = _with_tiers(table, question, before, source, catalogue, keep)
    table = _filtered(_with_own(table, question, source, catalogue), question, catalogue)
    keys = {f"d_{d.name}": _key(d, table) for d in asked}
    later = {"later": table.later} if before else {}
    return table.select(**keys, **_parts(wanted, table), **later)


def lines(
    question: Question, before: Compared | None, source: Source, catalogue: Catalogue, keep: Keep
) -> ir.Table:
    """The facts of the period that fit the filters, with all their own columns."""
    table = source.table.filter(within(source.table, question.period))
    table = _with_tiers(table, question, before, source, catalogue, keep)
    table = _with_own(table, question, source, catalogue)
    return _filtered(table, question, catalogue).select(*source.table.columns)


def _filtered(table: ir.Table, question: Question, catalogue: Catalogue) -> ir.Table:
    wanted = [_condition(catalogue.dimension(f.dimension).key(table), f) for f in question.filters]
    return table.filter(*wanted) if wanted else table


def _with_tiers(
    table: ir.Table,
    question: Question,
    before: Compared | None,
    source: Source,
    catalogue: Catalogue,
    keep: Keep,
) -> ir.Table:
    """Beside each fact the tiers that the question speaks of."""
    for dimension in _asked(question, catalogue):
        if dimension.computed:
            period = before.period if before and dimension.name == "tier_before" else question.period
            table = _placed(table, dimension.name, source.table, period, keep)
    return table


def _with_own(table: ir.Table, question: Question, source: Source, catalogue: Catalogue) -> ir.Table:
    """Beside each fact the words that the institution added to its customer, as far as the question names them."""
    names = [dimension.name for dimension in _asked(question, catalogue) if dimension.own]
    if not names or source.own is None:
        return table
    beside = source.own.select("customer_id", *names)
    return table.left_join(beside, table.customer == beside.customer_id).drop("customer_id")


def _key(dimension: Dimension, table: ir.Table) -> ir.Value:
    """No word and an empty word are one member."""
    key = dimension.key(table)
    return key.fill_null("") if dimension.kind == "text" else key


def _timed(table: ir.Table, period: Period, before: Compared | None, *, moving: bool) -> ir.Table:
    """Facts of the period, or of both with `later`; days of the earlier one are moved onto the present when asked."""
    if before is None:
        return table.filter(within(table, period))
    if before.period.end <= period.start:
        both = table.filter(within_either(table, before.period, period))
        both = both.mutate(later=both.date >= ibis.literal(period.start))
        return both.mutate(date=both.later.ifelse(both.date, _moved(both, before))) if moving else both
    # A day may stand in both: once as itself and once as what a later day is compared with.
    now = table.filter(within(table, period)).mutate(later=True)
    then = table.filter(within(table, before.period)).mutate(later=False)
    return now.union(then.mutate(date=_moved(then, before)) if moving else then)


def _moved(table: ir.Table, before: Compared) -> ir.Value:
    return (table.date + ibis.interval(**before.step)).cast("date")


def _placed(table: ir.Table, name: str, facts: ir.Table, period: Period, keep: Keep) -> ir.Table:
    """Beside each fact the tier that its customer has among all that is seen, whatever the filters."""
    found = tiers(contributions(facts, period)).select("customer", "tier")
    kept = keep(found).rename(**{"placed": "customer", name: "tier"})
    joined = table.left_join(kept, table.customer == kept.placed)
    return joined.mutate(**{name: joined[name].fill_null(NO_TIER)})


def _parts(wanted: Sequence[AnyPart], table: ir.Table) -> dict[str, ir.Value]:
    found: dict[str, ir.Value] = {}
    for part in wanted:
        if isinstance(part, Count):
            found[f"e_{part.entity}"] = _entity(part, table)
            found |= {name: table[name] for name in part.judges}
        else:
            found[f"p_{part.name}"] = part.column(table)
    return found


def parts(question: Question, catalogue: Catalogue) -> list[AnyPart]:
    """What the measures of a question are made of, each once."""
    names = dict.fromkeys(name for measure in question.measures(catalogue) for name in measure.parts)
    return [catalogue.parts[name] for name in names]


def _entity(count: Count, table: ir.Table) -> ir.Value:
    """What tells one entity from another; an empty word names none."""
    *first, last = ENTITIES[count.entity]
    if not first:
        return table[last]
    named = reduce(
        lambda text, name: text + ":" + table[name].cast("string"), first[1:], table[first[0]].cast("string")
    )
    return (table[last] == "").ifelse(ibis.null("string"), named + ":" + table[last])


def _condition(key: ir.Value, wanted: Filter) -> ir.BooleanValue:
    """A few members are compared one by one: the engine skips whole blocks by that, but not by a list."""
    named = [member for member in wanted.members if member not in (None, "")]
    kind = "int64" if all(isinstance(member, int) for member in named) else "string"
    if len(named) > FEW:
        tests = [ibis.literal(named, f"array<{kind}>").contains(key)]
    else:
        tests = [key == ibis.literal(member) for member in named]
    if len(named) < len(wanted.members):
        tests.append(key.isnull() if kind == "int64" and named else key.cast("string").fill_null("") == "")
    found = reduce(or_, tests)
    return ~found.fill_null(False) if wanted.out else found
