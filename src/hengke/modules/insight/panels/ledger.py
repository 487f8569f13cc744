"""Submissions and payments of the ledger, as entries of a customer's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.charts import grouped
from hengke.engines.records.reading.timeline import Entry
from hengke.kernel.clock import CHINA
from hengke.modules.customers.models import Customer
from hengke.modules.insight.models import LedgerLine
from hengke.modules.insight.panels.names import alias_keys


def submissions(actor: Actor, customer: Customer, before: datetime | None, limit: int) -> Sequence[Entry]:
    """One entry per order and day: what was handed in, where, and for how much (one query)."""
    lines = _lines(actor, customer)
    if before:
        lines = lines.filter(submitted_on__lt=_day_of(before))
    orders = lines.values("submitted_on", "order_no").annotate(
        instruments=Count("pk"), amount=Sum("billed"), first=Min("instrument_name"), last=Max("instrument_name"),
        laboratories=Count("laboratory", distinct=True), laboratory=Min("laboratory"),
    )  # fmt: skip
    shows_money = _shows_money(actor)
    return [_submission(row, shows_money) for row in orders.order_by("-submitted_on", "-order_no")[:limit]]


def payments(actor: Actor, customer: Customer, before: datetime | None, limit: int) -> Sequence[Entry]:
    """One entry per day on which something was paid (one query)."""
    if not _shows_money(actor):
        return []
    lines = _lines(actor, customer).filter(received_on__isnull=False, received__gt=0)
    if before:
        lines = lines.filter(received_on__lt=_day_of(before))
    days = lines.values("received_on").annotate(
        amount=Sum("received"), orders=Count("order_no", distinct=True)
    )
    return [_payment(row) for row in days.order_by("-received_on")[:limit]]


def _lines(actor: Actor, customer: Customer) -> QuerySet[LedgerLine]:
    return LedgerLine.objects.visible_to(actor).filter(alias__in=alias_keys(customer))


def _submission(row: Mapping[str, Any], shows_money: bool) -> Entry:
    count = row["instruments"]
    what = ngettext("Submitted {count} instrument", "Submitted {count} instruments", count).format(
        count=count
    )
    named = row["first"] if row["first"] == row["last"] else _("{first}, {last} and others").format(**row)
    where = (
        row["laboratory"]
        if row["laboratories"] == 1
        else _("{count} laboratories").format(count=row["laboratories"])
    )
    money = [_("billed {amount}").format(amount=grouped(row["amount"], 2))] if shows_money else []
    details = " · ".join(filter(None, [row["order_no"], named, where, *money]))
    return Entry(_moment(row["submitted_on"]), "instrument", what, details=[details], all_day=True)


def _payment(row: Mapping[str, Any]) -> Entry:
    words = _("Received {amount}").format(amount=grouped(row["amount"], 2))
    orders = ngettext("for {count} order", "for {count} orders", row["orders"]).format(count=row["orders"])
    return Entry(_moment(row["received_on"]), "payment", words, details=[orders], all_day=True)


def _shows_money(actor: Actor) -> bool:
    return "money" not in grants.hidden(actor, "insight.ledgerline")


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
