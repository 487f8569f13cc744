"""Why customers were lost, as people found out: two trees of causes, and how winning back stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import LossCause, OwnCause, WinBack
from hengke.modules.insight.models import LossRecord
from hengke.modules.insight.services import reach

SUBJECT = "insight.lossrecord"
LONGEST = 2_000


def newest(actor: Actor, customers: Iterable[int]) -> dict[int, LossRecord]:
    """What was said last of each of these customers, as far as the actor may know. One query."""
    rows = LossRecord.objects.visible_to(actor).filter(customer__in=list(customers)).order_by("pk")
    return {row.customer_id: row for row in rows}


def record(customer: int, values: Mapping[str, str], *, actor: Actor) -> LossRecord:
    """Write down a cause and the state of winning back; what was said before stays in the history."""
    target = customer_of(customer, actor)
    cause, own, back = (values.get(name, "") for name in ("cause", "own_cause", "win_back"))
    note = values.get("note", "").strip()
    known = (cause in ("", *LossCause.values), own in ("", *OwnCause.values), back in WinBack.values)
    if not all(known):
        raise InputError("loss_cause", "Choose a cause and how winning back stands from the lists.")
    if not cause and not own and back == WinBack.NOT_TRIED and not note:
        raise InputError("loss_empty", "Choose a cause, or write what you know.")
    if len(note) > LONGEST or "\x00" in note:
        raise InputError("work_text", "Write at most {most} characters.", most=LONGEST)
    with transaction.atomic():
        row = LossRecord.objects.create(
            customer=target, cause=cause, own_cause=own, win_back=back, note=note, actor_id=actor.user_id
        )
        payload = {"cause": cause, "own_cause": own, "win_back": back}
        events.record("loss.recorded", actor=actor, subject=row, party_id=customer, payload=payload)
    return row


def customer_of(customer: int, actor: Actor) -> Customer:
    """The customer, if the actor may say why it was lost."""
    return reach.customer(customer, actor=actor, subject=SUBJECT)
