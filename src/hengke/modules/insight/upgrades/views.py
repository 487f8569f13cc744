"""Who could rise, what if some do, the plans, and new customers with their first tier."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.dashboard.words import tier_name
from hengke.modules.insight.enums import PlanState
from hengke.modules.insight.models import UpgradePlan
from hengke.modules.insight.services import reach, upgrading
from hengke.modules.insight.services.upgrading import SUBJECT
from hengke.modules.insight.upgrades.asked import RISING, Asked

PLANS = 100


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The whole room."""
    try:
        asked = Asked.of(request.actor)
    except NotFound as error:
        may_import = grants.may(request.actor, "change", "insight.import")
        nothing = {"title": _("Customer upgrades"), "words": _(error.template),
                   "import_url": "/imports/new" if may_import else ""}  # fmt: skip
        return render(request, "insight/dashboard/empty.html", nothing)
    tier, percent = request.GET.get("tier", RISING[-2]), request.GET.get("percent", "10")
    storeys = asked.pyramid()
    plans = _plans(request)
    context = {
        "title": _("Customer upgrades"), "asked": asked, "rising": _drawn(asked.rising()),
        "newcomers": asked.newcomers(storeys), "simulated": asked.simulated(tier, percent), "tier": tier,
        "percent": percent, "tiers": [(name, tier_name(name)) for name in RISING], "plans": plans,
        "sums": _sums(plans), "planned": {plan.customer_id for plan in plans if plan.state == PlanState.RUNNING},
        "may_plan": grants.may(request.actor, "change", SUBJECT),
    }  # fmt: skip
    return render(request, "insight/upgrades/page.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: StaffRequest, customer: int) -> HttpResponse:
    """Make a plan for a customer; what the figures propose stands in the form."""
    target = reach.customer(customer, actor=request.actor, subject=SUBJECT)
    found = Asked.of(request.actor).rising(customer)
    if not found:
        raise NotFound(
            "no_tier_above", "This customer brought nothing in the last twelve months, or is at the top."
        )
    row, wrong = found[0], ""
    if request.method == "POST":
        try:
            made = upgrading.start(customer, _values(request, row), actor=request.actor)
        except InputError as error:
            wrong = _(error.template).format(**error.params)
        else:
            messages.success(request, _("The plan runs. Its result is watched from now on."))
            return redirect("upgrade-plan", made.pk)
    context = {
        "title": target.name, "customer": target, "row": row, "wrong": wrong,
        "given": request.POST if request.method == "POST" else None,
        "expected": max(row["median"] - row["contribution"], Decimal(0)),
    }  # fmt: skip
    return render(request, "insight/upgrades/plan.html", context, status=400 if wrong else 200)


@require_GET
def watch(request: StaffRequest, pk: int) -> HttpResponse:
    """How a plan goes: what was billed in the last twelve months against its goal."""
    row = _found(request, pk)
    reached = upgrading.reached(request.actor, row)
    share = float(reached / row.goal) if row.goal else 0.0
    context = {
        "title": row.customer.name, "row": row, "reached": reached, "share": share,
        "bar": charts.share_bar(share, charts.percent(share)), "days": (row.until - clock.today()).days,
        "states": [(s.value, str(s.label)) for s in PlanState if s != PlanState.RUNNING],
        "may_end": row.state == PlanState.RUNNING
        and UpgradePlan.objects.visible_to(request.actor, "change").filter(pk=pk).exists(),
    }  # fmt: skip
    return render(request, "insight/upgrades/watch.html", context)


@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Say how a plan ended."""
    grants.require(request.actor, "change", SUBJECT)
    upgrading.end(pk, request.POST.get("state", ""), request.POST.get("note", ""), actor=request.actor)
    messages.success(request, _("Written down."))
    return redirect("upgrade-plan", pk)


def _found(request: StaffRequest, pk: int) -> UpgradePlan:
    grants.require(request.actor, "view", SUBJECT)
    row = (
        UpgradePlan.objects.visible_to(request.actor)
        .filter(pk=pk)
        .select_related("customer", "owner")
        .first()
    )
    if row is None:
        raise NotFound("plan_unknown", "This plan does not exist, or is not yours to change.")
    return row


def _plans(request: StaffRequest) -> list[UpgradePlan]:
    rows = UpgradePlan.objects.visible_to(request.actor).select_related("customer", "owner")
    return list(rows.order_by("-pk")[:PLANS])


def _sums(plans: list[UpgradePlan]) -> list[dict[str, Any]]:
    """Running plans summed per target tier."""
    running = [plan for plan in plans if plan.state == PlanState.RUNNING]
    return [
        {"tier": tier, "plans": len(mine), "budget": sum((p.budget for p in mine), Decimal(0)),
         "expected": sum((p.expected for p in mine), Decimal(0))}
        for tier in ("vip", "major", "regular") if (mine := [p for p in running if p.target == tier])
    ]  # fmt: skip


def _drawn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in rows:
        row["bar"] = charts.scale_bar(row["potential"], kind="ok")
    return rows


def _values(request: StaffRequest, row: dict[str, Any]) -> dict[str, Any]:
    given = request.POST
    try:
        until = date.fromisoformat(given.get("until", ""))
    except ValueError:
        until = None
    names = ("goal", "expected", "budget", "contact_plan")
    return {
        "tier": row["tier"], "target": row["target"], "potential": row["potential"], "before": row["contribution"],
        "until": until, **{name: given.get(name, "") for name in names},
    }  # fmt: skip
