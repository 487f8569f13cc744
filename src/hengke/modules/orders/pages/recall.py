"""Recall: who becomes due, one proposal for each customer, released, told, answered, made into commissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.modules.customers.enums import InstrumentState
from hengke.modules.customers.models import Contact, Instrument
from hengke.modules.orders.enums import RecallAnswer, RecallState
from hengke.modules.orders.models import RecallItem, RecallProposal
from hengke.modules.orders.services import recall

MOST = 200
TABS = (
    RecallState.PROPOSED, RecallState.RELEASED, RecallState.ANSWERED, RecallState.CONVERTED, RecallState.DROPPED,
)  # fmt: skip


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """What is due in the next 30, 60 and 90 days, and the proposals of one state; a constant number of queries."""
    grants.require(request.actor, "view", recall.SUBJECT)
    state = request.GET.get("state", "")
    state = state if state in TABS else RecallState.PROPOSED
    mine: Any = RecallProposal.objects.visible_to(request.actor).filter(deleted_at=None)
    counts = dict(mine.values_list("state").annotate(count=Count("pk", distinct=True)))
    rows = (
        mine.filter(state=state).select_related("customer", "owner", "commission").order_by("due_from", "pk")
    )
    shown = list(rows[:MOST])
    context = {
        "title": _("Recall"),
        "windows": _windows(request),
        "tabs": [
            {
                "label": value.label,
                "url": f"{reverse('recall')}?state={value}",
                "current": value == state,
                "count": counts.get(value, 0),
            }
            for value in TABS
        ],
        "state": state,
        "rows": shown,
        "more": counts.get(state, 0) - len(shown),
        "answers": [(value, label) for value, label in RecallAnswer.choices if value],
        "may_add": grants.may(request.actor, "add", recall.SUBJECT),
        "may_change": grants.may(request.actor, "change", recall.SUBJECT),
    }
    return render(request, "orders/recall.html", context)


@require_POST
def propose(request: StaffRequest) -> HttpResponse:
    """Make the proposals of the next 30, 60 or 90 days."""
    days = request.POST.get("days", "")
    if not is_whole(days) or int(days) not in recall.WINDOWS:
        raise InputError("window", "Choose a window of at most one year.")
    today = clock.today()
    made = recall.propose(actor=request.actor, due_from=today, due_to=today + timedelta(days=int(days)))
    words = (
        _("%(proposals)d customers with %(instruments)d instruments are proposed.")
        if made["proposals"]
        else _("Nothing new becomes due in this window.")
    )
    messages.success(request, words % made if made["proposals"] else words)
    return redirect("recall")


@require_POST
def step(request: StaffRequest) -> HttpResponse:
    """Release or drop the ticked proposals."""
    ids = [int(key) for key in request.POST.getlist("recall") if is_whole(key)][:5_000]
    if not ids:
        raise InputError("nothing_ticked", "Tick at least one line.")
    do = {"release": recall.release, "drop": recall.drop}.get(request.POST.get("step", ""))
    if do is None:
        raise InputError("no_step", "Choose what is to be done.")
    event = do(ids, actor=request.actor)
    words = ngettext("%(count)d line done.", "%(count)d lines done.", len(ids)) % {"count": len(ids)}
    messages.success(request, words, extra_tags=f"undo=/undo/{event.pk}")
    return redirect("recall")


@require_GET
def letters(request: StaffRequest) -> HttpResponse:
    """A letter for every released customer, each on a page of its own, for printing."""
    rows = _released(request)
    items = _items(rows)
    context = {
        "title": _("Letters"),
        "crumbs": [{"label": _("Recall"), "url": reverse("recall")}],
        "letters": [(row, items.get(row.pk, ())) for row in rows],
        "today": clock.today(),
    }
    return render(request, "orders/letters.html", context)


@require_GET
def calls(request: StaffRequest) -> HttpResponse:
    """Whom to call, with the people known at each customer."""
    rows = _released(request)
    people: dict[int, list[Contact]] = {}
    seen: Any = Contact.objects.visible_to(request.actor)
    if "phone" not in grants.hidden(request.actor, "customers.contact"):
        for contact in seen.filter(customer__in=[row.customer_id for row in rows], deleted_at=None).exclude(
            phone=""
        ):
            people.setdefault(contact.customer_id, []).append(contact)
    context = {
        "title": _("Call list"),
        "crumbs": [{"label": _("Recall"), "url": reverse("recall")}],
        "rows": [(row, people.get(row.customer_id, ())[:3]) for row in rows],
    }
    return render(request, "orders/calls.html", context)


def _windows(request: StaffRequest) -> list[dict[str, int]]:
    """Instruments in use that become due, and whose they are, within the person's scope; one query."""
    today = clock.today()
    mine: Any = Instrument.objects.visible_to(request.actor).filter(
        deleted_at=None, state=InstrumentState.IN_USE, due__gte=today, due__lte=today + timedelta(days=90)
    )
    asked = {}
    for days in recall.WINDOWS:
        within = Q(due__lte=today + timedelta(days=days))
        asked[f"instruments_{days}"] = Count("pk", filter=within, distinct=True)
        asked[f"customers_{days}"] = Count("customer_id", filter=within, distinct=True)
    found = mine.order_by().aggregate(**asked)
    return [
        {"days": days, "instruments": found[f"instruments_{days}"], "customers": found[f"customers_{days}"]}
        for days in recall.WINDOWS
    ]


def _released(request: StaffRequest) -> Sequence[RecallProposal]:
    grants.require(request.actor, "view", recall.SUBJECT)
    mine: Any = RecallProposal.objects.visible_to(request.actor).filter(
        deleted_at=None, state=RecallState.RELEASED
    )
    return list(mine.select_related("customer", "owner").order_by("due_from", "pk")[:MOST])


def _items(rows: Sequence[RecallProposal]) -> dict[int, list[RecallItem]]:
    found: dict[int, list[RecallItem]] = {}
    for item in (
        RecallItem.objects.filter(proposal__in=rows).select_related("instrument").order_by("due", "pk")
    ):
        found.setdefault(item.proposal_id, []).append(item)
    return found
