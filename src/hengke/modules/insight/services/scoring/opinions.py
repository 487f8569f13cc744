"""What people say against a score: another one in its place, or none at all; every change can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction

from hengke.engines.access import events, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Band, ScoreKind
from hengke.modules.insight.models import CustomerScore, ProfilingRefusal, ScoreOverride
from hengke.modules.insight.services.scoring import rights, running, writing
from hengke.modules.insight.services.scoring.kinds import RISKS, Rules, rules

LONGEST = 300
KINDS = ("score.overridden", "score.override_removed", "score.refused", "score.allowed")
GRADES = (Band.GOOD, Band.FAIR, Band.POOR)


def override(customer: Customer, kind: str, grade: str, reason: str, *, actor: Actor) -> Event:
    """Put a grade in the place of the model's score, with a reason. InputError for either that cannot be."""
    if kind not in ScoreKind.values or grade not in GRADES:
        raise InputError("grade_unknown", "Choose one of the grades.")
    reason = _reason(reason)
    if ProfilingRefusal.objects.filter(customer=customer).exists():
        raise Conflict("scores_refused", "This customer is not scored. Allow scores first.")
    value = middle(kind, grade, rules()[kind])
    with _change("score.overridden", customer, actor, kind=kind, grade=grade, reason=reason) as event:
        row = ScoreOverride.objects.create(
            customer=customer,
            kind=kind,
            value=value,
            reason=reason,
            actor_id=actor.user_id,
            set_at=clock.now(),
        )
        journal.write(event, ScoreOverride, {}, journal.states([row]))
    return event


def leave_to_model(customer: Customer, kind: str, *, actor: Actor) -> Event:
    """Take the grades that people set away. NotFound when there is none."""
    rows = ScoreOverride.objects.filter(customer=customer, kind=kind)
    with _change("score.override_removed", customer, actor, kind=kind) as event:
        if not _delete(event, ScoreOverride, rows):
            raise NotFound("no_override", "Nobody has set this score.")
    return event


def refuse(customer: Customer, reason: str, *, actor: Actor) -> Event:
    """No more scores of this customer: those that are there are removed. Conflict when it refused already."""
    if ProfilingRefusal.objects.filter(customer=customer).exists():
        raise Conflict("refused_already", "This customer is not scored already.")
    reason = _reason(reason)
    with _change("score.refused", customer, actor, reason=reason) as event:
        row = ProfilingRefusal.objects.create(
            customer=customer, reason=reason, actor_id=actor.user_id, set_at=clock.now()
        )
        journal.write(event, ProfilingRefusal, {}, journal.states([row]))
        _delete(event, ScoreOverride, ScoreOverride.objects.filter(customer=customer))
        CustomerScore.objects.filter(customer=customer).delete()  # made by runs: no journal
    return event


def allow(customer: Customer, *, actor: Actor) -> Event:
    """Score this customer again, beginning with the next round, which is asked for at once."""
    with _change("score.allowed", customer, actor) as event:
        if not _delete(event, ProfilingRefusal, ProfilingRefusal.objects.filter(customer=customer)):
            raise NotFound("no_refusal", "This customer has not refused scores.")
        transaction.on_commit(lambda: running.ask(actor=actor))
    return event


def take_back(event_id: int, *, actor: Actor) -> Customer:
    """Undo one of these changes. NotFound when there is none; Conflict when it was changed since."""
    event = Event.objects.filter(pk=event_id, kind__in=KINDS).first()
    if event is None or event.subject_id is None:
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    customer = rights.customer(actor, event.subject_id, "change")
    with transaction.atomic():
        journal.undo(event, actor=actor)
        if ProfilingRefusal.objects.filter(customer=customer).exists():
            CustomerScore.objects.filter(customer=customer).delete()
        writing.denormalise({customer.pk})
        transaction.on_commit(lambda: running.ask(actor=actor))
    return customer


def middle(kind: str, grade: str, cuts: Rules) -> float:
    """The value in the middle of a grade."""
    goodness = {
        Band.GOOD: (1 + cuts.good) / 2, Band.FAIR: (cuts.good + cuts.fair) / 2, Band.POOR: cuts.fair / 2,
    }[Band(grade)]  # fmt: skip
    return round(1 - goodness if kind in RISKS else goodness, 4)


@contextmanager
def _change(name: str, customer: Customer, actor: Actor, **payload: Any) -> Iterator[Event]:
    with transaction.atomic():
        event = events.record(name, actor=actor, subject=customer, party_id=customer.pk, payload=payload)
        yield event
        writing.denormalise({customer.pk})


def _delete(event: Event, model: type[models.Model], rows: models.QuerySet[Any]) -> int:
    before = journal.states(rows)
    journal.write(event, model, before, {})
    rows.delete()
    return len(before)


def _reason(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise InputError("reason_needed", "Give a reason of at most {most} characters.", most=LONGEST)
    return text
