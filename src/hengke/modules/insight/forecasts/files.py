"""The forecast as a workbook: the parts of one level with every month ahead, and what people corrected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.forecasts import words
from hengke.modules.insight.forecasts.asked import Asked, Seen, seen
from hengke.modules.insight.forecasts.figures import Figures
from hengke.modules.insight.models import ForecastCorrection, ForecastNode
from hengke.modules.insight.services.foresight import sight
from hengke.modules.insight.services.foresight.axes import BY_NAME


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """What the page shows, with exact figures; only parts whose every line the person may export."""
    asked = Asked.read(request.GET.dict(), request.actor)
    grants.require(request.actor, "export", facts.LINES)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    found = seen(request.actor, asked)
    codes = sight.visible_codes(request.actor, BY_NAME[found.asked.axis], "export")
    nodes = [each for each in (found.node, *found.parts) if each and (codes is None or each.code in codes)]
    if not nodes:
        raise NotFound("no_forecast", "There is nothing here, or it is not yours to see.")
    sheets = _sheets(nodes, found)
    mark = exporting.allow(
        "exported", actor=request.actor, rows=sum(len(sheet.rows) for sheet in sheets),
        reason=exporting.reason_of(request), payload={"what": "forecast", "question": asked.url()},
    )  # fmt: skip
    response = HttpResponse(workbook.write(sheets, mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-forecast-{date.today():%Y%m%d}.xlsx"'
    return response


def _sheets(nodes: list[ForecastNode], found: Seen) -> list[Sheet]:
    names = words.Names()
    return [_years(nodes, names), _months(nodes, names), _corrections(nodes, names, found.asked.measure)]


def _years(nodes: list[ForecastNode], names: words.Names) -> Sheet:
    rows = []
    for node in nodes:
        found = Figures.of(node)
        year = found.year
        amounts = (found.this_year, year.total, *year.near, *year.far, found.corrected_year)
        rows.append([names(node), *(_amount(node, value) for value in amounts), found.change])
    head = [
        _("Part"), _("This year, so far and expected"), _("Next year"), _("Low (80%)"), _("High (80%)"), _("Low (95%)"),
        _("High (95%)"), _("Corrected"), _("Change"),
    ]  # fmt: skip
    return Sheet(_("Next year"), head, rows)


def _months(nodes: list[ForecastNode], names: words.Names) -> Sheet:
    rows = []
    for node in nodes:
        for row in Figures.of(node).rows:
            amounts = (row.before, row.mean, *row.near, *row.far, row.corrected)
            rows.append(
                [names(node), words.month_name(row.month), *(_amount(node, value) for value in amounts)]
            )
    head = [
        _("Part"), _("Month"), _("Same month last year"), _("Expected"), _("Low (80%)"), _("High (80%)"),
        _("Low (95%)"), _("High (95%)"), _("Corrected"),
    ]  # fmt: skip
    return Sheet(_("Month by month"), head, rows)


def _corrections(nodes: list[ForecastNode], names: words.Names, measure: str) -> Sheet:
    by_code = {node.code: node for node in nodes}
    found = ForecastCorrection.objects.filter(measure=measure, code__in=by_code).select_related("actor")
    rows = [[names(by_code[row.code]), *_correction(by_code[row.code], row)] for row in found.order_by("pk")]
    head = [
        _("Part"), _("From month"), _("Months"), pgettext("forecast", "Model"), _("Corrected"), _("Reason"),
        pgettext("forecast", "By"), _("On"), _("Withdrawn"),
    ]  # fmt: skip
    return Sheet(_("Corrections"), head, rows)


def _correction(node: ForecastNode, row: ForecastCorrection) -> list[Any]:
    return [
        words.month_name(row.first), row.months, _amount(node, row.model_units), _amount(node, row.units), row.reason,
        row.actor.name if row.actor else "", f"{row.made_at:%Y-%m-%d}",
        f"{row.withdrawn_at:%Y-%m-%d}" if row.withdrawn_at else "",
    ]  # fmt: skip


def _amount(node: ForecastNode, value: int | None) -> Decimal | int | None:
    if value is None or node.measure == "lines":
        return value
    return words.units(node.measure, value)
