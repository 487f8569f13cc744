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
from hengke.engines.access.prepared import Prepared
from hengke.engines.charts import grouped
from hengke.engines.records.reading.timeline import PIECE, Entry
from hengke.kernel.clock import CHINA
from hengke.kernel.filters import Filter
from hengke.modules.customers.models import Customer
from hengke.modules.insight.models import LedgerLine
from hengke.modules.insight.panels.names import alias_keys

LINES = "insight.ledgerline"


def submissions(actor: Actor, customer: Customer, before: datetime | None, limit: int) -> Sequence[Entry]:
    """One entry per order and day: what was handed in, where, and for how much (one query)."""
    rights, names = grants.row_filter(actor, LINES), alias_keys(customer)
    if before:
        found = list(_orders(rights, names).filter(submitted_on__lt=_day_of(before))[:limit])
    else:
        found = _newest_orders(rights, names)[:limit]
    shows_money = _shows_money(actor)
    return [_submission(row, shows_money) for row in found]


def _orders(rights: Filter, names: list[int]) -> QuerySet[Any, Any]:
    lines = LedgerLine.objects.within(rights).filter(alias__in=names)
    orders = lines.values("submitted_on", "order_no").annotate(
        instruments=Count("pk"), amount=Sum("billed"), first=Min("instrument_name"), last=Max("instrument_name"),
        laboratories=Count("laboratory", distinct=True), laboratory=Min("laboratory"),
    )  # fmt: skip
    return orders.order_by("-submitted_on", "-order_no")


_newest_orders = Prepared[dict[str, Any]](lambda rights, names: _orders(rights, names)[: PIECE + 1])


def payments(actor: Actor, customer: Customer, before: datetime | None, limit: int) -> Sequence[Entry]:
    """One entry per day on which something was paid (one query)."""
    if not _shows_money(actor):
        return []
    rights, names = grants.row_filter(actor, LINES), alias_keys(customer)
    if before:
        found = list(_days(rights, names).filter(received_on__lt=_day_of(before))[:limit])
    else:
        found = _newest_days(rights, names)[:limit]
    return [_payment(row) for row in found]


def _days(rights: Filter, names: list[int]) -> QuerySet[Any, Any]:
    lines = LedgerLine.objects.within(rights).filter(alias__in=names)
    paid = lines.filter(received_on__isnull=False, received__gt=0)
    days = paid.values("received_on").annotate(
        amount=Sum("received"), orders=Count("order_no", distinct=True)
    )
    return days.order_by("-received_on")


_newest_days = Prepared[dict[str, Any]](lambda rights, names: _days(rights, names)[: PIECE + 1])


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
    return "money" not in grants.hidden(actor, LINES)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
