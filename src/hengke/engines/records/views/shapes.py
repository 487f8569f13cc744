"""Board, calendar, timeline and map of the same query that the list shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading.listing import PAGING, Query
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.shapes import axis, board, boundaries, calendar, tilemap
from hengke.engines.records.views.common import address, is_fragment, opened
from hengke.engines.records.views.frame import frame
from hengke.kernel import clock

OWN = PAGING | {"by", "to", "span", "at", "province", "layer"}


@require_GET
def board_page(request: StaffRequest, slug: str) -> HttpResponse:
    """Columns of cards by a choice."""
    catalogue = opened(request, slug)
    query = Query.read(catalogue, request.GET, ignore=OWN)
    by = board.field_of(catalogue, request.GET.get("by", ""))
    return _shown(request, query, "board", {
        "by": by,
        "fields": board.fields(catalogue),
        "columns": board.columns(query, by),
        "move_url": address(catalogue.record, "cell", 0, by.name) if by.write else "",
        "page_url": address(catalogue.record, "page", 0),
    })  # fmt: skip


@require_GET
def calendar_page(request: StaffRequest, slug: str) -> HttpResponse:
    """Days with what is on them."""
    catalogue = opened(request, slug)
    query = Query.read(catalogue, request.GET, ignore=OWN)
    by = calendar.field_of(catalogue, request.GET.get("by", ""))
    span = request.GET.get("span", "") or "month"
    found = calendar.read(query, by, span, request.GET.get("at", ""))
    links = _links(query, by, found)
    return _shown(request, query, "calendar", {
        "by": by,
        "fields": calendar.fields(catalogue),
        "span": found,
        "links": links,
        "spans": [
            {"label": words, "url": f"{links['span']}&span={key}&at={_middle(found)}", "current": key == found.name}
            for key, words in _spans()
        ],
        "weekdays": [date_format(found.first + timedelta(days=n), "D") for n in range(7)],
        "heading": _heading(found),
        "move_url": address(catalogue.record, "cell", 0, by.name) if by.write else "",
    })  # fmt: skip


def _spans() -> list[tuple[str, str]]:
    return [
        ("month", pgettext("span", "Month")),
        ("week", pgettext("span", "Week")),
        ("day", pgettext("span", "Day")),
        ("list", _("List")),
    ]


def _links(query: Query, by: Field, span: calendar.Span) -> dict[str, str]:
    """Addresses of the neighbours: the same list and field, another day."""
    state = query.address()
    base = f"{address(query.catalogue.record, 'calendar')}{state}{'&' if len(state) > 1 else ''}by={by.name}"
    same = f"{base}&span={span.name}"
    return {
        "span": base, "today": same, "before": f"{same}&at={span.before}", "after": f"{same}&at={span.after}",
        "day": f"{base}&span=day",
    }  # fmt: skip


def _middle(span: calendar.Span) -> date:
    """A day that stands for the span when another length is chosen: today when it is inside."""
    today = clock.today()
    return today if span.first <= today <= span.last else span.first + (span.last - span.first) // 2


def _heading(span: calendar.Span) -> str:
    if span.name == "month":
        return date_format(span.first + timedelta(days=10), "YEAR_MONTH_FORMAT")
    if span.name == "day":
        return date_format(span.first, "DATE_FORMAT")
    return f"{date_format(span.first, 'DATE_FORMAT')} – {date_format(span.last, 'DATE_FORMAT')}"


@require_GET
def axis_page(request: StaffRequest, slug: str) -> HttpResponse:
    """Bars on an axis of days."""
    catalogue = opened(request, slug)
    query = Query.read(catalogue, request.GET, ignore=OWN)
    by = calendar.field_of(catalogue, request.GET.get("by", ""))
    until = axis.end_of(catalogue, by, request.GET.get("to"))
    found = axis.read(query, by, until, request.GET.get("span", "") or "quarter", request.GET.get("at", ""))
    state = query.address()
    base = f"{address(catalogue.record, 'axis')}{state}{'&' if len(state) > 1 else ''}"
    base += f"by={by.name}&to={until.name if until else '-'}"
    same = f"{base}&span={found.span}"
    return _shown(request, query, "axis", {
        "by": by,
        "until": until,
        "fields": calendar.fields(catalogue),
        "ends": axis.ends(catalogue, by),
        "axis": found,
        "links": {"today": same, "before": f"{same}&at={found.before}", "after": f"{same}&at={found.after}"},
        "spans": [
            {"label": words, "url": f"{base}&span={key}&at={_stays(found)}", "current": key == found.span}
            for key, words in (("month", pgettext("span", "Month")), ("quarter", pgettext("span", "Quarter")),
                               ("year", pgettext("span", "Year")))
        ],
        "heading": f"{date_format(found.first, 'DATE_FORMAT')} – {date_format(found.last, 'DATE_FORMAT')}",
        "page_url": address(catalogue.record, "page", 0),
    })  # fmt: skip


def _stays(found: axis.Axis) -> date:
    """A day for another zoom: today when it is on the axis, else its first."""
    today = clock.today()
    return today if found.first <= today <= found.last else found.first


@require_GET
def map_page(request: StaffRequest, slug: str) -> HttpResponse:
    """How many of the objects are where."""
    catalogue = opened(request, slug)
    query = Query.read(catalogue, request.GET, ignore=OWN)
    province, layer = request.GET.get("province", "")[:60], request.GET.get("layer", "")
    map_url = address(catalogue.record, "map")
    found = tilemap.read(query, province, address(catalogue.record, "list"), map_url, layer)
    own = {"map": found, "layers": tilemap.layers(query, province, map_url, layer)}
    if grants.may(request.actor, "change", boundaries.SUBJECT):
        own["boundaries_url"] = reverse("boundaries")
    return _shown(request, query, "map", own)


def _shown(request: StaffRequest, query: Query, shape: str, own: dict[str, Any]) -> HttpResponse:
    if is_fragment(request):  # a view's tab in a list leads here: a page of its own, not a part of the list
        return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
    context = frame(query, shape) | own
    return render(request, f"records/{shape}.html", context)
