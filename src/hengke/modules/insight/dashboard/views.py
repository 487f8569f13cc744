"""Pages of the overview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.dashboard import boards, facts, headline, lists, workbook
from hengke.modules.insight.dashboard.boards import Board
from hengke.modules.insight.dashboard.choices import choices
from hengke.modules.insight.dashboard.query import Periods, Query
from hengke.modules.insight.services import refresh

SUBJECT = "insight.dashboard"
KEPT = 64


@dataclass(frozen=True)
class _Asked:
    """All that an overview depends on: equal ones have equal pages until the next build."""

    actor: Actor
    query: Query
    build: int
    language: str


@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """The director's page."""
    grants.require(request.actor, "view", SUBJECT)
    query = Query.read(request.GET.dict())
    build = facts.build_number()
    if build is None:
        return _empty(request)
    try:
        content = _content(
            _Asked(replace(request.actor, name="", channel=""), query, build, get_language() or "")
        )
    except NotFound as error:
        return _empty(request, _(error.template))
    return render(request, "insight/dashboard/overview.html", content)


def _empty(request: StaffRequest, words: str = "") -> HttpResponse:
    may_import = grants.may(request.actor, "change", "insight.import")
    if refresh.is_under_way():
        words, may_import = (
            _("Names and figures are being worked out. They appear here in a few minutes."),
            False,
        )
    context = {"title": _("Overview"), "words": words, "import_url": "/imports/new" if may_import else ""}
    return render(request, "insight/dashboard/empty.html", context)


@lru_cache(maxsize=KEPT)
def _content(asked: _Asked) -> dict[str, Any]:
    """Everything on the page; kept, because a build does not change and many people ask the same."""
    with board_of(asked.actor, asked.query).at_hand() as board:
        return _drawn(asked, board)


def _drawn(asked: _Asked, board: Board) -> dict[str, Any]:
    found, curve_chart, stop = boards.contribution_curve(board)
    lost = boards.losses(board)
    hidden = grants.hidden(asked.actor, "customers.customer")
    tiers, pyramid_chart, movement = ([], None, None) if "tier" in hidden else boards.tiers(board)
    return {
        "title": _("Overview"),
        "query": asked.query,
        "periods": board.periods,
        "words": board.words,
        "choices": choices(asked.actor, asked.query),
        "kpis": headline.figures(board, lost),
        "curve": found,
        "curve_chart": curve_chart,
        "stop": stop,
        "stops": charts.stops_json(found.stops, amount=board.words.full),
        "head_url": board.link("customers", set="head"),
        "tiers": tiers,
        "pyramid_chart": pyramid_chart,
        "movement": movement,
        "months_chart": boards.months(board),
        "regions": boards.regions(board),
        "lost": lost,
        "laboratories": boards.laboratories(board),
        "export_url": f"/overview.xlsx?{asked.query.url()}",
    }


def board_of(
    actor: Actor, query: Query, narrowing: dict[str, str] | None = None, action: str = "view"
) -> Board:
    """The board for a question; monthly sums answer for whole months, daily ones for the rest."""
    span = facts.span(facts.asked(actor, query, "facts_month", action))
    periods = Periods.of(query, span.first, span.last)
    whole = periods.this.months is not None and periods.last.months is not None
    table = facts.asked(actor, query, "facts_month" if whole else "facts_day", action)
    return Board.over(lists.narrowed(table, narrowing or {}), query, periods)


def _narrowing(request: StaffRequest) -> dict[str, str]:
    return {word: request.GET[word] for word in lists.NARROWING if request.GET.get(word)}


def _page(request: StaffRequest) -> int:
    page = request.GET.get("page", "1")
    return int(page) if is_whole(page) and 0 < int(page) <= 20_000 else 1


@require_GET
def customers(request: StaffRequest) -> HttpResponse:
    """The customers behind a number."""
    grants.require(request.actor, "view", SUBJECT)
    query, narrowing, chosen = (
        Query.read(request.GET.dict()),
        _narrowing(request),
        request.GET.get("set", "all"),
    )
    if chosen.startswith("tier-"):
        _require_tiers(request.actor)
    board = board_of(request.actor, query, narrowing)
    found = lists.customers(board, chosen, _page(request))
    context = {
        "title": lists.title(board, chosen), "board": board, "slice": found, "query": query, "chosen": chosen,
        "narrowing": narrowing, "words": board.words, "periods": board.periods,
        "back": f"/overview?{query.url()}", "pages": _pages(request, found),
        "export_url": f"/overview/customers.xlsx?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "insight/dashboard/customers.html", context)


@require_GET
def lines(request: StaffRequest) -> HttpResponse:
    """The ledger lines behind a number, each with its file and line."""
    grants.require(request.actor, "view", SUBJECT)
    query, narrowing = Query.read(request.GET.dict()), _narrowing(request)
    board = board_of(request.actor, query, narrowing)
    found = lists.lines(request.actor, board, narrowing, _page(request))
    context = {
        "title": _("Ledger lines"), "slice": found, "query": query, "narrowing": narrowing, "periods": board.periods,
        "back": f"/overview?{query.url()}", "pages": _pages(request, found),
        "export_url": f"/overview/lines.xlsx?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "insight/dashboard/lines.html", context)


@require_GET
def export(request: StaffRequest, what: str) -> HttpResponse:
    """The overview, a customers' list or lines as xlsx; every export is an event."""
    grants.require(request.actor, "view", SUBJECT)
    grants.require(request.actor, "export", facts.LINES)
    if (asked := exporting.ask_reason(request)) is not None:
        return asked
    asked_for = {name: str(value) for name, value in request.GET.items() if name != exporting.REASON}
    query, narrowing = Query.read(asked_for), _narrowing(request)
    board = board_of(request.actor, query, narrowing, "export")
    if what == "customers":
        chosen = request.GET.get("set", "all")
        if chosen.startswith("tier-"):
            _require_tiers(request.actor)
        sheets = [workbook.customers(board, chosen)]
    elif what == "lines":
        sheets = [workbook.lines(request.actor, board, narrowing)]
    elif what != "overview":
        raise Http404
    else:
        sheets = workbook.overview(
            board, with_tiers="tier" not in grants.hidden(request.actor, "customers.customer")
        )
    rows = sum(len(sheet.rows) for sheet in sheets)
    mark = exporting.allow(
        "exported", actor=request.actor, rows=rows, reason=exporting.reason_of(request),
        payload={"what": f"overview/{what}", "question": asked_for},
    )  # fmt: skip
    response = HttpResponse(workbook.write(sheets, mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-{what}-{date.today():%Y%m%d}.xlsx"'
    return response


def _require_tiers(actor: Actor) -> None:
    if "tier" in grants.hidden(actor, "customers.customer"):
        raise NotFound("no_tiers", "There is nothing here, or it is not yours to see.")


def _pages(request: StaffRequest, found: lists.Slice) -> dict[str, str]:
    """Addresses of the pages before and after."""
    parameters = request.GET.copy()

    def address(page: int) -> str:
        parameters["page"] = str(page)
        return f"?{parameters.urlencode()}"

    return {
        "previous": address(found.page - 1) if found.page > 1 else "",
        "next": address(found.page + 1) if found.has_next else "",
    }
