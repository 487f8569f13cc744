"""Offers to customers, those of the highest expected value first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.customers.models import Customer
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Offer
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.patterns.tabs import tabs
from hengke.modules.insight.services.foresight import runs

SUBJECT = "insight.dashboard"
PAGE = 50


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The list, of one item when the address names it."""
    grants.require(request.actor, "view", SUBJECT)
    run = runs.newest(Room.PATTERNS)
    found = visible(request.actor)
    if run is None or not found.exists():
        nothing = NotFound("not_foreseen", "Nothing has been worked out yet.")
        none = NotFound("no_offers", "There is no offer for customers of whom you see every line.")
        return foresight.empty(request, _("Patterns"), nothing if run is None else none)
    item, number = request.GET.get("item", "")[:200].replace("\x00", ""), request.GET.get("page", "1")
    at = int(number) if is_whole(number) and 0 < int(number[:9]) <= 20_000 else 1
    ordered = _of(found, item)
    rows = list(ordered[(at - 1) * PAGE : at * PAGE + 1])
    context = {
        "title": _("Patterns"), "tabs": tabs("offers"), "now": foresight.state(request, run), "item": item,
        "rows": [_row(row) for row in rows[:PAGE]], "count": ordered.count(),
        "previous": _address(item, at - 1) if at > 1 else "",
        "next": _address(item, at + 1) if len(rows) > PAGE else "",
        "export": grants.may(request.actor, "export", facts.LINES),
    }  # fmt: skip
    return render(request, "insight/patterns/offers.html", context)


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """All offers as xlsx: the list of a campaign."""
    grants.require(request.actor, "view", SUBJECT)
    grants.require(request.actor, "export", facts.LINES)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    item = request.GET.get("item", "")[:200].replace("\x00", "")
    rows = [
        [row.customer.number, row.customer.name, row.customer.city, row.item, "、".join(row.because), row.probability,
         row.worth]
        for row in _of(visible(request.actor, "export"), item).iterator(2_000)
    ]  # fmt: skip
    mark = exporting.allow(
        "exported",
        actor=request.actor,
        rows=len(rows),
        reason=exporting.reason_of(request),
        payload={"what": "offers"},
    )
    head = [
        _("Number"), _("Customer"), _("City"), _("Offer"), _("Because of"), _("Probability"),
        _("Expected value a year"),
    ]  # fmt: skip
    response = HttpResponse(
        workbook.write([Sheet(_("Offers"), head, rows)], mark), content_type=workbook.CONTENT_TYPE
    )
    response["Content-Disposition"] = f'attachment; filename="hengke-offers-{date.today():%Y%m%d}.xlsx"'
    return response


def visible(actor: Actor, action: str = "view") -> QuerySet[Offer]:
    """Offers to customers with whom the actor may do `action`; none for who does not see all lines of a customer."""
    hidden = grants.hidden(actor, "customers.customer") | grants.hidden(actor, facts.LINES)
    if hidden & {"money", "institution"}:
        return Offer.objects.none()
    return Offer.objects.filter(kind="cross", customer__in=Customer.objects.visible_to(actor, action))


def _of(found: QuerySet[Offer], item: str) -> QuerySet[Offer]:
    kept = found.filter(item=item) if item else found
    return kept.select_related("customer").order_by("-worth", "pk")


def _row(row: Offer) -> dict[str, Any]:
    return {
        "offer": row, "customer": row.customer, "because": "、".join(row.because),
        "bar": charts.scale_bar(row.probability, charts.percent(row.probability)),
    }  # fmt: skip


def _address(item: str, number: int) -> str:
    from urllib.parse import urlencode

    return f"/patterns/offers?{urlencode({'item': item, 'page': number} if item else {'page': number})}"
