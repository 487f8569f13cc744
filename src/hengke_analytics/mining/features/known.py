"""The lines as they were known at a day: no later line, payment, calibration or correction."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from hengke_analytics.measures.facts import known
from hengke_analytics.shapes import ibis

#: Where a source keeps corrections, a line has a row for each version: known from a day, until another.
VERSION = ("known_from", "known_until")


def known_lines(facts: ir.Table, as_of: date) -> ir.Table:
    """Lines submitted and known by the end of `as_of`.

    A payment after that day is not there yet, and neither is a validity that a later calibration gave. A payment
    without a date is known with its line, as in the measures.
    """
    day = ibis.literal(as_of)
    lines = known(facts, as_of)
    if "known_from" in facts.columns:
        lines = lines.filter(lines.known_from <= day)
    if "known_until" in facts.columns:
        lines = lines.filter(lines.known_until.isnull() | (lines.known_until > day))
    return lines.mutate(**_masked(lines, day))


def _masked(lines: ir.Table, day: ir.Value) -> dict[str, ir.Value]:
    masked = {}
    if "received_on" in lines.columns:
        paid = lines.received_on.fill_null(lines.date) <= day
        masked["received"] = paid.ifelse(lines.received, ibis.literal(0).cast("decimal(18, 2)"))
        masked["received_on"] = paid.ifelse(lines.received_on, ibis.null("date"))
    if "valid_until" in lines.columns and "done_on" in lines.columns:
        done = lines.done_on.fill_null(lines.date) <= day
        masked["valid_until"] = done.ifelse(lines.valid_until, ibis.null("date"))
    return masked
