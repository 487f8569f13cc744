"""Reasons, results and successes in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import expm1
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengke.engines.charts import grouped, percent
from hengke.modules.insight.enums import WorkKind
from hengke.modules.insight.profit.words import cause_text, yuan
from hengke.modules.insight.services.work.measuring import Saved

AMOUNTS = ("billed", "received", "direct", "winning", "keeping", "serving", "travelling", "profit")


def reason(code: str, values: Mapping[str, Any]) -> str:
    """One reason as a sentence; "" for a code of a former version."""
    tell = _TOLD.get(code)
    return tell(values) if tell else ""


def _silent(values: Mapping[str, Any]) -> str:
    return _("Last submission on {day}, {days} days ago").format(
        day=values["last"], days=grouped(values["days"])
    )


def _less(values: Mapping[str, Any]) -> str:
    return _("{this} this year, {last} in the same days last year").format(
        this=yuan(Decimal(values["this"])), last=yuan(Decimal(values["last"]))
    )


def _growth(values: Mapping[str, Any]) -> str:
    """The rate of growth is a slope of logarithms."""
    return _("shrinking over the years ({rate} a year)").format(rate=percent(expm1(values["rate"])))


def _due(values: Mapping[str, Any]) -> str:
    count = values["count"]
    return ngettext(
        "{count} instrument is due within 90 days: a reason to call",
        "{count} instruments are due within 90 days: a reason to call", count,
    ).format(count=grouped(count))  # fmt: skip


def _arrival(values: Mapping[str, Any]) -> str:
    return _("{rate} of what was billed this year came in").format(rate=percent(values["rate"]))


def _open(values: Mapping[str, Any]) -> str:
    return _("{amount} still open").format(amount=yuan(Decimal(values["amount"])))


def _cost(values: Mapping[str, Any]) -> str:
    return cause_text({**values, **{name: Decimal(values[name]) for name in AMOUNTS}})


def _unpaid(values: Mapping[str, Any]) -> str:
    return _("{orders} orders unpaid for more than half a year, {amount}; {received} of {billed} ever came in").format(
        orders=grouped(values["unpaid_orders"]), amount=yuan(Decimal(values["unpaid_amount"])),
        received=yuan(Decimal(values["received"])), billed=yuan(Decimal(values["billed"])),
    )  # fmt: skip


def _refunding(values: Mapping[str, Any]) -> str:
    return _("{count} lines given back, {amount} of {billed} billed").format(
        count=grouped(values["refunds"]), amount=yuan(Decimal(values["refunded"])),
        billed=yuan(Decimal(values["billed"])),
    )  # fmt: skip


def _splitting(values: Mapping[str, Any]) -> str:
    return _("{orders} orders on {days} days, each within the limit for approval, together {amount}").format(
        orders=grouped(values["split_orders"]), days=grouped(values["split_days"]),
        amount=yuan(Decimal(values["split_amount"])),
    )  # fmt: skip


_TOLD = {
    "silent": _silent, "less": _less, "growth": _growth, "due": _due, "arrival": _arrival, "open": _open,
    "cost": _cost, "unpaid": _unpaid, "refunding": _refunding, "splitting": _splitting,
}  # fmt: skip


def made_by(written: str) -> str:
    """Which model said it: "churn 3" is its third version."""
    number = written.rpartition(" ")[2]
    return _("model version %(number)s") % {"number": number} if number else ""


def stake_name(kind: str) -> str:
    """What the amount of a list means."""
    names = {
        WorkKind.CHURN: _("Loss to expect"), WorkKind.OVERDUE: _("Delay to expect"),
        WorkKind.UNPROFITABLE: _("Loss in twelve months"), WorkKind.LOST: _("Brought last year"),
        WorkKind.MISUSE: _("Amount concerned"),
    }  # fmt: skip
    return names[WorkKind(kind)]


def about(kind: str) -> str:
    """How customers come onto a list."""
    names = {
        WorkKind.CHURN: _("Customers whom the model in force sees leaving within their next cycle."),
        WorkKind.OVERDUE: _("Customers whom the model in force sees paying late."),
        WorkKind.UNPROFITABLE: _("Customers whose costs were above what came in over twelve months."),
        WorkKind.LOST: _(
            "Customers who brought something in the same days of last year and nothing this year."
        ),
        WorkKind.MISUSE: _(
            "Signs in the ledger. They prove nothing: you judge, and nothing happens by itself."
        ),
    }
    return names[WorkKind(kind)]


def success(found: Saved | None) -> list[str]:
    """What was saved, in honest sentences."""
    if found is None:
        return []
    compared = found.uplift
    if not compared.treated:
        return [_("No action is older than 60 days yet: whether customers come back cannot be told sooner.")]
    told = [
        _("{came} of {treated} customers came back after an action, and brought {amount} since.").format(
            came=grouped(found.came), treated=grouped(compared.treated), amount=yuan(found.amount)
        )
    ]
    if compared.difference is not None:
        told.append(_without(found))
        told.append(
            _(
                "This is no experiment: people chose whom to look after, perhaps those who had come back anyway."
            )
        )
    return told


def _without(found: Saved) -> str:
    sentence = _(
        "Without an action {came} of {others} came back. The difference is {difference} ({low} to {high})."
    )
    compared = found.uplift
    return sentence.format(
        came=grouped(found.came_anyway), others=grouped(compared.others), difference=_points(compared.difference),
        low=_points(compared.low), high=_points(compared.high),
    )  # fmt: skip


def _points(share: float | None) -> str:
    return _("{points} points").format(points=f"{(share or 0) * 100:+.1f}".replace("-", "−"))
