"""What people decide about pairs of names; every decision is remembered, feeds the next run and can be undone."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, QuerySet

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.modules.customers.models import Customer
from hengke.modules.customers.services import merging
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import ReviewPair
from hengke.modules.insight.services.pairs import UNDECIDED

SUBJECT = "insight.review"


def queue(state: str = ReviewState.OPEN) -> QuerySet[ReviewPair]:
    """Pairs in that state, surest first; pairs that have become one customer meanwhile need no decision."""
    found = ReviewPair.objects.filter(state=state).select_related("left__customer", "right__customer", "decided_by")
    if state in UNDECIDED:
        found = found.exclude(left__customer=F("right__customer"))
    return found.order_by("-probability", "pk")


def accept(pair: ReviewPair, *, actor: Actor) -> Event:
    """The same customer: the one with fewer lines becomes part of the other. Errors as `merging.merge`."""
    with transaction.atomic():
        pair = _to_decide(pair, actor)
        left, right = pair.left.customer, pair.right.customer
        if left.pk == right.pk:
            raise Conflict("already_one", "These two names belong to one customer already.")
        survivor, absorbed = sorted((left, right), key=_standing)
        event = merging.merge(survivor, absorbed, actor=actor)
        return _decide(pair, ReviewState.SAME, actor, event)


def reject(pair: ReviewPair, *, actor: Actor) -> Event:
    """Different customers: the two names are not proposed again unless somebody reopens the pair."""
    return _turn_down(pair, ReviewState.DIFFERENT, actor)


def never(pair: ReviewPair, *, actor: Actor) -> Event:
    """Never match these two: as `reject`, and the pair is left out of the list of decided ones to look at again."""
    return _turn_down(pair, ReviewState.NEVER, actor)


def skip(pair: ReviewPair, *, actor: Actor) -> Event:
    """Leave the pair for later."""
    return _turn_down(pair, ReviewState.SKIPPED, actor)


def undo(pair: ReviewPair, *, actor: Actor) -> Event:
    """Take a decision back and put the pair into the queue again; errors as `merging.unmerge`."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        pair = _locked(pair)
        if pair.state == ReviewState.OPEN or pair.event is None:
            raise Conflict("not_decided", "There is no decision to take back.")
        if pair.state == ReviewState.SAME:
            merging.unmerge(pair.event, actor=actor)
        event = events.record("review.undone", actor=actor, subject=pair, payload={"state": pair.state})
        pair.state, pair.decided_by_id, pair.decided_at, pair.event = ReviewState.OPEN, None, None, None
        pair.save(update_fields=["state", "decided_by", "decided_at", "event"])
    return event


def last_decided(actor: Actor) -> ReviewPair | None:
    """The pair that this person decided last: what the undo key takes back."""
    mine = ReviewPair.objects.filter(decided_by_id=actor.user_id).exclude(state=ReviewState.OPEN)
    return mine.order_by("-decided_at", "-pk").first()


def accept_above(probability: float, *, actor: Actor) -> tuple[int, int]:
    """Accept every open pair at or above `probability`, surest first: (accepted, left because something contradicts).

    Each is a merge of its own, so each can be undone alone.
    """
    grants.require(actor, "change", SUBJECT)
    if not 0.5 <= probability <= 1:
        raise InputError("bulk_threshold", "Accepting many at once needs a probability between 50 % and 100 %.")
    done = left = 0
    for pk in list(queue().filter(probability__gte=probability).values_list("pk", flat=True)):
        try:
            accept(ReviewPair.objects.get(pk=pk), actor=actor)
            done += 1
        except Conflict:
            left += 1
    return done, left


def _turn_down(pair: ReviewPair, state: str, actor: Actor) -> Event:
    with transaction.atomic():
        pair = _to_decide(pair, actor)
        names = {"left": pair.left.text, "right": pair.right.text}
        event = events.record(f"review.{state}", actor=actor, subject=pair, payload=names)
        return _decide(pair, state, actor, event)


def _to_decide(pair: ReviewPair, actor: Actor) -> ReviewPair:
    grants.require(actor, "change", SUBJECT)
    pair = _locked(pair)
    if pair.state not in UNDECIDED:
        raise Conflict("decided_already", "Somebody has decided about this pair already.")
    return pair


def _locked(pair: ReviewPair) -> ReviewPair:
    row = ReviewPair.objects.select_for_update(of=("self",)).filter(pk=pair.pk).first()
    if row is None:
        raise NotFound("pair_gone", "The last run of name resolution has settled this pair.")
    return row


def _decide(pair: ReviewPair, state: str, actor: Actor, event: Event) -> Event:
    pair.state, pair.decided_by_id, pair.decided_at, pair.event = state, actor.user_id, clock.now(), event
    pair.save(update_fields=["state", "decided_by", "decided_at", "event"])
    return event


def _standing(customer: Customer) -> tuple[int, int]:
    """Most lines first, then the older record."""
    return -sum(customer.names.values_list("lines", flat=True)), customer.pk
