"""The lists, the page of an item, and what people do with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.leaks import exporting
from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole
from hengke.kernel.texts import is_usable
from hengke.modules.insight.dashboard import workbook
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.enums import WorkKind
from hengke.modules.insight.models import WorkItem
from hengke.modules.insight.services.work import acting, filling, measuring
from hengke.modules.insight.services.work.rules import SUBJECT
from hengke.modules.insight.worklists import shown, words

PAGE = 50
EXPORTED = 10_000
STATES = ("open", "mine", "closed")


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """One list, the largest stake first."""
    grants.require(request.actor, "view", SUBJECT)
    kind, state, number = _asked(request)
    found = _found(request, kind, state)
    whole = found.aggregate(count=Count("pk"), amount=Sum("amount"))
    items = list(found[(number - 1) * PAGE : number * PAGE])
    counts = dict(
        WorkItem.objects.visible_to(request.actor)
        .filter(closed_at=None)
        .values_list("kind")
        .annotate(Count("pk"))
    )
    context = {
        "title": _("Work lists"), "kind": kind, "state": state, "tabs": shown.kind_tabs(counts, kind),
        "segments": shown.states(kind, state), "rows": shown.of(request.actor, items, _changeable(request, items)),
        "count": whole["count"], "amount": whole["amount"], "stake": words.stake_name(kind),
        "about": words.about(kind), "success": words.success(measuring.saved(request.actor, kind)),
        "money": shown.shows_money(request.actor), "page": _pages(kind, state, number, whole["count"]),
        "may_renew": grants.may(request.actor, "assign", SUBJECT),
        "may_export": grants.may(request.actor, "export", SUBJECT),
        "any": bool(counts) or bool(items),
    }  # fmt: skip
    return render(request, "insight/worklists/list.html", context)


@require_GET
def item(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything about one item: reasons, what was done by whom, and the forms for the next step."""
    grants.require(request.actor, "view", SUBJECT)
    row = _of(request, pk)
    (seen,) = shown.of(request.actor, [row], _changeable(request, [row]))
    said = (
        Event.objects.filter(subject_type=SUBJECT, subject_id=row.pk)
        .select_related("actor")
        .order_by("-pk")[:20]
    )
    context = {
        "title": row.customer.name, "row": seen, "item": row, "stake": words.stake_name(row.kind),
        "money": shown.shows_money(request.actor), "result": shown.result_name(row.result),
        "made_by": words.made_by(row.made_by), "events": _told(said),
        "today": clock.today(), "may_assign": grants.may(request.actor, "assign", SUBJECT),
    }  # fmt: skip
    return render(request, "insight/worklists/item.html", context)


@require_POST
def do(request: StaffRequest, pk: int, what: str) -> HttpResponse:
    """Take, give back, act, close or take up again; then back to where the person was."""
    row = _DOINGS[what](request, pk) if what in _DOINGS else None
    if row is None:
        raise NotFound("action_unknown", "There is no such action.")
    if request.POST.get("back") == "list":
        return redirect(f"/worklists?kind={row.kind}")
    return redirect("worklist-item", pk)


@require_POST
def renew(request: StaffRequest) -> HttpResponse:
    """Queue a renewal of all lists."""
    grants.require(request.actor, "assign", SUBJECT)
    job = filling.ask(actor=request.actor)
    if grants.may(request.actor, "view", "jobs.job"):
        return redirect("job", job.pk)
    messages.success(request, _("The lists are being renewed."))
    return redirect("worklists")


@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """A list as xlsx."""
    grants.require(request.actor, "export", SUBJECT)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    kind, state, _number = _asked(request)
    rows = shown.of(request.actor, _found(request, kind, state, "export")[:EXPORTED], set())
    sheet = _sheet(kind, rows, shown.shows_money(request.actor))
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(sheet.rows), reason=exporting.reason_of(request),
        payload={"what": "worklist", "list": kind, "state": state},
    )  # fmt: skip
    response = HttpResponse(workbook.write([sheet], mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-{kind}-{date.today():%Y%m%d}.xlsx"'
    return response


def _sheet(kind: str, rows: list[shown.Shown], money: bool) -> Sheet:
    head = [_("Number"), _("Customer"), _("Probability"), *([words.stake_name(kind)] if money else []), _("Why"),
            _("Suggested"), _("State"), _("Taken by"), _("Action"), _("Result")]  # fmt: skip
    return Sheet(str(WorkKind(kind).label), head, [
        [row.item.customer.number, row.item.customer.name, row.item.probability, *([row.item.amount] if money else []),
         "; ".join(row.reasons), row.suggestion, row.item.get_state_display(),
         row.item.owner.name if row.item.owner else "", row.item.get_action_display(),
         shown.result_name(row.item.result)]
        for row in rows
    ])  # fmt: skip


def _asked(request: StaffRequest) -> tuple[str, str, int]:
    kind, state = request.GET.get("kind", WorkKind.CHURN), request.GET.get("state", "open")
    if kind not in WorkKind.values or state not in STATES:
        raise InputError("worklist_unknown", "There is no such list.")
    number = request.GET.get("page", "1")
    return kind, state, int(number) if is_whole(number) and 0 < int(number) <= EXPORTED else 1


def _found(request: StaffRequest, kind: str, state: str, action: str = "view") -> QuerySet[WorkItem]:
    seen = WorkItem.objects.visible_to(request.actor, action).filter(kind=kind)
    seen = seen.select_related("customer__owner", "owner")
    if state == "closed":
        return seen.exclude(closed_at=None).exclude(closed_by=None).order_by("-closed_at", "-pk")
    if state == "mine":
        seen = seen.filter(owner_id=request.actor.user_id)
    return seen.filter(closed_at=None).order_by(F("amount").desc(nulls_last=True), "pk")


def _changeable(request: StaffRequest, items: list[WorkItem]) -> set[int]:
    return shown.changeable(request.actor, items)


def _of(request: StaffRequest, pk: int) -> WorkItem:
    found = WorkItem.objects.visible_to(request.actor).filter(pk=pk)
    row = found.select_related("customer__owner", "owner", "activity", "closed_by").first()
    if row is None:
        raise NotFound("work_not_found", "This is on no list, or it is not yours to see.")
    return row


def _claim(request: StaffRequest, pk: int) -> WorkItem:
    row = acting.claim(pk, actor=request.actor)
    messages.success(request, _("%(name)s is yours now.") % {"name": row.customer.name})
    return row


def _release(request: StaffRequest, pk: int) -> WorkItem:
    row = acting.release(pk, actor=request.actor)
    messages.success(request, _("Given back. Others can take it now."))
    return row


def _act(request: StaffRequest, pk: int) -> WorkItem:
    row = acting.act(
        pk,
        request.POST.get("action", ""),
        plan=request.POST.get("plan", ""),
        on=_day(request),
        actor=request.actor,
    )
    messages.success(request, _("Written down. It stands in the activities too."))
    return row


def _close(request: StaffRequest, pk: int) -> WorkItem:
    row = acting.close(
        pk, request.POST.get("result", ""), note=request.POST.get("note", ""), actor=request.actor
    )
    messages.success(request, _("Closed."))
    return row


def _reopen(request: StaffRequest, pk: int) -> WorkItem:
    return acting.reopen(pk, actor=request.actor)


_DOINGS = {"claim": _claim, "release": _release, "act": _act, "close": _close, "reopen": _reopen}


def _day(request: StaffRequest) -> date | None:
    text = request.POST.get("on", "")
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if is_usable(text) else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year < 2200:
        raise InputError("day_unreadable", '"{text}" is not a day: write 2025-12-31.', text=text[:40])
    return found


def _pages(kind: str, state: str, number: int, count: int) -> dict[str, str]:
    address = f"?kind={kind}&state={state}&page="
    return {
        "previous": f"{address}{number - 1}" if number > 1 else "",
        "next": f"{address}{number + 1}" if number * PAGE < count else "",
    }


def _told(events: Any) -> list[dict[str, Any]]:
    from hengke.modules.insight.apps import KINDS

    return [
        {"at": e.at, "who": e.actor.name if e.actor else "", "what": KINDS.get(e.kind, e.kind)}
        for e in events
    ]
