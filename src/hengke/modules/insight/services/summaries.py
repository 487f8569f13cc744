"""Writes down per customer what lists and pages show, so that they never ask the warehouse.

The year of reference is that of the last line: whole if it is over, else up to the last day with data and
compared with the same days of the year before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Count, Max

from hengke.kernel import clock
from hengke.kernel.period import Period
from hengke.modules.customers.enums import Stage
from hengke.modules.customers.models import Customer, CustomerName, CustomerSummary, Instrument
from hengke.modules.insight.models import LedgerLine
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.scoring import writing as scores

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEARS = 5
DUE_WITHIN = timedelta(days=90)
CHUNK = 2_000
GROWTH_DIGITS = 9
"""The last bits of a float depend on the order of its terms, which is another one in each run."""
ZERO = Decimal("0.00")
STAGES = {
    "growing": Stage.GROWING, "stable": Stage.STABLE, "declining": Stage.DECLINING, "dormant": Stage.DORMANT,
    "churned": Stage.DORMANT, "lost": Stage.LOST, "won_back": Stage.WON_BACK, "new": Stage.CUSTOMER,
}  # fmt: skip
_SAID = tuple(
    field.attname
    for field in CustomerSummary._meta.concrete_fields
    if field.attname not in ("id", "customer_id", "laboratory", *scores.COLUMNS)
)
Summary = dict[str, Any]
Place = tuple[int, str]
"""Customer and laboratory; the laboratory is empty for the whole institution."""


def reference(last: date) -> tuple[Period, Period]:
    """The period of reference and the same one a year before, from the last day with data."""
    over = last.year < clock.today().year or (last.month, last.day) == (12, 31)
    this = Period.year(last.year) if over else Period.year_to_date(last)
    return this, this.last_year()


def write(report: Report) -> int:
    """Replace the summaries by what the current warehouse says, and set each customer's stage.

    Returns how many rows.
    """
    report("Writing summaries", 0, 0)
    found = _from_warehouse()
    _count_instruments(found)
    _count_names(found)
    _store(found, report)
    return len(found)


def _from_warehouse() -> dict[Place, Summary]:
    backend = warehouse.open_current()
    facts = backend.table("facts_day")
    last = LedgerLine.objects.filter(LedgerLine.live).aggregate(last=Max("submitted_on"))["last"]
    if last is None:
        return {}
    this, before = reference(last)
    places = _both(facts)
    found = {
        (row["customer"], row["laboratory"]): _summary(row)
        for row in _totals(places, this, before, last.year)
    }
    _grow(found, places, last, this)
    _rank(found, facts, this)
    _set_stages(backend.table("facts"), last)
    return found


def _both(facts: ir.Table) -> ir.Table:
    """Facts twice: with their laboratory, and with none for the whole institution."""
    from hengke_analytics.shapes import ibis

    narrow = facts.filter(facts.customer.notnull())
    if "received" not in narrow.columns:
        narrow = narrow.mutate(received=ibis.literal(0).cast("decimal(18,2)"))
    narrow = narrow.select("customer", "laboratory", "date", "amount", "received", "lines")
    named = narrow.filter(narrow.laboratory != "")
    return narrow.mutate(laboratory=ibis.literal("")).union(named)


def _totals(places: ir.Table, this: Period, before: Period, year: int) -> list[dict[str, Any]]:
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import total, within

    years = {
        f"year_{y}": total(places.amount, places.date.year() == y) for y in range(year - YEARS + 1, year + 1)
    }
    return rows(
        places.group_by("customer", "laboratory").aggregate(
            lines=places.lines.sum(), billed=total(places.amount), received=total(places.received),
            this_year=total(places.amount, within(places, this)),
            last_year=total(places.amount, within(places, before)),
            this_received=total(places.received, within(places, this)),
            first_on=places.date.min(), last_on=places.date.max(), **years,
        )
    )  # fmt: skip


def _summary(row: dict[str, Any]) -> Summary:
    this = row["this_year"]
    return {
        **{name: row[name] for name in ("lines", "billed", "received", "this_year", "last_year")},
        "first_on": row["first_on"], "last_on": row["last_on"],
        "arrival": float(row["this_received"] / this) if this else None,
        "by_year": {name[5:]: str(amount) for name, amount in row.items() if name.startswith("year_")},
        "growth": None, "rank": None, "tier": "", "instruments": 0, "due_soon": 0, "names": 0,
    }  # fmt: skip


def _grow(found: dict[Place, Summary], places: ir.Table, last: date, this: Period) -> None:
    """Growth over full years; each laboratory is a customer of its own to the measure."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.growth import growth
    from hengke_analytics.shapes import ibis

    joined = places.mutate(customer=places.customer.cast("string") + ibis.literal("\x1f") + places.laboratory)
    full = last.year if this == Period.year(last.year) else last.year - 1
    for row in rows(growth(joined, full)):
        customer, _, laboratory = row["customer"].partition("\x1f")
        rate = row["growth"]
        found[int(customer), laboratory]["growth"] = None if rate is None else round(rate, GROWTH_DIGITS)


def _rank(found: dict[Place, Summary], facts: ir.Table, this: Period) -> None:
    """Rank and tier within the whole institution; a laboratory's row has a rank of its own and no tier."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import contributions
    from hengke_analytics.measures.pyramid import tiers

    for row in rows(tiers(contributions(facts, this))):
        found[row["customer"], ""] |= {"rank": row["rank"], "tier": row["tier"]}
    shelves: dict[str, list[tuple[Decimal, int]]] = defaultdict(list)
    for (customer, laboratory), summary in found.items():
        if laboratory and summary["this_year"] > 0:
            shelves[laboratory].append((-summary["this_year"], customer))
    for laboratory, shelf in shelves.items():
        for rank, (_, customer) in enumerate(sorted(shelf), 1):
            found[customer, laboratory]["rank"] = rank


def _set_stages(facts: ir.Table, as_of: date) -> None:
    """Write the stage of every customer with lines, as known on the last day with data."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.churn import stages

    timed = facts.filter(facts.done_on.notnull(), facts.valid_until.notnull())
    cycles = timed.select("customer", cycle_days=timed.valid_until.delta(timed.done_on, unit="day"))
    cycles = cycles.filter(cycles.cycle_days >= 28)
    full = as_of.year if (as_of.month, as_of.day) >= (12, 28) else as_of.year - 1
    wanted = {
        row["customer"]: STAGES[row["stage"]]
        for row in rows(stages(facts, as_of, last_year=full, cycles=cycles))
    }
    current = dict(Customer.objects.filter(pk__gt=0).values_list("pk", "stage").iterator(CHUNK))
    changed = [
        (stage.value, pk) for pk, stage in wanted.items() if current.get(pk) not in (None, stage.value)
    ]
    for start in range(0, len(changed), CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE customers_customer SET stage = %s WHERE id = %s", changed[start : start + CHUNK]
            )


def _count_instruments(found: dict[Place, Summary]) -> None:
    today = clock.today()
    soon = Instrument.objects.filter(deleted_at=None, due__gte=today, due__lte=today + DUE_WITHIN)
    for field, rows in (("instruments", Instrument.objects.filter(deleted_at=None)), ("due_soon", soon)):
        for customer, laboratory, count in rows.values_list("customer_id", "laboratory").annotate(
            Count("pk")
        ):
            for place in {(customer, laboratory), (customer, "")}:
                if place in found:
                    found[place][field] += count


def _count_names(found: dict[Place, Summary]) -> None:
    for customer, count in CustomerName.objects.values_list("customer_id").annotate(Count("pk")):
        if (customer, "") in found:
            found[customer, ""]["names"] = count


def _store(found: dict[Place, Summary], report: Report) -> None:
    """Customer by customer in chunks: a reader sees the old or the new rows of a customer.

    Customers whose rows say the same already are left alone.
    """
    stored = _stored()
    stale = {place[0] for place, summary in found.items() if stored.get(place) != _said(summary)}
    stale |= {customer for customer, _ in stored.keys() - found.keys()}
    rows: dict[int, list[CustomerSummary]] = defaultdict(list)
    for (customer, laboratory), summary in found.items():
        if customer in stale:
            rows[customer].append(CustomerSummary(customer_id=customer, laboratory=laboratory, **summary))
    done = 0
    for lot in _lots(sorted(stale)):
        with transaction.atomic():
            CustomerSummary.objects.filter(customer_id__in=lot).delete()
            CustomerSummary.objects.bulk_create([row for pk in lot for row in rows[pk]], batch_size=500)
            scores.denormalise(lot)
        done += len(lot)
        report("Writing summaries", done, len(stale))


def _stored() -> dict[Place, tuple[Any, ...]]:
    """What is written down, in the order of `_said`."""
    rows = CustomerSummary.objects.order_by().values_list("customer_id", "laboratory", *_SAID)
    return {(customer, laboratory): tuple(said) for customer, laboratory, *said in rows.iterator(CHUNK)}


def _said(summary: Summary) -> tuple[Any, ...]:
    return tuple(summary[name] for name in _SAID)


def _lots(ids: list[int], size: int = 500) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
