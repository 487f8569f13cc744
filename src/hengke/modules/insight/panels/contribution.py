"""Contribution by year and laboratory, and what was paid; from summary rows, which all panels of a page read once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.dashboard.words import Words

YEARS = 5
ZERO = Decimal(0)


def contribution(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """Years as bars and laboratory x year as a table; None without lines or without the right to amounts."""
    if "money" in grants.hidden(actor, "customers.customer"):
        return None
    rows = _summaries(actor, customer)
    by_laboratory = {row.laboratory: _amounts(row) for row in rows if row.laboratory}
    years = sorted({year for amounts in by_laboratory.values() for year in amounts})[-YEARS:]
    if not years:
        return None
    totals = [sum((amounts.get(year, ZERO) for amounts in by_laboratory.values()), ZERO) for year in years]
    words = Words("billed").fitting(max(totals))
    return {
        "unit": words.unit,
        "years": years,
        "chart": charts.year_pairs(
            years, [None, *totals[:-1]], totals, title=_("Contribution by year"), names=(_("year before"), _("year")),
            head=_("Year"), fmt=words.short, change=_("Year-on-year"),
        ),
        "rows": sorted(
            (_row(name, amounts, years, words) for name, amounts in by_laboratory.items()),
            key=lambda row: row["total"], reverse=True,
        ),
        "totals": [words.short(amount) for amount in totals],
    }  # fmt: skip


def headline(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """The present year beside the last, the trend, and the place among all customers where the role may know it."""
    hidden = grants.hidden(actor, "customers.customer")
    laboratory = _only_laboratory(actor) or ""
    row = next((row for row in _summaries(actor, customer) if row.laboratory == laboratory), None)
    if "money" in hidden or row is None or not row.lines:
        return None
    amounts = [amount for _year, amount in sorted(_amounts(row).items())][-YEARS:]
    words = Words("billed").fitting(max(row.this_year, row.last_year))
    change = row.this_year / row.last_year - 1 if row.last_year else None
    return {
        "this": words.short(row.this_year),
        "unit": words.unit,
        "change": change,
        "spark": charts.sparkline(
            amounts, _("Contribution by year"), kind="bad" if change and change < 0 else ""
        ),
        "arrival": row.arrival,
        "tier": "" if "tier" in hidden else row.tier,
        "rank": None if "tier" in hidden else row.rank,
        "since": row.first_on,
        "last": row.last_on,
    }


def payments(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """Billed, received and open over everything; None when no source says what was received."""
    if "money" in grants.hidden(actor, "customers.customer"):
        return None
    rows = _summaries(actor, customer)
    billed = sum((row.billed for row in rows if row.laboratory), ZERO)
    received = sum((row.received for row in rows if row.laboratory), ZERO)
    if not billed or not received:
        return None
    parts = [
        charts.Part(_("Received"), min(received, billed), "p1"),
        charts.Part(pgettext("amount", "Open"), max(billed - received, ZERO), "p2"),
    ]
    return {
        "chart": charts.stacked(
            parts, title=_("Payments"), columns=("", _("Amount"), _("Share")), fmt=_cents
        ),
        "billed": billed,
        "rate": received / billed,
    }


def _cents(value: Any) -> str:
    return charts.grouped(value, 2)


def _summaries(actor: Actor, customer: Customer) -> list[CustomerSummary]:
    """The rows that the actor may see; read once for all panels of a page, which share the customer."""
    kept: dict[Actor, list[CustomerSummary]] = vars(customer).setdefault("_summaries_seen", {})
    if actor not in kept:
        laboratory = _only_laboratory(actor)
        kept[actor] = [row for row in _rows(customer.pk) if laboratory in (None, row.laboratory)]
    return kept[actor]


_rows = Prepared[CustomerSummary](lambda customer: CustomerSummary.objects.filter(customer=customer))


def _only_laboratory(actor: Actor) -> str | None:
    """The one laboratory whose figures the actor may see, None for all."""
    return grants.only_laboratory(actor, "customers.customer") or None


def _amounts(row: CustomerSummary) -> dict[str, Decimal]:
    return {year: Decimal(amount) for year, amount in row.by_year.items()}


def _row(name: str, amounts: dict[str, Decimal], years: list[str], words: Words) -> dict[str, Any]:
    cells = [words.short(amounts[year]) if year in amounts else "–" for year in years]
    return {"name": name, "cells": cells, "total": sum(amounts.values(), ZERO)}
