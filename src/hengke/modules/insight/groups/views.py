"""Pages of customer groups."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.customers.models import Customer
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.enums import Room
from hengke.modules.insight.groups import words
from hengke.modules.insight.models import ClusterMember, Foresight
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.patterns.tabs import tabs
from hengke.modules.insight.services.foresight import clusters, runs
from hengke.modules.insight.services.foresight.sight import sees_all

SUBJECT = "insight.dashboard"
PAGE = 50


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """All groups: name, size, what they bring, what they are like."""
    grants.require(request.actor, "view", SUBJECT)
    try:
        run, counts = _seen(request.actor)
    except NotFound as error:
        return foresight.empty(request, _("Customer groups"), error)
    whole = sees_all(request.actor)
    told = [_group(each, counts, whole) for each in run.facts["clusters"] if each["cluster"] in counts]
    context = {
        "title": _("Customer groups"), "tabs": tabs("groups"), "now": foresight.state(request, run), "groups": told,
        "whole": whole, "numbers": clusters.NUMBERS, "facts": run.facts, "chart": _chart(run) if whole else None,
    }  # fmt: skip
    return render(request, "insight/groups/page.html", context)


@require_GET
def members(request: StaffRequest, number: int) -> HttpResponse:
    """Who is in a group, those that bring most first."""
    grants.require(request.actor, "view", SUBJECT)
    run, counts = _seen(request.actor)
    told = _cluster(run, number)
    at = request.GET.get("page", "1")
    start = (int(at) - 1) * PAGE if is_whole(at) and 0 < int(at[:9]) <= 20_000 else 0
    rows = list(_members(request.actor, number)[start : start + PAGE + 1])
    context = {
        "title": words.name(told), "rows": [_row(row) for row in rows[:PAGE]], "count": counts.get(number, 0),
        "number": number, "traits": [words.plain(each) for each in told["traits"]],
        "export": grants.may(request.actor, "export", facts.LINES),
        "previous": f"?page={start // PAGE}" if start else "",
        "next": f"?page={start // PAGE + 2}" if len(rows) > PAGE else "",
    }  # fmt: skip
    return render(request, "insight/groups/members.html", context)


@require_GET
def export(request: StaffRequest, number: int) -> HttpResponse:
    """The members of a group as xlsx."""
    grants.require(request.actor, "view", SUBJECT)
    grants.require(request.actor, "export", facts.LINES)
    run, _counts = _seen(request.actor)
    name = words.name(_cluster(run, number))
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    rows = [
        [row.customer.number, row.customer.name, row.customer.city, row.customer.industry, _this_year(row)]
        for row in _members(request.actor, number, "export").iterator(2_000)
    ]
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(rows), reason=exporting.reason_of(request),
        payload={"what": "groups", "group": name},
    )  # fmt: skip
    head = [_("Number"), _("Customer"), _("City"), _("Industry"), _("Last year")]
    book = workbook.write([Sheet(_("Customer groups"), head, rows)], mark)
    response = HttpResponse(book, content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = (
        f'attachment; filename="hengke-group-{number}-{date.today():%Y%m%d}.xlsx"'
    )
    return response


@require_POST
def choose(request: StaffRequest) -> HttpResponse:
    """Have another number of groups."""
    grants.require(request.actor, "view", SUBJECT)
    if not foresight.may_run(request):
        raise NotAllowed("run_not_yours", "Only somebody who sees every line can have this worked out.")
    written = request.POST.get("number", "")
    if written and not (is_whole(written) and len(written) < 4):
        raise InputError("groups_range", "Choose from {least} to {most} groups.", least=3, most=8)
    clusters.choose(int(written) if written else None, actor=request.actor)
    messages.success(request, _("The groups are being found anew."))
    return redirect("groups")


def visible(actor: Actor, action: str = "view") -> QuerySet[ClusterMember]:
    """Members that the actor may see; none for who does not see all lines of a customer."""
    hidden = grants.hidden(actor, "customers.customer") | grants.hidden(actor, facts.LINES)
    if hidden & {"money", "institution"}:
        return ClusterMember.objects.none()
    return ClusterMember.objects.filter(customer__in=Customer.objects.visible_to(actor, action))


def _seen(actor: Actor) -> tuple[Foresight, dict[int, int]]:
    """The run and how many members of each group are in sight. Two queries."""
    run = runs.newest(Room.CLUSTERS)
    if run is None:
        raise NotFound("not_foreseen", "Nothing has been worked out yet.")
    rows = visible(actor).values_list("number").annotate(Count("pk")).order_by()
    counts = dict(rows)
    if not counts:
        raise NotFound("no_outlooks", "There is no customer here of whom you see every line.")
    return run, counts


def _cluster(run: Foresight, number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = next(
        (each for each in run.facts["clusters"] if each["cluster"] == number), None
    )
    if found is None:
        raise NotFound("no_group", "This group does not exist any more.")
    return found


def _group(told: dict[str, Any], counts: dict[int, int], whole: bool) -> dict[str, Any]:
    said = Words("billed").fitting(told["amount"])
    return {
        "name": words.name(told), "number": told["cluster"], "customers": counts[told["cluster"]],
        "url": f"/groups/{told['cluster']}", "share": told["share"] if whole else None,
        "amount": said.full(Decimal(str(told["amount"]))) if whole else "", "amount_share": told["amount_share"],
        "bar": charts.share_bar(told["amount_share"], charts.percent(told["amount_share"])) if whole else "",
        "traits": [words.trait(each) if whole else words.plain(each) for each in told["traits"]],
    }  # fmt: skip


def _chart(run: Foresight) -> charts.Chart:
    told = run.facts["clusters"]
    labels = [str(each["cluster"] + 1) for each in told]
    series = [
        charts.Series(_("Share of customers"), [each["share"] for each in told]),
        charts.Series(_("Share of contribution"), [each["amount_share"] for each in told]),
    ]
    return charts.bars(
        labels, series, title=_("Who they are and what they bring"), head=_("Group"), fmt=charts.percent
    )


def _members(actor: Actor, number: int, action: str = "view") -> QuerySet[ClusterMember]:
    found = visible(actor, action).filter(number=number).select_related("customer__outlook")
    return found.order_by("-customer__outlook__last_year", "pk")


def _row(row: ClusterMember) -> dict[str, Any]:
    return {"customer": row.customer, "amount": _this_year(row)}


def _this_year(row: ClusterMember) -> Decimal | None:
    outlook = getattr(row.customer, "outlook", None)
    return outlook.last_year if outlook else None
