"""The page of flow, the customers behind each passage, and their file."""

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
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.engines.charts import Chart, Ribbon, Svg
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.boards import Figure
from hengke.modules.insight.dashboard.boards import customers as people_of
from hengke.modules.insight.dashboard.lists import EXPORT_ROWS, PAGE, Slice
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.flow.asked import Asked
from hengke.modules.insight.flow.words import direction, stage_name

if TYPE_CHECKING:
    from ibis.expr import types as ir

    from hengke_analytics.measures import Passage

MOST_PAGES = 20_000


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Who was in which stage at one day and is in which at another."""
    from hengke_analytics.measures import flow

    try:
        asked = Asked.of(request.actor, request.GET.dict())
    except NotFound as error:
        may_import = grants.may(request.actor, "change", "insight.import")
        nothing = {"title": _("Flow of customers"), "words": _(error.template),
                   "import_url": "/imports/new" if may_import else ""}  # fmt: skip
        return render(request, "insight/dashboard/empty.html", nothing)
    passages = flow(asked.moves)
    context = {
        "title": _("Flow of customers"), "asked": asked, "days": asked.days(), "kpis": _headline(asked, passages),
        "chart": _chart(asked, passages), "matrix": _matrix(asked, passages), "targets": _names(False),
        "stages": _stages(passages),
    }  # fmt: skip
    return render(request, "insight/flow/page.html", context)


@require_GET
def customers(request: StaffRequest) -> HttpResponse:
    """The customers of a passage, with what they brought in the year before each day."""
    from hengke_analytics.engine import keeping, rows
    from hengke_analytics.shapes import ibis

    asked = Asked.of(request.actor, request.GET.dict())
    origin, target = _ends(request)
    asked_page = request.GET.get("page", "1")
    number = int(asked_page) if is_whole(asked_page) and 0 < int(asked_page) <= MOST_PAGES else 1
    with keeping() as keep:
        found = keep(_passage(asked.moves, origin, target))
        whole = rows(found.aggregate(count=found.count()))[0]
        ordered = found.order_by(ibis.desc("before"), ibis.desc("after"), "customer")
        shown = rows(ordered.limit(PAGE, offset=(number - 1) * PAGE))
    _complete(shown)
    slice_ = Slice(shown, whole["count"], {}, number)
    ends = {"origin": origin, "target": target}
    context = {
        "title": " → ".join(filter(None, (stage_name(origin), stage_name(target)))) or _("All customers"),
        "asked": asked, "slice": slice_, "back": f"/flow?{asked.url()}",
        "export_url": f"/flow/customers.xlsx?{asked.url(**ends)}",
        "may_export": grants.may(request.actor, "export", facts.LINES),
        "previous": f"?{asked.url(**ends, page=str(number - 1))}" if number > 1 else "",
        "next": f"?{asked.url(**ends, page=str(number + 1))}" if slice_.has_next else "",
    }  # fmt: skip
    return render(request, "insight/flow/customers.html", context)


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """The customers of a passage as xlsx."""
    from hengke_analytics.engine import rows
    from hengke_analytics.shapes import ibis

    grants.require(request.actor, "export", facts.LINES)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    asked = Asked.of(request.actor, request.GET.dict(), "export")
    origin, target = _ends(request)
    found = _passage(asked.moves, origin, target)
    listed = rows(found.order_by(ibis.desc("before"), "customer").limit(EXPORT_ROWS))
    _complete(listed)
    sheet = _sheet(asked, listed)
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(sheet.rows), reason=exporting.reason_of(request),
        payload={"what": "flow", "question": asked.url(origin=origin, target=target)},
    )  # fmt: skip
    response = HttpResponse(workbook.write([sheet], mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-flow-{date.today():%Y%m%d}.xlsx"'
    return response


def _ends(request: StaffRequest) -> tuple[str, str]:
    origin, target = request.GET.get("origin", ""), request.GET.get("target", "")
    if any(stage and not stage_name(stage) for stage in (origin, target)):
        raise InputError("stage_unknown", "Unknown stage.")
    return origin, target


def _passage(moved: ir.Table, origin: str, target: str) -> ir.Table:
    from hengke_analytics.shapes import ibis

    for column, stage in (("origin", origin), ("target", target)):
        if stage:
            moved = moved.filter(moved[column] == ibis.literal(stage))
    return moved


def _complete(listed: list[dict[str, Any]]) -> None:
    people = people_of(row["customer"] for row in listed)
    for row in listed:
        row.update(people.get(row["customer"], {"name": "?", "number": "", "city": "", "province": ""}))
        row["was"], row["now"] = stage_name(row["origin"]), stage_name(row["target"])
        row["direction"] = direction(row["origin"], row["target"])


def _sheet(asked: Asked, listed: list[dict[str, Any]]) -> Sheet:
    keys = ["number", "name", "city", "was", "now"]
    head = [_("Number"), _("Customer"), _("City"), str(asked.earlier), str(asked.later)]
    if asked.shows_money:
        keys += ["before", "after"]
        head += [_("Billed in the year up to the first day"), _("Billed in the year up to the second day")]
    return Sheet(_("Flow of customers"), head, [[row[key] for key in keys] for row in listed])


def _headline(asked: Asked, passages: list[Passage]) -> list[Figure]:
    counted: dict[str, int] = {"up": 0, "down": 0, "same": 0}
    for passage in passages:
        if passage.origin != "none":
            counted[direction(passage.origin, passage.target)] += passage.customers
    came = sum(p.customers for p in passages if p.origin == "none")
    lost = [p for p in passages if p.target == "lost" and p.origin not in ("lost", "none")]
    back = sum(p.customers for p in passages if p.target == "won_back")
    amount = sum((p.before for p in lost), start=type(passages[0].before)(0)) if passages else 0
    words = Words("billed").fitting(amount)
    told = [
        (_("Better"), counted["up"], _("moved into a better stage"), "up"),
        (_("Worse"), counted["down"], _("moved into a worse stage"), "down"),
        (_("Lost"), sum(p.customers for p in lost),
         _("they brought {amount} a year").format(amount=words.full(amount)) if asked.shows_money else "", "down"),
        (_("Won back"), back, _("came again after having left"), "up"),
        (stage_name("new"), came, _("were no customers before"), "up"),
    ]  # fmt: skip
    unit = pgettext("unit", "customers")
    return [Figure(label, charts.grouped(count), unit, "", kind if count else "flat", note, Svg(""), "")
            for label, count, note, kind in told]  # fmt: skip


def _names(with_absent: bool) -> list[tuple[str, str]]:
    from hengke_analytics.measures.flow import ABSENT, STAGES

    return [(stage, stage_name(stage)) for stage in (*STAGES, *((ABSENT,) if with_absent else ()))]


def _chart(asked: Asked, passages: list[Passage]) -> Chart:
    ribbons = [
        Ribbon(stage_name(p.origin), stage_name(p.target), p.customers, direction(p.origin, p.target),
               f"/flow/customers?{asked.url(origin=p.origin, target=p.target)}") for p in passages
    ]  # fmt: skip
    return charts.flow(
        ribbons, [name for _stage, name in _names(True)], [name for _stage, name in _names(False)],
        title=_("Flow of customers"), columns=(str(asked.earlier), str(asked.later), pgettext("unit", "customers")),
    )  # fmt: skip


def _matrix(asked: Asked, passages: list[Passage]) -> list[dict[str, Any]]:
    """A row for each stage at the first day, with the customers of each passage and their share of the row."""
    counts = {(p.origin, p.target): p.customers for p in passages}
    rows = []
    for origin, name in _names(True):
        whole = sum(counts.get((origin, target), 0) for target, _name in _names(False))
        cells = [
            {"count": count, "share": count / whole, "kind": direction(origin, target),
             "url": f"/flow/customers?{asked.url(origin=origin, target=target)}"}
            if (count := counts.get((origin, target), 0)) else None
            for target, _name in _names(False)
        ]  # fmt: skip
        if whole:
            rows.append({"name": name, "cells": cells, "whole": whole})
    return rows


def _stages(passages: list[Passage]) -> list[dict[str, Any]]:
    """How many were and are in each stage."""
    was = {stage: sum(p.customers for p in passages if p.origin == stage) for stage, _name in _names(False)}
    now = {stage: sum(p.customers for p in passages if p.target == stage) for stage, _name in _names(False)}
    return [{"name": name, "was": was[stage], "now": now[stage], "change": now[stage] - was[stage]}
            for stage, name in _names(False)]  # fmt: skip
