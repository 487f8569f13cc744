"""Pages of customers' values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import CustomerOutlook, Foresight
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.services.foresight.sight import sees_all
from hengke.modules.insight.values import lists

SUBJECT = "insight.dashboard"
ZERO = Decimal(0)


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """A list of customers by what they will bring, or of those who are probably gone."""
    grants.require(request.actor, "view", SUBJECT)
    name, number = _asked(request)
    try:
        run = _run()
        found = lists.visible(request.actor)
        totals = lists.totals(found)
        if not totals["customers"]:
            raise NotFound("no_outlooks", "There is no customer here of whom you see every line.")
    except NotFound as error:
        return foresight.empty(request, _("Customer value"), error)
    ordered = lists.chosen(found, name).select_related("customer")
    rows = list(ordered[(number - 1) * lists.PAGE : number * lists.PAGE + 1])
    words = Words("billed").fitting(max(totals["ahead"] or ZERO, totals["behind"] or ZERO))
    context = {
        "title": _("Customer value"), "run": run, "now": foresight.state(request, run), "name": name,
        "rows": [_row(row, at) for at, row in enumerate(rows[: lists.PAGE], (number - 1) * lists.PAGE + 1)],
        "kpis": _kpis(run, totals, words, sees_all(request.actor)), "tabs": _tabs(name, totals),
        "previous": _address(name, number - 1) if number > 1 else "",
        "next": _address(name, number + 1) if len(rows) > lists.PAGE else "",
        "export": grants.may(request.actor, "export", facts.LINES), "how": _how(run),
    }  # fmt: skip
    return render(request, "insight/value/page.html", context)


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """The whole list as xlsx."""
    grants.require(request.actor, "view", SUBJECT)
    grants.require(request.actor, "export", facts.LINES)
    name, _number = _asked(request)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    _run()
    ordered = lists.chosen(lists.visible(request.actor, "export"), name).select_related("customer")
    rows = [_cells(row, at) for at, row in enumerate(ordered.iterator(2_000), 1)]
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(rows), reason=exporting.reason_of(request),
        payload={"what": f"value/{name}"},
    )  # fmt: skip
    head = [
        _("Rank"), _("Number"), _("Customer"), _("City"), _("Still a customer"), _("Submissions expected"),
        _("Next year"), _("Low (80%)"), _("High (80%)"), _("Last year"), _("Best year"), _("Last submission"),
    ]  # fmt: skip
    book = workbook.write([Sheet(_("Customer value"), head, rows)], mark)
    response = HttpResponse(book, content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-value-{date.today():%Y%m%d}.xlsx"'
    return response


def _asked(request: StaffRequest) -> tuple[str, int]:
    name, number = request.GET.get("list") or lists.LISTS[0], request.GET.get("page", "1")
    if name not in lists.LISTS:
        raise InputError("set_unknown", "Unknown list: {set}.", set=name[:60])
    return name, int(number) if is_whole(number) and 0 < int(number[:9]) <= 20_000 else 1


def _run() -> Foresight:
    run = runs.newest(Room.VALUE)
    if run is None:
        raise NotFound("not_foreseen", "Nothing has been worked out yet.")
    return run


def _row(row: CustomerOutlook, rank: int) -> dict[str, Any]:
    loyalty, badge = lists.loyalty(row.alive, row.customer.stage)
    words = Words("billed").fitting(max(row.next_high, row.best_year))
    return {
        "rank": rank, "customer": row.customer, "loyalty": loyalty, "badge": badge,
        "bar": charts.scale_bar(row.alive, charts.percent(row.alive), kind=badge), "alive": row.alive,
        "times": f"{row.times_low:.0f}–{row.times_high:.0f}", "next": words.full(row.next_year),
        "near": f"{words.short(row.next_low)} – {words.short(row.next_high)}", "last": words.full(row.last_year),
        "best": words.full(row.best_year), "last_on": row.last_on,
        "change": float(row.next_year / row.last_year) - 1 if row.last_year else None,
    }  # fmt: skip


def _cells(row: CustomerOutlook, rank: int) -> list[Any]:
    customer = row.customer
    return [
        rank, customer.number, customer.name, customer.city, round(row.alive, 3), round(row.times, 1), row.next_year,
        row.next_low, row.next_high, row.last_year, row.best_year, f"{row.last_on:%Y-%m-%d}" if row.last_on else "",
    ]  # fmt: skip


def _kpis(run: Foresight, totals: dict[str, Any], words: Words, whole: bool) -> list[dict[str, Any]]:
    """Newcomers are told of the whole institution only, to whom sees all of it."""
    known, last = totals["ahead"] or ZERO, totals["behind"] or ZERO
    unit = pgettext("unit", "customers")
    found = [
        _kpi(_("Known customers, next twelve months"), words.short(known), words.unit,
             _("the last twelve: {amount}").format(amount=words.short(last))),
        _kpi(_("Will bring a tenth more or better"), f"{totals['growing']:,}", unit, ""),
        _kpi(_("Probably gone"), f"{totals['gone']:,}", unit,
             _("in their best years: {amount}").format(amount=words.full(totals["lost"] or ZERO)), "/value?list=gone"),
    ]  # fmt: skip
    if whole:
        new = words.short(Decimal(run.facts["newcomers"]) / 100)
        found.insert(1, _kpi(_("New customers"), new, words.unit, _("if as many come as last year")))
    return found


def _kpi(label: str, value: str, unit: str, note: str, url: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "url": url, "direction": "flat"}


def _tabs(name: str, totals: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {"most": _("Who will bring most"), "gone": _("Probably gone, though valuable")}
    counts = {"most": totals["customers"], "gone": totals["gone"]}
    return [
        {"label": label, "url": f"/value?list={each}", "current": each == name, "count": f"{counts[each]:,}"}
        for each, label in labels.items()
    ]


def _address(name: str, number: int) -> str:
    return f"/value?list={name}&page={number}"


def _how(run: Foresight) -> str:
    """How good it is, in a sentence."""
    ours, naive = run.facts.get("error"), run.facts.get("naive_error")
    if ours is None:
        return _("The ledger is too short to try these figures on a year that has passed.")
    said = _(
        "Tried on the last year: customer by customer these figures were off by {ours} of what one brings on average; "
        "taking the year before would have been off by {naive}. All customers and newcomers add up to the forecast of "
        "the institution."
    )
    return said.format(ours=charts.percent(ours), naive=charts.percent(naive))
