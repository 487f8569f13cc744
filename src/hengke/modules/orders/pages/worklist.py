"""The worklist: what waits at each station, the most urgent first, done by ticking and one button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.schema.kinds import Date
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.modules.orders.enums import CertificateState, Conclusion, LineState
from hengke.modules.orders.models import CommissionLine
from hengke.modules.orders.services import certificates, commissions, passing

MOST = 300


@dataclass(frozen=True)
class Station:
    """Lines that wait here, and the buttons under them; `asks` are the inputs beside the buttons."""

    key: str
    label: str | Promise
    where: Q
    steps: tuple[tuple[str, str | Promise, str], ...]
    asks: tuple[str, ...] = ()


def _certificate(*states: str) -> Q:
    return Q(certificate__state__in=states) & Q(
        state__in=(LineState.ACCEPTED, LineState.IN_TEST, LineState.ISSUED)
    )


STATIONS = (
    Station("announced", gettext_lazy("Not handed in yet"), Q(state=LineState.ANNOUNCED), (
        ("receive", gettext_lazy("Receive"), "check"),
    )),
    Station("received", gettext_lazy("To be accepted"), Q(state=LineState.RECEIVED), (
        ("accept", gettext_lazy("Accept"), "check"), ("return", gettext_lazy("Return without work"), "undo"),
    ), ("note",)),
    Station("accepted", gettext_lazy("To be tested"), Q(state=LineState.ACCEPTED), (
        ("begin", gettext_lazy("Begin the test"), "arrow-right"),
        ("return", gettext_lazy("Return without work"), "undo"),
    ), ("note",)),
    Station("in-test", gettext_lazy("In test"), Q(state=LineState.IN_TEST) & _certificate(
        CertificateState.TO_ADD, CertificateState.TO_EDIT,
    ), (("fill", gettext_lazy("Fill in the certificates"), "edit"),), ("done_on", "conclusion")),
    Station("to-review", gettext_lazy("To be reviewed"), _certificate(CertificateState.TO_REVIEW), (
        ("approve", gettext_lazy("Approve"), "ok"), ("back", gettext_lazy("Back to the editor"), "undo"),
    )),
    Station("to-print", gettext_lazy("To be issued"), _certificate(CertificateState.TO_PRINT), (
        ("issue", gettext_lazy("Issue"), "print"), ("back", gettext_lazy("Back to the editor"), "undo"),
    )),
    Station("to-collect", gettext_lazy("To be collected"), _certificate(CertificateState.TO_COLLECT), (
        ("hand-over", gettext_lazy("Hand over"), "check"),
    ), ("delivered_to",)),
)  # fmt: skip
BY_KEY = {station.key: station for station in STATIONS}


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """One station's lines, with the numbers at all others; three queries and one for the laboratories."""
    grants.require(request.actor, "view", commissions.LINES)
    station = BY_KEY.get(request.GET.get("at", ""), STATIONS[1])
    laboratory, words = request.GET.get("laboratory", "")[:100], request.GET.get("q", "").strip()[:60]
    mine = _lines(request)
    chosen = _narrowed(mine, laboratory, words)
    counts = chosen.aggregate(**{s.key.replace("-", "_"): Count("pk", filter=s.where) for s in STATIONS})
    rows = chosen.filter(station.where).select_related("customer", "commission", "certificate", "handler")
    shown = list(rows.order_by("promised_on", "pk")[:MOST])
    context = {
        "title": _("Worklist"),
        "tabs": [
            {
                "label": s.label,
                "url": _address(s.key, laboratory, words),
                "current": s is station,
                "count": counts[s.key.replace("-", "_")],
            }
            for s in STATIONS
        ],
        "station": station,
        "rows": shown,
        "more": counts[station.key.replace("-", "_")] - len(shown),
        "laboratory": laboratory,
        "laboratories": list(
            mine.exclude(laboratory="").values_list("laboratory", flat=True).distinct().order_by("laboratory")
        ),
        "q": words,
        "today": clock.today(),
        "conclusions": Conclusion.choices,
        "may_change": grants.may(request.actor, "change", commissions.LINES),
        "here": _address(station.key, laboratory, words),
    }
    return render(request, "orders/worklist.html", context)


@require_POST
def step(request: StaffRequest) -> HttpResponse:
    """Do one thing with the ticked lines, all or none, and go back to the station."""
    ids = [int(key) for key in request.POST.getlist("line") if is_whole(key)]
    do = STEPS.get(request.POST.get("step", ""))
    if do is None:
        raise InputError("no_step", "Choose what is to be done.")
    if not ids or len(ids) > commissions.MOST_LINES:
        raise InputError("nothing_ticked", "Tick at least one line.")
    event = do(ids, request)
    words = ngettext("%(count)d line done.", "%(count)d lines done.", len(ids)) % {"count": len(ids)}
    messages.success(request, words, extra_tags=f"undo=/undo/{event.pk}")
    return redirect(_back(request))


def _lines(request: StaffRequest) -> QuerySet[Any]:
    found: QuerySet[Any] = CommissionLine.objects.visible_to(request.actor)
    return found.filter(commissions.open_lines() | Q(state=LineState.ISSUED), deleted_at=None)


def _narrowed(rows: QuerySet[Any], laboratory: str, words: str) -> QuerySet[Any]:
    if laboratory:
        rows = rows.filter(laboratory=laboratory)
    if words:  # a label that was scanned, the number of a commission, a serial number
        rows = rows.filter(Q(label__startswith=words.upper()) | Q(serial=words) | Q(name__contains=words))
    return rows


def _pass(state: str) -> Callable[[Sequence[int], StaffRequest], Event]:
    def run(ids: Sequence[int], request: StaffRequest) -> Event:
        return passing.advance(
            ids, state, actor=request.actor, note=request.POST.get("note", "").strip()[:300]
        )

    return run


def _return(ids: Sequence[int], request: StaffRequest) -> Event:
    note = request.POST.get("note", "").strip()[:300]
    if not note:
        raise InputError("reason_missing", "Say why it is returned without work.")
    return passing.advance(ids, LineState.RETURNED, actor=request.actor, note=note)


def _fill(ids: Sequence[int], request: StaffRequest) -> Event:
    conclusion = request.POST.get("conclusion", "")
    if conclusion not in Conclusion.values:
        raise InputError("no_conclusion", "Choose the conclusion.")
    text = request.POST.get("done_on", "")
    day = Date().read(text) if text else clock.today()
    return certificates.edit(_certificates(ids), actor=request.actor, done_on=day, conclusion=conclusion)


def _hand_over(ids: Sequence[int], request: StaffRequest) -> Event:
    to = request.POST.get("delivered_to", "").strip()[:100]
    return certificates.collect(_certificates(ids), actor=request.actor, delivered_to=to)


def _certificates(ids: Sequence[int]) -> list[int]:
    return list(CommissionLine.objects.filter(pk__in=ids).values_list("certificate__pk", flat=True))


STEPS: dict[str, Callable[[Sequence[int], StaffRequest], Event]] = {
    "receive": _pass(LineState.RECEIVED),
    "accept": _pass(LineState.ACCEPTED),
    "begin": _pass(LineState.IN_TEST),
    "return": _return,
    "fill": _fill,
    "approve": lambda ids, request: certificates.review(_certificates(ids), actor=request.actor),
    "back": lambda ids, request: certificates.send_back(_certificates(ids), actor=request.actor),
    "issue": lambda ids, request: certificates.issue(_certificates(ids), actor=request.actor),
    "hand-over": _hand_over,
}


def _address(key: str, laboratory: str, words: str) -> str:
    from urllib.parse import urlencode

    given = {"at": key} | ({"laboratory": laboratory} if laboratory else {}) | ({"q": words} if words else {})
    return f"{reverse('worklist')}?{urlencode(given)}"


def _back(request: StaffRequest) -> str:
    return _address(
        request.POST.get("at", ""), request.POST.get("laboratory", "")[:100], request.POST.get("q", "")[:60]
    )
