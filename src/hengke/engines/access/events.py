"""Write, seal and verify the event stream."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from hengke.engines.access import behalf
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, EventSeal
from hengke.kernel import clock

GENESIS = "0" * 64
BATCH = 2_000


def record(
    kind: str,
    *,
    actor: Actor,
    subject: models.Model | None = None,
    party_id: int | None = None,
    payload: dict[str, Any] | None = None,
    audience: str = "",
) -> Event:
    """Append one event; call it inside the transaction of the change that it tells of."""
    if stood_in := behalf.absent_owner(actor, subject):
        payload = {**(payload or {}), "for": stood_in}
    plain = json.loads(json.dumps(payload or {}, cls=DjangoJSONEncoder))
    salt = secrets.token_hex(16)
    return Event.objects.create(
        at=clock.now(),
        kind=kind,
        actor_id=actor.user_id,
        channel=actor.channel,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        party_id=party_id,
        audience=audience,
        payload=plain,
        salt=salt,
        digest=_digest(salt, plain),
    )


def seal_pending() -> int:
    """Chain every committed event that has no seal yet, oldest first; returns how many."""
    with transaction.atomic():
        last = EventSeal.objects.select_for_update().order_by("-pk").values_list("chain", flat=True).first()
        chain = last or GENESIS
        seals = []
        for event in Event.objects.filter(seal=None).order_by("pk")[:BATCH]:
            chain = _link(chain, event)
            seals.append(EventSeal(event_id=event.pk, chain=chain))
        EventSeal.objects.bulk_create(seals)
    return len(seals)


@dataclass(frozen=True)
class Verdict:
    """What verification found: number of good links, first broken event, events not sealed yet."""

    verified: int
    broken: int | None
    unsealed: int


def verify() -> Verdict:
    """Recompute the whole chain; `broken` names the first event whose content or link does not hold."""
    chain, count, previous = GENESIS, 0, 0
    for seal in EventSeal.objects.select_related("event").order_by("pk").iterator(BATCH):
        event = seal.event
        expected = _link(chain, event)
        # A gap in the seals' own numbering means that a link was taken out.
        if (
            seal.chain != expected
            or _digest(event.salt, event.payload) != event.digest
            or seal.pk <= previous
        ):
            return Verdict(count, event.pk, _unsealed())
        chain, count, previous = expected, count + 1, seal.pk
    return Verdict(count, None, _unsealed())


def _unsealed() -> int:
    return Event.objects.filter(seal=None).count()


def _digest(salt: str, payload: dict[str, Any]) -> str:
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _link(chain: str, event: Event) -> str:
    facts = (
        chain, event.pk, event.at.timestamp(), event.kind, event.actor_id, event.channel,
        event.subject_type, event.subject_id, event.party_id, event.audience, event.digest,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, facts)).encode()).hexdigest()
