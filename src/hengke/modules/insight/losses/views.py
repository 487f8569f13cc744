"""Lost customers of a period, why they were lost, and how winning back stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.engines.charts import Chart, Series, Svg
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.boards import Board, Figure
from hengke.modules.insight.dashboard.boards import customers as people_of
from hengke.modules.insight.dashboard.query import Query
from hengke.modules.insight.dashboard.views import board_of
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.enums import LossCause, OwnCause, WinBack
from hengke.modules.insight.models import LossRecord
from hengke.modules.insight.services import losses

SHOWN = 100
MOST = 20_000
NOT_SAID = "none"
TONES = {WinBack.TRYING: "info", WinBack.WON: "ok", WinBack.GIVEN_UP: "mute"}


@dataclass(frozen=True)
class _Lost:
    """All lost customers of the period with what was said of them."""

    board: Board
    rows: list[dict[str, Any]]
    amount: Decimal
    share: float | None


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Who was lost, what they brought, why, and what is done to win them back."""
    try:
        found = _lost(request)
    except NotFound as error:
        may_import = grants.may(request.actor, "change", "insight.import")
        nothing = {"title": _("Lost customers"), "words": _(error.template),
                   "import_url": "/imports/new" if may_import else ""}  # fmt: skip
        return render(request, "insight/dashboard/empty.html", nothing)
    cause, own = _narrowing(request)
    kept = [row for row in found.rows if _fits(row, cause, own)]
    amounts = Words("billed").fitting(found.amount)
    context = {
        "title": _("Lost customers"), "periods": found.board.periods, "kpis": _headline(found, amounts),
        "trees": [_tree(found, "cause", LossCause.choices, _("Causes after Keaveney"), amounts),
                  _tree(found, "own_cause", OwnCause.choices, _("Causes in our own words"), amounts)],
        "rows": _named(kept[:SHOWN]), "count": len(kept), "shown": SHOWN, "narrowed": bool(cause or own),
        "may_record": grants.may(request.actor, "change", losses.SUBJECT),
        "may_export": grants.may(request.actor, "export", facts.LINES),
    }  # fmt: skip
    return render(request, "insight/losses/page.html", context)


@require_http_methods(["GET", "POST"])
def record(request: StaffRequest, customer: int) -> HttpResponse:
    """Say why a customer was lost, and how winning it back stands."""
    target = losses.customer_of(customer, request.actor)
    wrong = ""
    if request.method == "POST":
        try:
            losses.record(customer, request.POST.dict(), actor=request.actor)
        except InputError as error:
            wrong = _(error.template).format(**error.params)
        else:
            messages.success(request, _("Written down."))
            return redirect("losses")
    history = list(
        LossRecord.objects.visible_to(request.actor)
        .filter(customer=customer)
        .select_related("actor")
        .order_by("-pk")
    )
    context = {
        "title": target.name, "customer": target, "last": history[0] if history else None, "history": history,
        "wrong": wrong, "causes": LossCause.choices, "own_causes": OwnCause.choices, "states": WinBack.choices,
    }  # fmt: skip
    return render(request, "insight/losses/record.html", context, status=400 if wrong else 200)


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """The lost customers with causes as xlsx."""
    grants.require(request.actor, "export", facts.LINES)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    found = _lost(request, "export")
    head = [
        _("Number"),
        _("Customer"),
        _("City"),
        _("Last year"),
        _("Cause"),
        _("Own cause"),
        _("Win-back"),
        _("Note"),
    ]
    sheet = Sheet(_("Lost customers"), head, [
        [row["number"], row["name"], row["city"], row["amount_before"], *_said(row["record"])]
        for row in _named(found.rows)
    ])  # fmt: skip
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(sheet.rows), reason=exporting.reason_of(request),
        payload={"what": "losses"},
    )  # fmt: skip
    response = HttpResponse(workbook.write([sheet], mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-losses-{date.today():%Y%m%d}.xlsx"'
    return response


def _said(row: LossRecord | None) -> list[str]:
    if row is None:
        return ["", "", "", ""]
    return [row.get_cause_display(), row.get_own_cause_display(), row.get_win_back_display(), row.note]


def _lost(request: StaffRequest, action: str = "view") -> _Lost:
    from hengke_analytics.engine import rows
    from hengke_analytics.measures import lost, lost_customers

    grants.require(request.actor, "view", "insight.dashboard")
    if "money" in grants.hidden(request.actor, facts.LINES):
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    given = {name: value for name, value in request.GET.dict().items() if name == "period"}
    board = board_of(request.actor, Query.read(given), action=action)
    earlier, later = board.periods.last, board.periods.this
    listed = rows(lost_customers(board.facts, earlier, later).limit(MOST))
    whole = lost(board.facts, earlier, later)
    said = losses.newest(request.actor, (row["customer"] for row in listed))
    for row in listed:
        row["record"] = said.get(row["customer"])
    return _Lost(board, listed, whole.amount, whole.share)


def _named(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = people_of(row["customer"] for row in listed)
    for row in listed:
        row.update(people.get(row["customer"], {"name": "?", "number": "", "city": "", "province": ""}))
        record = row["record"]
        row["tone"] = TONES.get(WinBack(record.win_back), "") if record else ""
    return listed


def _narrowing(request: StaffRequest) -> tuple[str, str]:
    cause, own = request.GET.get("cause", ""), request.GET.get("own", "")
    if cause not in ("", NOT_SAID, *LossCause.values) or own not in ("", NOT_SAID, *OwnCause.values):
        raise InputError("cause_unknown", "Unknown cause: {cause}.", cause=(cause or own)[:40])
    return cause, own


def _fits(row: dict[str, Any], cause: str, own: str) -> bool:
    record = row["record"]
    told = ((record.cause if record else "") or NOT_SAID, (record.own_cause if record else "") or NOT_SAID)
    return all(not wanted or wanted == one for wanted, one in zip((cause, own), told, strict=True))


def _headline(found: _Lost, amounts: Words) -> list[Figure]:
    known = [row["record"] for row in found.rows if row["record"] is not None]
    with_cause = sum(1 for record in known if record.cause or record.own_cause)
    trying = sum(1 for record in known if record.win_back == WinBack.TRYING)
    won = sum(1 for record in known if record.win_back == WinBack.WON)
    share = "–" if found.share is None else charts.percent(found.share, 1)
    said = charts.percent(with_cause / len(found.rows)) if found.rows else "–"
    customers = pgettext("unit", "customers")
    return [
        Figure(_("Lost customers"), charts.grouped(len(found.rows)), customers, "", "down" if found.rows else "flat",
               _("brought something last year, nothing this year"), Svg(""), ""),
        Figure(_("Brought last year"), amounts.short(found.amount), amounts.unit, "", "flat",
               _("{share} of last year's contribution").format(share=share), Svg(""), ""),
        Figure(_("Cause known"), said, "", "", "flat", _("{count} customers asked").format(count=with_cause),
               Svg(""), ""),
        Figure(_("Being won back"), charts.grouped(trying), customers, "", "flat",
               _("{count} won back so far").format(count=won), Svg(""), ""),
    ]  # fmt: skip


def _tree(found: _Lost, field: str, choices: Any, title: str, amounts: Words) -> dict[str, Any]:
    """Customers and amounts by cause, the largest first, and their drawing."""
    sums: dict[str, tuple[int, Decimal]] = {}
    for row in found.rows:
        cause = (getattr(row["record"], field) if row["record"] else "") or NOT_SAID
        count, amount = sums.get(cause, (0, Decimal(0)))
        sums[cause] = count + 1, amount + row["amount_before"]
    names = dict(choices) | {NOT_SAID: _("Not asked yet")}
    order = sorted(sums, key=lambda cause: (cause == NOT_SAID, -sums[cause][1]))
    listed: list[dict[str, Any]] = [
        {"cause": cause, "name": str(names[cause]), "customers": sums[cause][0], "amount": sums[cause][1]}
        for cause in order
    ]
    told = [row for row in listed if row["cause"] != NOT_SAID]
    parameter = "cause" if field == "cause" else "own"
    return {
        "title": title,
        "rows": listed,
        "parameter": parameter,
        "unit": amounts.unit,
        "chart": _drawn(told, title, amounts),
    }


def _drawn(told: list[dict[str, Any]], title: str, amounts: Words) -> Chart | None:
    if not told:
        return None
    series = Series(amounts.unit, [row["amount"] for row in told])
    return charts.bars(
        [row["name"] for row in told], [series], title=title, head=_("Cause"), fmt=amounts.axis
    )
