"""Scores written down to customers, in statements for many at a time; and to the rows that lists join."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from hengke.engines.records.writing import bulk
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import ScoreKind
from hengke.modules.insight.models import CustomerScore, ModelVersion, ProfilingRefusal
from hengke.modules.insight.services.reading import Report

CHUNK = 2_000
TREND = 24
"""Former values that are kept, one a month."""
COLUMNS = tuple(kind.value for kind in ScoreKind)
"""Columns of the summary, each called like its kind."""


@dataclass(frozen=True)
class Line:
    """What is said of one customer."""

    customer: int
    value: float
    band: str
    reasons: Sequence[dict[str, Any]]
    loss: Decimal | None = None


def write(
    kind: str,
    lines: Sequence[Line],
    version: ModelVersion,
    as_of: date,
    report: Report,
    past: Mapping[int, list[list[Any]]] | None = None,
) -> int:
    """Make the scores of a kind those of `lines`; customers that are gone or refuse have none. Returns how many.

    `past` are former values of customers that have no score yet.
    """
    may = may_be_scored()
    wanted = {line.customer: line for line in lines if line.customer in may}
    rows = CustomerScore.objects.filter(kind=kind).order_by()
    stored = {row[0]: row[1:] for row in rows.values_list("customer_id", "pk", "value", "as_of", "trend")}
    changed: list[tuple[Any, ...]] = []
    made: list[tuple[Any, ...]] = []
    for customer, line in wanted.items():
        said = (
            line.value, str(line.band), json.dumps(line.reasons, ensure_ascii=False),
            None if line.loss is None else str(line.loss), version.pk, as_of.isoformat(),
        )  # fmt: skip
        if customer in stored:
            pk, value, since, trend = stored[customer]
            changed.append((*said, json.dumps(_longer(trend, value, since, as_of)), pk))
        else:
            made.append((customer, kind, *said, json.dumps((past or {}).get(customer, []))))
    _update(changed, report)
    _insert(made, report)
    _remove([stored[customer][0] for customer in stored.keys() - wanted.keys()])
    return len(wanted)


def may_be_scored() -> frozenset[int]:
    """Live customers that did not refuse."""
    refused = ProfilingRefusal.objects.values_list("customer_id", flat=True)
    live = Customer.objects.filter(deleted_at=None).order_by().values_list("pk", flat=True)
    return frozenset(live) - frozenset(refused)


def denormalise(customers: Collection[int] | None = None) -> None:
    """Carry scores, and what people set in their place, to the summary rows of the whole institution.

    Rows that say the same already are left alone.
    """
    if customers is not None and not customers:
        return
    among = "" if customers is None else f"AND customer_id IN ({', '.join(map(str, sorted(customers)))})"
    for column in COLUMNS:
        now = _NOW.format(kind=column)
        statement = (
            f"UPDATE customers_customersummary SET {column} = {now} WHERE laboratory = '' {among} "  # noqa: S608
            f"AND coalesce({column}, -1) <> coalesce({now}, -1)"
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


_NOW = """coalesce(
(SELECT o.value FROM insight_scoreoverride o WHERE o.customer_id = customers_customersummary.customer_id
    AND o.kind = '{kind}' ORDER BY o.id DESC LIMIT 1),
(SELECT s.value FROM insight_customerscore s WHERE s.customer_id = customers_customersummary.customer_id
    AND s.kind = '{kind}'))"""


def _longer(trend: list[list[Any]], value: float, since: date, as_of: date) -> list[list[Any]]:
    """The former value joins the trend when a new day comes; of a month the last one counts."""
    if since >= as_of:
        return trend
    kept = trend[:-1] if trend and trend[-1][0][:7] == since.isoformat()[:7] else trend
    return [*kept, [since.isoformat(), value]][-TREND:]


def _update(rows: list[tuple[Any, ...]], report: Report) -> None:
    statement = (
        "UPDATE insight_customerscore SET value = %s, band = %s, reasons = %s, expected_loss = %s, version_id = %s, "
        "as_of = %s, trend = %s WHERE id = %s"
    )
    for done, chunk in _chunks(rows):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, chunk)
        report("Writing scores", done, len(rows))


def _insert(rows: list[tuple[Any, ...]], report: Report) -> None:
    names = (
        "customer_id", "kind", "value", "band", "reasons", "expected_loss", "version_id", "as_of", "trend",
    )  # fmt: skip
    for done, chunk in _chunks(rows):
        with transaction.atomic():
            bulk.insert_values(CustomerScore, names, chunk)
        report("Writing scores", done, len(rows))


def _remove(keys: list[int]) -> None:
    for _done, chunk in _chunks(keys):
        CustomerScore.objects.filter(pk__in=chunk).delete()


def _chunks(rows: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    for start in range(0, len(rows), CHUNK):
        yield min(start + CHUNK, len(rows)), rows[start : start + CHUNK]
