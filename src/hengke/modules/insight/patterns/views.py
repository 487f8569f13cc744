"""Pages of what goes together and of what follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.patterns import mined
from hengke.modules.insight.patterns.graph import graph
from hengke.modules.insight.patterns.mined import Asked
from hengke.modules.insight.patterns.tabs import tabs

SUBJECT = "insight.dashboard"
SHOWN = 60


@require_GET
def rules(request: StaffRequest) -> HttpResponse:
    """Rules as a graph and as a table, at the thresholds of the address."""
    grants.require(request.actor, "view", SUBJECT)
    asked = Asked.read(request.GET.dict())
    try:
        found = mined.rules(request.actor, asked)
    except NotFound as error:
        return foresight.empty(request, _("Patterns"), error)
    rows = _with(found.rows, asked.item)
    context = {
        "title": _("Patterns"), "tabs": tabs("rules"), "asked": asked, "found": found, "count": len(rows),
        "rows": [_row(row, asked) for row in rows[:SHOWN]], "chart": graph(rows, asked),
        "supports": mined.SUPPORTS, "confidences": mined.CONFIDENCES, "query": asked.url(),
        "baskets": _baskets(asked),
        "export": grants.may(request.actor, "export", facts.LINES), "clear_url": f"/patterns?{asked.url(item='')}",
    }  # fmt: skip
    return render(request, "insight/patterns/rules.html", context)


@require_GET
def sequences(request: StaffRequest) -> HttpResponse:
    """What customers have done one after the other."""
    grants.require(request.actor, "view", SUBJECT)
    try:
        found = mined.sequences(request.actor)
    except NotFound as error:
        return foresight.empty(request, _("Patterns"), error)
    again = [row for row in found if row["again"]]
    other = [row for row in found if not row["again"]]
    context = {
        "title": _("Patterns"), "tabs": tabs("sequences"), "other": [_step(row) for row in other[:SHOWN]],
        "again": [_step(row) for row in again[:SHOWN]],
    }  # fmt: skip
    return render(request, "insight/patterns/sequences.html", context)


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """All rules at these thresholds as xlsx, from the lines that the person may export."""
    grants.require(request.actor, "view", SUBJECT)
    grants.require(request.actor, "export", facts.LINES)
    asked = Asked.read(request.GET.dict())
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    rows = [_cells(row) for row in _with(mined.rules(request.actor, asked, "export").rows, asked.item)]
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(rows), reason=exporting.reason_of(request),
        payload={"what": "patterns", "question": asked.url()},
    )  # fmt: skip
    head = [
        _("Who has"), _("also has"), _("How many"), _("Share of all"), _("How often"), _("Times more than usual"),
        _("Leverage"), _("Conviction"),
    ]  # fmt: skip
    response = HttpResponse(
        workbook.write([Sheet(_("Patterns"), head, rows)], mark), content_type=workbook.CONTENT_TYPE
    )
    response["Content-Disposition"] = f'attachment; filename="hengke-patterns-{date.today():%Y%m%d}.xlsx"'
    return response


def _baskets(asked: Asked) -> list[dict[str, Any]]:
    names = (("customer", _("by customer")), ("order", _("by order")))
    return [
        {
            "label": label,
            "url": f"/patterns?{asked.url(by=by, support=mined.USUAL[by])}",
            "current": asked.by == by,
        }
        for by, label in names
    ]


def _with(rows: list[dict[str, Any]], item: str) -> list[dict[str, Any]]:
    return [row for row in rows if item in (*row["antecedent"], *row["consequent"])] if item else rows


def _row(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    names = [
        {"name": name, "url": f"/patterns?{asked.url(item=name)}"}
        for name in (*row["antecedent"], *row["consequent"])
    ]
    return {
        "antecedent": names[: len(row["antecedent"])], "consequent": names[-1], "count": row["count"],
        "support": row["support"], "confidence": row["confidence"], "lift": f"{row['lift']:.1f}",
        "bar": charts.scale_bar(row["confidence"], charts.percent(row["confidence"])),
    }  # fmt: skip


def _cells(row: dict[str, Any]) -> list[Any]:
    words = ["、".join(row["antecedent"]), "、".join(row["consequent"])]
    return [
        *words,
        row["count"],
        *(row[name] for name in ("support", "confidence", "lift", "leverage", "conviction")),
    ]


def _step(row: dict[str, Any]) -> dict[str, Any]:
    bar = charts.scale_bar(row["confidence"], charts.percent(row["confidence"]))
    return row | {"bar": bar, "months": f"{row['days'] / 30.44:.0f}"}
