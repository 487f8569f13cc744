"""Growth rate, years of submission and regularity of each customer."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics.measures.facts import Basis, known, total, value, within
from hengke_analytics.shapes import ibis

YEARS = 5


def growth(facts: ir.Table, last_year: int, *, years: int = YEARS, basis: Basis = "billed") -> ir.Table:
    """Slope of ln(1 + yearly contribution) on the year by least squares: (customer, years, growth).

    Over the last `years` full calendar years up to `last_year`, from the customer's first year on; a year
    without contribution counts as 0, one year alone gives no growth (null). With t = year − mean year,
    slope = Σ t·ln(1 + y) / Σ t², and Σ t² = n(n² − 1)/12 over n consecutive years.
    """
    first_year = ibis.literal(last_year - years + 1)
    inside = facts.filter(facts.customer.notnull(), facts.date < ibis.literal(date(last_year + 1, 1, 1)))
    yearly = inside.group_by("customer", year=inside.date.year().cast("int64")).aggregate(
        amount=total(value(inside, basis))
    )
    begin = ibis.greatest(yearly.year.min().over(group_by="customer"), first_year)
    placed = yearly.mutate(begin=begin)
    level = ibis.greatest(placed.amount.cast("float64"), 0.0)
    offset = placed.year - (placed.begin + ibis.literal(last_year)) / 2
    sums = placed.group_by("customer", "begin").aggregate(
        weighted=(offset * (level + 1).ln()).sum(where=placed.year >= placed.begin).fill_null(0.0)
    )
    count = (ibis.literal(last_year, "int64") - sums.begin + 1).cast("int64")
    spread = (count * (count * count - 1) / 12).nullif(0)
    return sums.select("customer", years=count, growth=sums.weighted / spread)


def regularity(facts: ir.Table, as_of: date) -> ir.Table:
    """Calendar years with a submission over calendar years since the first.

    Columns customer, first_year, years, regularity.
    """
    inside = known(facts, as_of)
    years = inside.select("customer", year=inside.date.year().cast("int64")).distinct()
    seen = years.group_by("customer").aggregate(first_year=years.year.min(), years=years.count())
    since = ibis.literal(as_of.year + 1, "int64") - seen.first_year
    return seen.mutate(regularity=seen.years / since)


def yearly(facts: ir.Table, period: Period | None = None, *, basis: Basis = "billed") -> ir.Table:
    """Contribution of each customer by calendar year: (customer, year, contribution)."""
    inside = facts.filter(facts.customer.notnull(), within(facts, period))
    return inside.group_by("customer", year=inside.date.year().cast("int64")).aggregate(
        contribution=total(value(inside, basis))
    )
