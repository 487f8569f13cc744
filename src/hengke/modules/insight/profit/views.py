"""The page of profit with its list as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.lists import EXPORT_ROWS
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.profit import figures, words
from hengke.modules.insight.profit.asked import Asked
from hengke.modules.insight.services import costs

MOST_PAGES = 20_000


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Profit of the last twelve months, who costs more than it brings and why, and where money leaks."""
    asked = _asked(request)
    if isinstance(asked, HttpResponse):
        return asked
    cause, number = _cause(request), _page(request)
    with asked.profit() as found:
        sums = figures.totals(found)
        listed, chart, chart_unit = figures.causes(found)
        shown = figures.customers(found, number, cause=cause)
    context = {
        "title": _("Profit of customers"), "asked": asked, "kpis": figures.headline(sums), "causes": listed,
        "chart": chart, "chart_unit": chart_unit, "slice": shown, "cause": cause, "cause_name": words.cause_name(cause),
        "leaks": figures.leaks(asked), "units": _units(request), "unit": request.GET.get("unit", ""),
        "pages": _pages(request, shown.page, shown.has_next), "query": _query(request),
        "may_declare": grants.may(request.actor, "view", costs.SUBJECT),
        "may_export": grants.may(request.actor, "export", facts.LINES),
    }  # fmt: skip
    return render(request, "insight/profit/page.html", context)


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """Every customer with its profit as xlsx, the largest loss first."""
    grants.require(request.actor, "export", facts.LINES)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    asked = Asked.of(request.actor, request.GET.get("unit", ""), "export")
    with asked.profit() as found:
        sheet = _sheet(found)
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(sheet.rows), reason=exporting.reason_of(request),
        payload={"what": "profit", "question": _query(request)},
    )  # fmt: skip
    response = HttpResponse(workbook.write([sheet], mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-profit-{date.today():%Y%m%d}.xlsx"'
    return response


def _sheet(found: Any) -> Sheet:
    from hengke_analytics.engine import rows

    listed = rows(found.order_by("profit", "customer").limit(EXPORT_ROWS))
    figures.complete(listed)
    keys = (
        "number",
        "name",
        "city",
        "lines",
        "orders",
        "calls",
        "visits",
        *figures.MONEY,
        "cause_name",
        "why",
    )
    head = [
        _("Number"), _("Customer"), _("City"), _("Instruments submitted"), _("Orders"), _("Calls"), _("Visits"),
        _("Billed"), _("Received"), _("Direct cost"), _("Winning"), _("Keeping"), _("Serving"), _("Travelling"),
        _("Profit"), _("Cause"), _("Why"),
    ]  # fmt: skip
    return Sheet(_("Profit of customers"), head, [[row[key] for key in keys] for row in listed])


def _asked(request: StaffRequest) -> Asked | HttpResponse:
    """The question, or the page that says what is missing."""
    try:
        asked = Asked.of(request.actor, request.GET.get("unit", ""))
    except NotFound as error:
        return _empty(request, _(error.template))
    if not asked.has_received:
        return _empty(
            request,
            _("The ledgers do not tell what was received. Import one with such a column to see profit."),
        )
    return asked


def _empty(request: StaffRequest, sentence: str) -> HttpResponse:
    may_import = grants.may(request.actor, "change", "insight.import")
    context = {"title": _("Profit of customers"), "words": sentence,
               "import_url": "/imports/new" if may_import else ""}  # fmt: skip
    return render(request, "insight/dashboard/empty.html", context)


def _units(request: StaffRequest) -> list[dict[str, Any]]:
    """The laboratories whose lines the person sees; one alone is no choice."""
    from hengke_analytics.engine import remembered

    visible = facts.visible(request.actor, "facts_month")
    found = remembered(visible.select("laboratory").distinct().order_by("laboratory"))
    names = [row["laboratory"] for row in found if row["laboratory"]]
    return [{"value": f"laboratory:{name}", "label": name} for name in names] if len(names) > 1 else []


def _cause(request: StaffRequest) -> str:
    cause = request.GET.get("cause", "")
    if cause and not words.cause_name(cause):
        raise InputError("cause_unknown", "Unknown cause: {cause}.", cause=cause[:40])
    return cause


def _page(request: StaffRequest) -> int:
    page = request.GET.get("page", "1")
    return int(page) if is_whole(page) and 0 < int(page) <= MOST_PAGES else 1


def _query(request: StaffRequest, **changes: str) -> str:
    kept = request.GET.copy()
    for name in set(kept) - {"unit", "cause"}:
        del kept[name]
    for name, value in changes.items():
        kept[name] = value
    return kept.urlencode()


def _pages(request: StaffRequest, page: int, has_next: bool) -> dict[str, str]:
    return {
        "previous": f"?{_query(request, page=str(page - 1))}" if page > 1 else "",
        "next": f"?{_query(request, page=str(page + 1))}" if has_next else "",
    }
