"""Causes and leaks in words a director says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hengke.engines.charts import grouped

SUGGESTED = {
    "undersold": "raise", "unpaid": "prepay", "serving": "cheaper", "travelling": "cheaper", "winning": "watch",
    "keeping": "cheaper",
}  # fmt: skip
"""What to do first about each cause; a person decides."""


def cause_name(cause: str) -> str:
    """A cause in one word."""
    names = {
        "undersold": _("Sold below cost"), "unpaid": _("Not paid"), "serving": _("Many small orders"),
        "travelling": _("Visits"), "winning": _("Cost of winning"), "keeping": _("Little business"),
    }  # fmt: skip
    return names.get(cause, "")


def cause_text(row: Mapping[str, Any]) -> str:
    """Why this customer costs more than it brings, with the figures that say so."""
    sentences = {
        "undersold": _("The work cost {direct}, but only {billed} was billed."),
        "unpaid": _("{open} of {billed} has not come in."),
        "serving": _("{orders} orders and {calls} calls cost {serving}; an order brings {each} on average."),
        "travelling": _("{visits} visits cost {travelling}."),
        "winning": _("Winning this new customer cost {winning}."),
        "keeping": _("Business of {billed} does not bear the {keeping} that a customer costs in a year."),
    }
    sentence = sentences.get(row["cause"] or "")
    if not sentence:
        return ""
    amounts = {
        name: yuan(row[name]) for name in ("direct", "billed", "serving", "travelling", "winning", "keeping")
    }
    each = row["billed"] / row["orders"] if row["orders"] else Decimal(0)
    counts = {name: grouped(row[name]) for name in ("orders", "calls", "visits")}
    return sentence.format(**amounts, **counts, open=yuan(row["billed"] - row["received"]), each=yuan(each))


def yuan(amount: Decimal) -> str:
    """An amount with its unit, without cents."""
    return _("{amount} yuan").format(amount=grouped(amount))
