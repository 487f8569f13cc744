"""The list page, its columns, its filter forms, and hand-over of several objects."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access.models import User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading import cells, listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Page, Query
from hengke.engines.records.reading.preferences import (
    DENSITIES,
    choose_columns,
    choose_widths,
    chosen_columns,
    chosen_widths,
    written_columns,
)
from hengke.engines.records.reading.words import OPERATORS
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Reference
from hengke.engines.records.shapes import groups
from hengke.engines.records.views import many
from hengke.engines.records.views.common import address, is_fragment, may, opened
from hengke.engines.records.views.conditions import offered
from hengke.engines.records.views.frame import SHAPES, frame, hidden, urls
from hengke.engines.records.writing import services
from hengke.engines.records.writing.many import owners
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.kernel.texts import read_json

USUAL_WIDTH = 140


@require_GET
def list_page(request: StaffRequest, slug: str) -> HttpResponse:
    """The list; htmx gets the part below the heading."""
    catalogue = opened(request, slug)
    query = Query.read(catalogue, request.GET)
    if query.group:
        return _grouped(request, query)
    columns = chosen_columns(catalogue, request.user, query.view, query.cols)
    found = listing.page(
        query,
        cells.paths_of(catalogue, columns),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        totals=[column.name for column in columns],
    )
    template = "records/list_part.html" if is_fragment(request) else "records/list.html"
    context = _context(query, columns, found) | _sizes(request, query, columns)
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    return response


def _sizes(request: StaffRequest, query: Query, columns: list[Field]) -> dict[str, Any]:
    """The widths of the columns, where the person or the view has set any; a column that is new has a usual one."""
    chosen = chosen_widths(query.catalogue, request.user, query.view, query.cols)
    widths = [chosen.get(column.name, USUAL_WIDTH) for column in columns] if chosen else []
    exact = query.address(cols=written_columns(columns, chosen), density=query.density or _density(request))
    return {
        "widths": widths,
        "widths_url": address(query.catalogue.record, "widths"),
        "exact_url": address(query.catalogue.record, "list") + exact,
    }


def _density(request: StaffRequest) -> str:
    """The person's own, as the page's cookie has it."""
    chosen = request.COOKIES.get("hk_density", "")
    return chosen if chosen in DENSITIES else DENSITIES[0]


@require_POST
def widths(request: StaffRequest, slug: str) -> JsonResponse:
    """Remember how wide the columns are."""
    catalogue = opened(request, slug)
    choose_widths(catalogue, request.user, read_json(request.POST.get("widths", "")[:10_000]))
    return JsonResponse({})


def _grouped(request: StaffRequest, query: Query) -> HttpResponse:
    """The list folded by a field."""
    context = frame(query, "list") | {"groups": groups.read(query, address(query.catalogue.record, "list"))}
    template = "records/list_part.html" if is_fragment(request) else "records/list.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    return response


def _context(query: Query, columns: list[Field], found: Page) -> dict[str, Any]:
    catalogue, record = query.catalogue, query.catalogue.record
    can_assign = may(catalogue, "assign") and "owner" in catalogue.fields
    pick = any(may(catalogue, action) for action in ("change", "assign", "delete"))
    trail = query.address().replace("&", "&amp;")
    row = cells.compile_row(
        catalogue,
        columns,
        url=address(record, "page", 0),
        trail="" if trail == "?" else trail,
        pick=pick,
        edit=may(catalogue, "change"),
    )
    context = frame(query, "list")
    context["can"]["assign"] = can_assign
    return context | {
        "heads": [_head(query, column) for column in columns],
        "rows": mark_safe("".join([row(values) for values in found.rows])),  # noqa: S308 (cells escape)
        "empty": not found.rows,
        "totals": [found.totals.get(column.name) for column in columns] if found.totals else [],
        "page": _pager(query, found),
        "owners": owners(catalogue).order_by("name").values_list("pk", "name") if can_assign else (),
        "pick": pick,
        "cells": address(record, "cell", 0, "-") if may(catalogue, "change") else "",
    }


def _head(query: Query, column: Field) -> dict[str, Any]:
    name = query.sort.removeprefix("-")
    now = ("descending" if query.sort.startswith("-") else "ascending") if name == column.name else ""
    # Numbers and days are first wanted from the top, words from A.
    first = (
        f"-{column.name}"
        if column.kind.operators and column.kind.control in ("number", "date", "moment", "none")
        else column.name
    )
    other = column.name if query.sort.startswith("-") else f"-{column.name}"
    return {
        "name": column.name,
        "label": column.label,
        "unit": getattr(column.kind, "unit", ""),
        "numeric": column.kind.numeric,
        "sort": now,
        "url": query.address(sort=other if now else first) if column.sort else "",
    }


def _pager(query: Query, found: Page) -> dict[str, str]:
    words = ngettext("%(n)s entry", "%(n)s entries", found.count) % {
        "n": f"{found.count:,}{'+' if found.more_than else ''}"
    }
    return {
        "text": words,
        "previous_url": query.address(before=found.previous) if found.previous else "",
        "next_url": query.address(after=found.next) if found.next else "",
    }


@require_GET
def filter_form(request: StaffRequest, slug: str, name: str) -> HttpResponse:
    """The form that adds a condition on one field to the list's state."""
    catalogue = opened(request, slug)
    query = Query.read(catalogue, request.GET)
    field = catalogue.field(name, "filter")
    context = {
        "record": catalogue.record,
        "title": field.label,
        "field": field,
        "hidden": hidden(query),
        "operators": [(op, OPERATORS[op]) for op in field.kind.operators if op not in ("in", "empty")],
        "options": _options(field),
        "urls": {"list": _of_shape(request, catalogue)},
    }
    return render(
        request, "records/filter_part.html" if is_fragment(request) else "records/filter.html", context
    )


def _options(field: Field) -> list[tuple[str, Any]]:
    if isinstance(field.kind, Reference):
        return offered(field.kind)
    return list(getattr(field.kind, "choices", ()))


@require_GET
def filters(request: StaffRequest, slug: str) -> HttpResponse:
    """The fields that a condition can be put on."""
    catalogue = opened(request, slug)
    query = Query.read(catalogue, request.GET)
    state = query.address()
    shape = f"{'&' if len(state) > 1 else ''}shape={_shape(request)}"
    context = {"fields": catalogue.with_ability("filter"), "state": state + shape, "urls": urls(catalogue)}
    return _choice(request, "records/filters_part.html", context | {"title": _("Filter")})


def _shape(request: StaffRequest) -> str:
    """The shape of the list that a condition is put on."""
    shape = request.GET.get("shape", "")
    return shape if shape in SHAPES else "list"


def _of_shape(request: StaffRequest, catalogue: Catalogue) -> str:
    return address(catalogue.record, _shape(request))


@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, slug: str) -> HttpResponse:
    """The columns to choose from; remembers the choice and goes back to the list."""
    catalogue = opened(request, slug)
    if request.method == "POST":
        usual = "usual" in request.POST
        choose_columns(catalogue, request.user, [] if usual else request.POST.getlist("column"))
        if usual:
            choose_widths(catalogue, request.user, {})
        return HttpResponseRedirect(_back(request, catalogue, without="cols"))
    query = Query.read(catalogue, request.GET)
    chosen = chosen_columns(catalogue, request.user, stated=query.cols)
    shown = [
        field for field in catalogue.fields.values() if field.kind.control != "area" and field.title != 1
    ]
    context = {
        "columns": [(field, field in chosen) for field in shown],
        "hidden": hidden(query),
        "urls": urls(catalogue),
    }
    return _choice(request, "records/columns_part.html", context | {"title": _("Columns")})


def _choice(request: StaffRequest, part: str, context: dict[str, Any]) -> HttpResponse:
    """A fragment for a menu, or the same as a page for a browser without scripts."""
    return render(request, part if is_fragment(request) else "records/choose.html", context | {"part": part})


@require_POST
def assign(request: StaffRequest, slug: str) -> HttpResponse:
    """Hand the chosen objects to another account manager."""
    catalogue = opened(request, slug, "assign")
    catalogue.field("owner")
    if request.POST.get("all"):
        return many.hand_over(request, catalogue, request.POST.get("owner", ""))
    ids = [int(text) for text in request.POST.getlist("ids") if is_whole(text)]
    if not ids or len(ids) > listing.COUNT_LIMIT:
        raise InputError("nothing_chosen", "Choose between 1 and {n} entries first.", n=listing.COUNT_LIMIT)
    owner = _owner(catalogue, request.POST.get("owner", ""))
    event = services.assign(catalogue.record, actor=request.actor, ids=ids, owner=owner)
    words = ngettext("%(n)d entry handed to %(name)s.", "%(n)d entries handed to %(name)s.", len(ids))
    messages.success(
        request, words % {"n": len(ids), "name": owner.name}, extra_tags=f"undo=/undo/{event.pk}"
    )
    return HttpResponseRedirect(_back(request, catalogue))


def _owner(catalogue: Catalogue, text: str) -> User:
    owner = owners(catalogue).filter(pk=int(text)).first() if is_whole(text) else None
    if owner is None:
        raise InputError("owner_unknown", "Choose the person who takes over.")
    return owner


def _back(request: StaffRequest, catalogue: Catalogue, without: str = "") -> str:
    """The list in the state it was in; only its own parameters are taken, never a foreign address."""
    state = [(key, value) for key, value in request.POST.items() if key in listing.STATE - {without}]
    return (
        f"{address(catalogue.record, 'list')}?{urlencode(state)}"
        if state
        else address(catalogue.record, "list")
    )
