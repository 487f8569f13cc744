"""What people decide about pairs of names: one by one or many at once, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from hengke.engines.access import events, grants
from hengke.engines.access.actor import SYSTEM_ROLE, Actor
from hengke.engines.access.models import Event
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, HengkeError, InputError, NotFound
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.customers.services import merging
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import ReviewPair
from hengke.modules.insight.services.reading import Report

SUBJECT = "insight.review"
APART = (ReviewState.DIFFERENT, ReviewState.NEVER)
VERDICTS = (ReviewState.SAME, *APART, ReviewState.SKIPPED)


def visible(actor: Actor) -> QuerySet[ReviewPair]:
    """Pairs of names whose customers the actor may see."""
    mine = Customer.objects.visible_to(actor)
    return ReviewPair.objects.filter(left__customer__in=mine, right__customer__in=mine)


def queue_of(actor: Actor, state: str = ReviewState.OPEN) -> QuerySet[ReviewPair]:
    """Undecided pairs that still are two customers, the likeliest first."""
    found = visible(actor).filter(state=state).exclude(left__customer=F("right__customer"))
    return found.order_by("-probability", "pk")


def decide(pair: ReviewPair, verdict: str, *, actor: Actor) -> ReviewPair:
    """Write down a verdict; "same" merges the two customers, the one with more lines stays.

    Conflict when the pair is decided already, or when names of the two were said to be different before.
    """
    grants.require(actor, "change", SUBJECT)
    if verdict not in VERDICTS:
        raise InputError("verdict", "Choose one of the answers.")
    with transaction.atomic():
        row = _locked(pair.pk, actor)
        if row.state not in (ReviewState.OPEN, ReviewState.SKIPPED):
            raise Conflict("pair_decided", "This pair has been decided already.")
        payload: dict[str, object] = {"verdict": verdict, "left": row.left.text, "right": row.right.text}
        if verdict == ReviewState.SAME:
            payload |= _merge(row, actor)
        event = events.record("pair.decided", actor=actor, subject=row, payload=payload)
        row.state, row.decided_by_id, row.decided_at, row.event = verdict, actor.user_id, clock.now(), event
        row.save(update_fields=["state", "decided_by", "decided_at", "event"])
    return row


def undo(pair: ReviewPair, *, actor: Actor) -> ReviewPair:
    """Open a decided pair again and separate what it had merged; Conflict when that was changed since."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        row = _locked(pair.pk, actor)
        if row.event is None:
            raise Conflict("pair_open", "This pair is not decided.")
        _separate(row.event, actor)
        events.record("pair.reopened", actor=actor, subject=row, payload={"verdict": row.state})
        row.state, row.decided_by, row.decided_at, row.event = ReviewState.OPEN, None, None, None
        row.save(update_fields=["state", "decided_by", "decided_at", "event"])
    return row


def last_of(actor: Actor) -> ReviewPair | None:
    """The pair that this person decided last."""
    mine = visible(actor).filter(decided_by=actor.user_id, event__isnull=False)
    return mine.order_by("-decided_at", "-pk").first()


def from_probability(actor: Actor, least: float) -> QuerySet[ReviewPair]:
    """Open pairs of at least that probability."""
    return queue_of(actor).filter(probability__gte=least)


def accept_all(least: float, *, actor: Actor) -> Job:
    """Queue the acceptance of every open pair of at least that probability."""
    grants.require(actor, "change", SUBJECT)
    if not 0 < least <= 1:
        raise InputError("probability", "Give a probability above 0 and at most 100 %.")
    ids = list(from_probability(actor, least).values_list("pk", flat=True))
    return queue.enqueue("insight.accept_pairs", title="Accept pairs of names", actor=actor, pairs=ids)


def accept(ids: Iterable[int], *, actor: Actor, report: Report) -> dict[str, int]:
    """Accept pairs one after the other; what has been decided or forbidden meanwhile is left alone."""
    wanted, accepted = list(ids), 0
    for done, pair in enumerate(_open(wanted), 1):
        try:
            decide(pair, ReviewState.SAME, actor=actor)
            accepted += 1
        except HengkeError:
            pass
        report("Accepting pairs", done, len(wanted))
    return {"accepted": accepted, "left_open": len(wanted) - accepted}


def undo_all(job: Job, *, actor: Actor) -> Job:
    """Queue the undoing of an acceptance of many pairs."""
    grants.require(actor, "change", SUBJECT)
    if job.kind != "insight.accept_pairs" or not job.is_over:
        raise Conflict("nothing_to_undo", "There is nothing to undo here.")
    pairs = job.arguments["pairs"]
    return queue.enqueue("insight.reopen_pairs", title="Open pairs of names again", actor=actor, pairs=pairs)


def reopen(ids: Iterable[int], *, actor: Actor, report: Report) -> dict[str, int]:
    """Undo decisions, the last one first; what cannot be undone any more stays as it is."""
    rows = list(
        ReviewPair.objects.filter(pk__in=list(ids), state=ReviewState.SAME).order_by("-decided_at", "-pk")
    )
    reopened = 0
    for done, pair in enumerate(rows, 1):
        try:
            undo(pair, actor=actor)
            reopened += 1
        except HengkeError:
            pass
        report("Opening pairs again", done, len(rows))
    return {"reopened": reopened}


def _locked(pk: int, actor: Actor) -> ReviewPair:
    found = (
        visible(actor)
        .select_for_update(of=("self",))
        .select_related("left", "right", "event")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound("pair_not_found", "This pair does not exist, or it is not yours to see.")
    return found


def _open(ids: list[int]) -> Iterable[ReviewPair]:
    for pk in ids:
        pair = ReviewPair.objects.filter(pk=pk, state=ReviewState.OPEN).first()
        if pair is not None:
            yield pair


def _merge(row: ReviewPair, actor: Actor) -> dict[str, object]:
    """What undo needs to know: the merge, and the names that nobody had decided before it."""
    customers = {row.left.customer_id, row.right.customer_id}
    if len(customers) == 1:
        return {"merge": None, "undecided": []}
    _require_not_apart(*customers)
    undecided = list(
        CustomerName.objects.filter(customer__in=customers, decided=False).values_list("pk", flat=True)
    )
    ranked = (
        Customer.objects.filter(pk__in=customers).annotate(seen=Sum("names__lines")).order_by("-seen", "pk")
    )
    survivor, absorbed = ranked
    merged = merging.merge(survivor, absorbed, actor=_reviewer(actor))
    return {"merge": merged.pk, "undecided": undecided}


def _separate(event: Event, actor: Actor) -> None:
    merge = event.payload.get("merge")
    if merge is None:
        return
    merging.take_back(Event.objects.get(pk=merge), actor=_reviewer(actor))
    # Undone is not decided: the pair may be asked again, so its names are as free as they were.
    CustomerName.objects.filter(pk__in=event.payload["undecided"]).update(decided=False)


def _require_not_apart(left: int, right: int) -> None:
    apart = ReviewPair.objects.filter(state__in=APART).filter(
        Q(left__customer=left, right__customer=right) | Q(left__customer=right, right__customer=left)
    )
    if (pair := apart.select_related("left", "right").first()) is not None:
        raise Conflict(
            "said_apart", "{left} and {right} were said to be different customers. Undo that decision first.",
            left=pair.left.text, right=pair.right.text,
        )  # fmt: skip


def _reviewer(actor: Actor) -> Actor:
    """The right to review is the right to merge what the queue proposes; the person stays the author."""
    return replace(actor, role=SYSTEM_ROLE)
