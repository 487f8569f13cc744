"""The forecast page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.dashboard.words import Words, basis_name
from hengke.modules.insight.forecasts import drawing, words
from hengke.modules.insight.forecasts.asked import Asked, Seen, seen
from hengke.modules.insight.forecasts.figures import Figures
from hengke.modules.insight.models import ForecastCorrection, ForecastNode
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.services.foresight import correcting
from hengke.modules.insight.services.foresight.axes import AXES
from hengke.modules.insight.services.foresight.forecast import MEASURES, YEAR

MOST_PARTS = 100
CORRECTIONS_SHOWN = 20


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """What the months ahead bring to one part and to the parts below it."""
    asked = Asked.read(request.GET.dict(), request.actor)
    try:
        found = seen(request.actor, asked)
    except NotFound as error:
        if asked.code:
            raise
        return foresight.empty(request, _("Forecast"), error)
    names = words.Names()
    context = _frame(request, found, names) | {"parts": _parts(found, names)}
    if found.node is not None:
        context |= _opened(found.node, names(found.node))
    return render(request, "insight/forecast/page.html", context)


def _frame(request: StaffRequest, found: Seen, names: words.Names) -> dict[str, Any]:
    asked, hides = found.asked, grants.hidden(request.actor, facts.LINES)
    measures = [name for name in MEASURES if name != "billed" or "money" not in hides]
    first = [asked.url(part="")] if found.trail or found.node is None else []
    return {
        "title": _("Forecast"), "asked": asked, "run": found.run, "now": foresight.state(request, found.run),
        "measures": [
            {"label": basis_name(name), "url": asked.url(measure=name), "current": name == asked.measure}
            for name in measures
        ],
        "axes": [
            {"label": _(axis.label), "url": asked.url(axis=axis.name, part=""), "current": axis.name == asked.axis}
            for axis in AXES
            if axis.name in found.axes
        ],
        "trail": [{"label": names(node), "url": asked.url(part=node.code)} for node in found.trail],
        "start": first, "export": grants.may(request.actor, "export", facts.LINES),
        "may_correct": grants.may(request.actor, "change", correcting.SUBJECT),
    }  # fmt: skip


def _opened(node: ForecastNode, name: str) -> dict[str, Any]:
    """The chart, sentences, months and corrections of the opened part."""
    figures = Figures.of(node)
    said = words.amounts(node.measure, max(figures.year.total, figures.this_year))
    fine = words.amounts(node.measure, max(node.ahead["mean"], default=0))
    rows = list(
        ForecastCorrection.objects.filter(measure=node.measure, code=node.code).select_related("actor")
    )
    return {
        "node": node, "name": name, "figures": figures, "words": said, "fine": fine,
        "kpis": _kpis(node, figures, said), "chart": drawing.chart(node, figures, fine),
        "sentences": list(words.sentences(node, figures)),
        "months": [_month(node, row, fine) for row in figures.rows],
        "year_value": f"{words.units(node.measure, figures.expected_year):f}",
        "corrections": [_correction(node, row) for row in rows if row.withdrawn_at is None][-CORRECTIONS_SHOWN:],
        "judged": [_judged(node, each) for each in correcting.judged(node, rows)],
    }  # fmt: skip


def _kpis(node: ForecastNode, figures: Figures, said: Words) -> list[dict[str, Any]]:
    label, _kind = words.trust(node)
    change = figures.change
    tested = node.told.get("backtest") or {}
    write = words.writer(node.measure, said)
    direction = "flat" if change is None else "up" if change >= 0 else "down"
    near = f"{write(figures.year.near[0])} – {write(figures.year.near[1])}"
    off = f"{tested['smape']:.0f}%" if "smape" in tested else "–"
    return [
        {"label": _("{year}, expected").format(year=figures.next_year), "value": write(figures.expected_year),
         "unit": said.unit, "change": "" if change is None else f"{change:+.1%}", "direction": direction,
         "note": _("four times out of five: {range}").format(range=near)},
        {"label": _("{year}, so far and expected").format(year=figures.next_year - 1), "unit": said.unit,
         "value": write(figures.this_year), "direction": "flat"},
        {"label": _("Next twelve months"), "value": write(figures.twelve.total), "unit": said.unit,
         "direction": "flat", "note": _("the last twelve: {amount}").format(amount=write(figures.last_twelve))},
        {"label": _("How far to rely on it"), "value": label, "direction": "flat",
         "note": _("off by {percent} a month in tests on the past").format(percent=off)},
    ]  # fmt: skip


def _parts(found: Seen, names: words.Names) -> dict[str, Any]:
    """The parts below, the largest first, with their short fans."""
    rows = [(node, Figures.of(node)) for node in found.parts]
    rows.sort(key=lambda row: -row[1].expected_year)
    largest = max((max(f.expected_year, f.this_year) for _node, f in rows), default=0)
    said = words.amounts(found.asked.measure, largest)
    shown = [_part(node, figures, found.asked, names(node), said) for node, figures in rows[:MOST_PARTS]]
    return {"rows": shown, "more": max(len(rows) - MOST_PARTS, 0), "unit": said.unit, "label": said.label}


def _part(node: ForecastNode, figures: Figures, asked: Asked, name: str, said: Words) -> dict[str, Any]:
    write = words.writer(node.measure, said)
    trust, badge = words.trust(node)
    return {
        "name": name, "url": asked.url(part=node.code), "this": write(figures.this_year),
        "trend": drawing.short(node, _("Trend of {name}").format(name=name)), "next": write(figures.expected_year),
        "low": write(figures.year.near[0]), "high": write(figures.year.near[1]), "change": figures.change,
        "corrected": figures.corrected_year is not None, "trust": trust, "badge": badge,
    }  # fmt: skip


def _month(node: ForecastNode, row: Any, said: Words) -> dict[str, Any]:
    write = words.writer(node.measure, said)
    now = row.mean if row.corrected is None else row.corrected
    return {
        "month": words.month_name(row.month), "number": row.month, "mean": write(row.mean),
        "before": None if row.before is None else write(row.before),
        "change": now / row.before - 1 if row.before else None,
        "near": f"{write(row.near[0])} – {write(row.near[1])}", "far": f"{write(row.far[0])} – {write(row.far[1])}",
        "corrected": None if row.corrected is None else write(row.corrected),
        "shift": node.told["shift"][row.month - correcting.ahead_from(node)],
    }  # fmt: skip


def _correction(node: ForecastNode, row: ForecastCorrection) -> dict[str, Any]:
    said = words.amounts(node.measure, max(row.units, row.model_units))
    span = words.month_name(row.first) if row.months == 1 else str((row.first + YEAR - 1) // YEAR)
    return {
        "span": span, "model": said.full(words.units(node.measure, row.model_units)),
        "person": said.full(words.units(node.measure, row.units)), "reason": row.reason,
        "who": row.actor.name if row.actor else "", "at": row.made_at,
        "url": reverse("forecast-withdraw", args=(row.pk,)),
    }  # fmt: skip


def _judged(node: ForecastNode, each: correcting.Judged) -> dict[str, Any]:
    row = each.correction
    said = words.amounts(node.measure, max(row.units, row.model_units, each.actual))
    return _correction(node, row) | {
        "actual": said.full(words.units(node.measure, each.actual)), "person_was_closer": each.person_was_closer,
        "withdrawn": row.withdrawn_at is not None,
    }  # fmt: skip
