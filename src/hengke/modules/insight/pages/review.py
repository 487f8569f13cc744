"""Names to review: one pair after the other, many at once, what was decided, and thresholds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import ReviewPair
from hengke.modules.insight.pages import pairs
from hengke.modules.insight.pages.common import REVIEW
from hengke.modules.insight.services import refresh, reviewing, thresholds

QUEUE = 60
DECIDED = 50
BULK_FROM = 0.9
TABS = {"open": ReviewState.OPEN, "skipped": ReviewState.SKIPPED}
BADGES = {
    ReviewState.SAME: "ok",
    ReviewState.DIFFERENT: "bad",
    ReviewState.NEVER: "bad",
    ReviewState.SKIPPED: "mute",
}
UNDECIDED = tuple(TABS.values())
RELATED = ("left__customer", "right__customer", "decided_by")


@require_GET
def queue(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """The pairs to decide, and one of them side by side."""
    grants.require(request.actor, "view", REVIEW)
    at = _found(request, pk) if pk is not None else None
    tab = (
        "skipped"
        if request.GET.get("tab") == "skipped" or (at and at.state == ReviewState.SKIPPED)
        else "open"
    )
    rows = list(reviewing.queue_of(request.actor, TABS[tab]).select_related(*RELATED)[:QUEUE])
    at = at or (rows[0] if rows else None)
    if at is not None and at not in rows and at.state in UNDECIDED:
        rows.insert(0, at)
    counts = _counts(request)
    context = {
        "title": _("Names to review"),
        "tabs": _tabs(tab, counts),
        "tab": tab,
        "queue": [pairs.line(row, current=row == at) for row in rows],
        "more": max(0, counts[tab] - len(rows)),
        "count": counts[tab],
        "pair": pairs.case(at, request.actor) if at else None,
        "badges": BADGES,
        "can_undo": reviewing.last_of(request.actor) is not None,
        "may_change": grants.may(request.actor, "change", REVIEW),
    }
    return render(request, "insight/review/queue.html", context)


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a verdict and go on with the next pair."""
    grants.require(request.actor, "change", REVIEW)
    pair = _found(request, pk)
    following = _next(request, pair)
    verdict = request.POST.get("verdict", "")
    decided = reviewing.decide(pair, verdict, actor=request.actor)
    if verdict != ReviewState.SKIPPED:
        words = f"{decided.left.text} · {decided.right.text}: {decided.get_state_display()}"
        messages.success(request, words, extra_tags=f"undo={reverse('review-reopen', args=(pk,))}")
    return redirect("review-pair", following) if following else redirect("review")


@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the decision about a pair back."""
    grants.require(request.actor, "change", REVIEW)
    pair = reviewing.undo(_found(request, pk), actor=request.actor)
    messages.success(request, _("Undone. The pair is open again."))
    return redirect("review-pair", pair.pk)


@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take the person's own last decision back."""
    grants.require(request.actor, "change", REVIEW)
    last = reviewing.last_of(request.actor)
    if last is None:
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    return reopen(request, last.pk)


@require_GET
def decided(request: StaffRequest) -> HttpResponse:
    """Who decided what, and when."""
    grants.require(request.actor, "view", REVIEW)
    found = reviewing.visible(request.actor).exclude(event=None).exclude(state=ReviewState.SKIPPED)
    found = found.select_related(*RELATED).order_by("-decided_at", "-pk")
    page = Paginator(found, DECIDED).get_page(request.GET.get("page"))
    context = {
        "title": _("Names to review"),
        "tabs": _tabs("decided", _counts(request)),
        "rows": [{"pair": row, "badge": BADGES[ReviewState(row.state)]} for row in page],
        "page": {
            "text": "",
            "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
            "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
        },
        "may_change": grants.may(request.actor, "change", REVIEW),
    }
    return render(request, "insight/review/decided.html", context)


@require_http_methods(["GET", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """Accept every open pair from a probability on: first how many they are, then do it."""
    grants.require(request.actor, "change", REVIEW)
    least = _percent(request, "least", BULK_FROM)
    if request.method == "POST":
        job = reviewing.accept_all(least, actor=request.actor)
        return redirect("job", job.pk)
    found = reviewing.from_probability(request.actor, least)
    chances = list(found.values_list("probability", flat=True))
    context = {
        "title": _("Accept many pairs"),
        "least": f"{least * 100:.10g}",
        "count": len(chances),
        "wrong": sum(1 - chance for chance in chances),
        "queue": [pairs.line(row, current=False) for row in found.select_related(*RELATED).reverse()[:QUEUE]],
        "undoable": Job.objects.filter(
            kind="insight.accept_pairs", actor=request.actor.user_id, state="done"
        ).last(),
    }
    return render(request, "insight/review/bulk.html", context)


@require_POST
def bulk_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Open the pairs again that were accepted together."""
    grants.require(request.actor, "change", REVIEW)
    job = Job.objects.filter(pk=pk, kind="insight.accept_pairs", actor=request.actor.user_id).first()
    if job is None:
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    return redirect("job", reviewing.undo_all(job, actor=request.actor).pk)


@require_http_methods(["GET", "POST"])
def limits(request: StaffRequest) -> HttpResponse:
    """From which probability on names are linked without asking; the expected error is shown before."""
    grants.require(request.actor, "change", REVIEW)
    now = thresholds.current()
    automatic, review = (
        _percent(request, name, value) for name, value in zip(("automatic", "review"), now, strict=True)
    )
    if request.POST.get("again"):
        return redirect("job", refresh.ask(actor=request.actor).pk)
    if request.method == "POST":
        thresholds.apply(automatic, review, actor=request.actor)
        job = refresh.ask(actor=request.actor)
        messages.success(request, _("The thresholds hold from the refresh that has just been asked for."))
        return redirect("job", job.pk)
    context = {
        "title": _("Thresholds"),
        "automatic": f"{automatic * 100:.10g}",
        "review": f"{review * 100:.10g}",
        "bands": _bands(thresholds.preview(*now), thresholds.preview(automatic, review)),
        "changed": (automatic, review) != now,
    }
    return render(request, "insight/review/thresholds.html", context)


def _bands(now: dict[str, Any], then: dict[str, Any]) -> list[dict[str, Any]]:
    """What the thresholds in force and the proposed ones do to the pairs of the last run."""
    if not now:
        return []
    said = [
        (_("Linked without asking"), "linked", "linked_wrong", _("of them strangers")),
        (_("Shown for review"), "reviewed", "review_right", _("of them the same customer")),
        (_("Left apart"), "distinct", "distinct_missed", _("of them the same customer")),
    ]
    return [
        {
            "label": label,
            "now": now[count],
            "now_share": now[share],
            "then": then[count],
            "then_share": then[share],
            "meaning": meaning,
        }
        for label, count, share, meaning in said
    ]


def _percent(request: StaffRequest, name: str, default: float) -> float:
    """A share from a field in percent; a comma does as well as a point."""
    given = (
        (request.POST if request.method == "POST" else request.GET)
        .get(name, "")
        .replace(",", ".")
        .strip(" %")
    )
    if not given:
        return default
    try:
        value = float(given) / 100
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise InputError("probability", "Give a probability above 0 and at most 100 %.")
    return round(value, 6)


def _found(request: StaffRequest, pk: int) -> ReviewPair:
    pair = reviewing.visible(request.actor).select_related(*RELATED).filter(pk=pk).first()
    if pair is None:
        raise NotFound("pair_not_found", "This pair does not exist, or it is not yours to see.")
    return pair


def _next(request: StaffRequest, pair: ReviewPair) -> int | None:
    """The pair that follows in the same queue."""
    if pair.state not in UNDECIDED:
        return None
    rows = reviewing.queue_of(request.actor, pair.state)
    behind = rows.filter(probability__lte=pair.probability).exclude(
        probability=pair.probability, pk__lte=pair.pk
    )
    following = behind.values_list("pk", flat=True).first()
    return (
        following if following is not None else rows.exclude(pk=pair.pk).values_list("pk", flat=True).first()
    )


def _counts(request: StaffRequest) -> dict[str, int]:
    return {name: reviewing.queue_of(request.actor, state).count() for name, state in TABS.items()}


def _tabs(current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    review = reverse("review")
    places = [
        ("open", _("To decide"), review),
        ("skipped", _("Skipped"), f"{review}?tab=skipped"),
        ("decided", _("Decided"), reverse("review-decided")),
    ]
    return [
        {"label": label, "url": url, "current": name == current, "count": counts.get(name)}
        for name, label, url in places
    ]
