"""Golden customers, and how often customers come: regular, occasional, one-off."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.engines.charts import Part
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.kernel.period import ONE_DAY, Period
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.boards import customers as people_of
from hengke.modules.insight.dashboard.workbook import Sheet

if TYPE_CHECKING:
    from ibis.expr import types as ir

SUBJECT = "insight.dashboard"
CLASSES = ("regular", "occasional", "one_off")
SHOWN = 200


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Who is golden, and the shift between the classes of frequency against a year before."""
    chosen = request.GET.get("class", "")
    if chosen and chosen not in CLASSES:
        raise InputError("class_unknown", "Unknown class: {name}.", name=chosen[:40])
    try:
        table, last = _table(request.actor)
    except NotFound as error:
        may_import = grants.may(request.actor, "change", "insight.import")
        nothing = {"title": _("Golden customers"), "words": _(error.template),
                   "import_url": "/imports/new" if may_import else ""}  # fmt: skip
        return render(request, "insight/dashboard/empty.html", nothing)
    gold, listed = _golden(table, last), _frequency(table, last)
    context = {
        "title": _("Golden customers"), "golden": gold[:SHOWN], "count": len(gold), "as_of": last,
        "classes": listed["rows"], "shift": listed["shift"], "chart": listed["chart"], "chosen": chosen,
        "chosen_name": class_name(chosen), "members": _members(table, last, chosen) if chosen else [],
        "may_export": grants.may(request.actor, "export", facts.LINES),
        "money": "money" not in grants.hidden(request.actor, facts.LINES), "shown": SHOWN,
    }  # fmt: skip
    return render(request, "insight/profit/golden.html", context)


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """The golden customers as xlsx."""
    grants.require(request.actor, "export", facts.LINES)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    table, last = _table(request.actor, "export")
    keys = ("rank", "number", "name", "city", "contribution", "years", "regularity", "variation")
    head = [
        _("Rank"),
        _("Number"),
        _("Customer"),
        _("City"),
        _("Billed"),
        _("Years"),
        _("Regularity"),
        _("Unevenness"),
    ]
    sheet = Sheet(_("Golden customers"), head, [[row[key] for key in keys] for row in _golden(table, last)])
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(sheet.rows), reason=exporting.reason_of(request),
        payload={"what": "golden"},
    )  # fmt: skip
    response = HttpResponse(workbook.write([sheet], mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-golden-{date.today():%Y%m%d}.xlsx"'
    return response


def class_name(name: str) -> str:
    """A class of frequency in words."""
    names = {
        "regular": _("Come regularly"), "occasional": _("Come now and then"), "one_off": _("Came once"),
        "none": _("Not yet a customer"),
    }  # fmt: skip
    return names.get(name, "")


def _table(actor: Actor, action: str = "view") -> tuple[ir.Table, date]:
    grants.require(actor, "view", SUBJECT)
    if "money" in grants.hidden(actor, facts.LINES):
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    last = facts.span(facts.visible(actor, "facts_month")).last
    return facts.visible(actor, "facts_day", action), last


def _golden(table: ir.Table, last: date) -> list[dict[str, Any]]:
    from hengke_analytics.engine import rows
    from hengke_analytics.measures import golden
    from hengke_analytics.measures.flow import last_full_year

    year = Period(Period(last, last + ONE_DAY).last_year().end, last + ONE_DAY)
    return _named(rows(golden(table, year, last, last_year=last_full_year(last))))


def _frequency(table: ir.Table, last: date) -> dict[str, Any]:
    from hengke_analytics.engine import rows
    from hengke_analytics.measures import frequency

    found = frequency(table, last)
    cells = rows(
        found.group_by("frequency", before=found.before.fill_null("none")).aggregate(count=found.count())
    )
    counts = {name: sum(c["count"] for c in cells if c["frequency"] == name) for name in CLASSES}
    before = {name: sum(c["count"] for c in cells if c["before"] == name) for name in CLASSES}
    shift = [
        {"name": class_name(was), "cells": [_cell(cells, was, now) for now in CLASSES]}
        for was in (*CLASSES, "none")
    ]
    parts = [Part(class_name(name), counts[name], f"p{place}") for place, name in enumerate(CLASSES, 1)]
    chart = charts.stacked(
        parts, title=_("Frequency of submission"),
        columns=(_("Class"), pgettext("unit", "customers"), _("Share")),
    )  # fmt: skip
    listed = [{"key": name, "name": class_name(name), "count": counts[name], "before": before[name],
               "change": counts[name] - before[name]} for name in CLASSES]  # fmt: skip
    return {"rows": listed, "shift": shift, "chart": chart}


def _cell(cells: list[dict[str, Any]], was: str, now: str) -> int:
    return sum(cell["count"] for cell in cells if cell["before"] == was and cell["frequency"] == now)


def _members(table: ir.Table, last: date, chosen: str) -> list[dict[str, Any]]:
    from hengke_analytics.engine import rows
    from hengke_analytics.measures import frequency
    from hengke_analytics.shapes import ibis

    found = frequency(table, last)
    kept = found.filter(found.frequency == ibis.literal(chosen))
    return _named(rows(kept.order_by(ibis.desc("submissions"), "customer").limit(SHOWN)))


def _named(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = people_of(row["customer"] for row in listed)
    for row in listed:
        row.update(people.get(row["customer"], {"name": "?", "number": "", "city": "", "province": ""}))
    return listed
