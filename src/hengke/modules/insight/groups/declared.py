"""Pages of groups by declared reactions: declare, look, compare, take along."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.customers.models import Customer
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.groups import words
from hengke.modules.insight.models import BehaviourGroup
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.patterns.tabs import tabs
from hengke.modules.insight.services.foresight import reactions
from hengke.modules.insight.services.foresight.profile import profile

SUBJECT = "insight.dashboard"
SHOWN = 50


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """All declared groups with their sizes, the form for one more, and two of them side by side."""
    grants.require(request.actor, "view", SUBJECT)
    try:
        facts.span(facts.visible(request.actor, "facts_month"))
    except NotFound as error:
        return foresight.empty(request, _("Groups by reaction"), error)
    rows = list(BehaviourGroup.objects.filter(deleted_at=None).select_related("owner").order_by("name", "pk"))
    context = {
        "title": _("Groups by reaction"), "tabs": tabs("reactions"), "kinds": words.reactions(),
        "groups": [_shown(row, request.actor) for row in rows], "gaps": range(3), "compared": _compared(request, rows),
    }  # fmt: skip
    return render(request, "insight/groups/declared.html", context)


@require_POST
def declare(request: StaffRequest) -> HttpResponse:
    """Keep a group."""
    grants.require(request.actor, "view", SUBJECT)
    fields = (request.POST.getlist(name) for name in ("kind", "value", "days"))
    written = [dict(zip(("kind", "value", "days"), each, strict=True)) for each in zip(*fields, strict=False)]
    row = reactions.declare(request.POST.get("name", ""), written, actor=request.actor)
    messages.success(request, _("The group %(name)s was saved.") % {"name": row.name})
    return redirect("reaction-group", row.pk)


@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one's own group away."""
    grants.require(request.actor, "view", SUBJECT)
    row = reactions.remove(pk, actor=request.actor)
    messages.success(request, _("The group %(name)s was deleted.") % {"name": row.name})
    return redirect("reaction-groups")


@require_GET
def group(request: StaffRequest, pk: int) -> HttpResponse:
    """What a group is like, and who is in it."""
    grants.require(request.actor, "view", SUBJECT)
    row = _group(pk)
    who = _members(request.actor, row)
    told = profile(who, facts.visible(request.actor, "facts"))
    money = "money" not in grants.hidden(request.actor, facts.LINES)
    said = Words("billed").fitting(told["amount"])
    context = {
        "title": row.name, "row": row, "count": len(who), "told": told, "conditions": _conditions(row),
        "amount": said.full(Decimal(str(round(told["amount"], 2)))) if money else "",
        "customers": _customers(request.actor, who), "more": max(len(who) - SHOWN, 0),
        "export": grants.may(request.actor, "export", facts.LINES),
    }  # fmt: skip
    return render(request, "insight/groups/declared_group.html", context)


@require_GET
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """The members as xlsx, by the lines and customers that the person may export."""
    grants.require(request.actor, "view", SUBJECT)
    grants.require(request.actor, "export", facts.LINES)
    row = _group(pk)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    who = reactions.members(row.conditions, facts.visible(request.actor, "facts", "export"), request.actor)
    people = _customers(request.actor, who, "export")
    rows = [[each.number, each.name, each.city, each.industry] for each in people]
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(rows), reason=exporting.reason_of(request),
        payload={"what": "reactions", "group": row.name},
    )  # fmt: skip
    book = workbook.write(
        [Sheet(row.name, [_("Number"), _("Customer"), _("City"), _("Industry")], rows)], mark
    )
    response = HttpResponse(book, content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-group-{date.today():%Y%m%d}.xlsx"'
    return response


def _group(pk: int) -> BehaviourGroup:
    row = BehaviourGroup.objects.filter(pk=pk, deleted_at=None).first()
    if row is None:
        raise NotFound("no_group", "This group does not exist any more.")
    return row


def _members(actor: Actor, row: BehaviourGroup) -> frozenset[int]:
    return reactions.members(row.conditions, facts.visible(actor, "facts"), actor)


def _customers(actor: Actor, who: frozenset[int], action: str = "view") -> list[Customer]:
    """All of them for a file, as many as are shown for the page."""
    found = Customer.objects.visible_to(actor, action).filter(pk__in=who).order_by("number")
    return list(found if action == "export" else found[:SHOWN])


def _conditions(row: BehaviourGroup) -> list[str]:
    return [words.reaction(each) for each in row.conditions]


def _shown(row: BehaviourGroup, actor: Actor) -> dict[str, Any]:
    return {
        "row": row, "key": str(row.pk), "conditions": pgettext("list", ", ").join(_conditions(row)),
        "count": len(_members(actor, row)), "mine": row.owner_id == actor.user_id,
    }  # fmt: skip


def _compared(request: StaffRequest, rows: list[BehaviourGroup]) -> dict[str, Any] | None:
    """Who is in two groups, and what tells the parts from one another."""
    chosen = [request.GET.get(name, "") for name in ("one", "other")]
    by_pk = {str(row.pk): row for row in rows}
    if not all(is_whole(each) and each in by_pk for each in chosen) or chosen[0] == chosen[1]:
        return None
    one, other = (by_pk[each] for each in chosen)
    found = reactions.separated(
        _members(request.actor, one), _members(request.actor, other), facts.visible(request.actor, "facts")
    )
    money = "money" not in grants.hidden(request.actor, facts.LINES)
    labels = {
        "both": _("In both"), "one": _("Only in {name}").format(name=one.name),
        "other": _("Only in {name}").format(name=other.name),
    }  # fmt: skip
    parts = [
        {"label": labels[name], "customers": told["customers"],
         "traits": [words.trait(each) for each in told["traits"] if money or each["column"] not in words.MONEY]}
        for name, told in found.items()
    ]  # fmt: skip
    return {"one": chosen[0], "other": chosen[1], "parts": parts}
