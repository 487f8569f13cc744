"""Flow of customers 客户流动: the stage at one day against the stage at a later one, and who moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import ibis.expr.types as ir

from hengke.kernel.period import ONE_DAY, Period
from hengke_analytics.engine import rows
from hengke_analytics.measures.churn import stages
from hengke_analytics.measures.facts import contributions, known, total
from hengke_analytics.shapes import ibis

#: From what one wishes for to what one does not; "none" is who was no customer yet.
STAGES = ("growing", "stable", "won_back", "new", "declining", "dormant", "lost")
ABSENT = "none"
SHORTEST_CYCLE = 28


@dataclass(frozen=True)
class Passage:
    """Customers that were in `origin` and are in `target`, and what they brought in the year before each day."""

    origin: str
    target: str
    customers: int
    before: Decimal
    after: Decimal


def last_full_year(as_of: date) -> int:
    """The last calendar year that is over, or as good as over."""
    return as_of.year if (as_of.month, as_of.day) >= (12, 28) else as_of.year - 1


def cycles(facts: ir.Table) -> ir.Table | None:
    """Calibration cycles of own instruments: (customer, cycle_days); None where the lines tell no validity."""
    if not {"done_on", "valid_until"} <= set(facts.columns):
        return None
    timed = facts.filter(facts.done_on.notnull(), facts.valid_until.notnull())
    found = timed.select("customer", cycle_days=timed.valid_until.delta(timed.done_on, unit="day"))
    return found.filter(found.cycle_days >= SHORTEST_CYCLE)


def stages_at(facts: ir.Table, as_of: date) -> ir.Table:
    """Stage of every customer as it was known at the end of `as_of`: (customer, stage).

    Who is silent beyond the own rhythm but not yet lost is dormant, churned or not.
    """
    past = known(facts, as_of)
    found = stages(past, as_of, last_year=last_full_year(as_of), cycles=cycles(past))
    stage = ibis.cases((found.stage == "churned", "dormant"), else_=found.stage)
    return found.select("customer", stage=stage)


def moves(facts: ir.Table, earlier: date, later: date) -> ir.Table:
    """One row per customer known at `later`: (customer, origin, target, before, after).

    `before` and `after` are the contributions of the years that end with the two days.
    """
    was = stages_at(facts, earlier).select(old="customer", origin="stage")
    now = stages_at(facts, later).select("customer", target="stage")
    first = contributions(facts, _year_to(earlier)).select(one="customer", before="contribution")
    second = contributions(facts, _year_to(later)).select(two="customer", after="contribution")
    joined = now.join(was, now.customer == was.old, how="left")
    joined = joined.join(first, joined.customer == first.one, how="left")
    joined = joined.join(second, joined.customer == second.two, how="left")
    zero = ibis.literal(0)
    return joined.select(
        "customer",
        "target",
        origin=joined.origin.fill_null(ABSENT),
        before=joined.before.fill_null(zero).cast("decimal(18, 2)"),
        after=joined.after.fill_null(zero).cast("decimal(18, 2)"),
    )


def flow(moved: ir.Table) -> list[Passage]:
    """How many went from where to where, in the order of the stages: rows of `moves`."""
    cells = moved.group_by("origin", "target").aggregate(
        customers=moved.count(), before=total(moved.before), after=total(moved.after)
    )
    return sorted((Passage(**cell) for cell in rows(cells)), key=_reading_order)


def _year_to(day: date) -> Period:
    return Period(Period(day, day + ONE_DAY).last_year().end, day + ONE_DAY)


def _reading_order(passage: Passage) -> tuple[int, int]:
    order = (*STAGES, ABSENT)
    return order.index(passage.origin), order.index(passage.target)
