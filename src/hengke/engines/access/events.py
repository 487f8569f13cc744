"""Write, seal and verify the event stream."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils.translation import gettext_noop

from hengke.engines.access import behalf, origin
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, EventSeal
from hengke.kernel import clock

GENESIS = "0" * 64
BATCH = 2_000


Listener = Callable[[Event, Actor], None]
_listeners: list[Listener] = []


def on_record(listener: Listener) -> None:
    """Call `listener` with every event, inside the transaction of its change; it must take few queries."""
    if listener not in _listeners:
        _listeners.append(listener)


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
    salt, where = secrets.token_hex(16), origin.current()
    event = Event.objects.create(
        at=clock.now(),
        kind=kind,
        actor_id=actor.user_id,
        channel=actor.channel,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        party_id=party_id,
        audience=audience,
        address=where.address,
        device=where.device,
        payload=plain,
        salt=salt,
        digest=_digest(salt, plain),
    )
    for listener in _listeners:
        listener(event, actor)
    return event


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


REDACTED = "privacy.redacted"


def redact(event: Event, payload: dict[str, Any]) -> str:
    """Put `payload` in the place of an event's own; returns the digest that a `REDACTED` event must name.

    The old salt goes with the old payload: a telephone number could be guessed from its digest otherwise.
    """
    salt = secrets.token_hex(16)
    Event.objects.filter(pk=event.pk).update(payload=payload, salt=salt)
    return _digest(salt, payload)


@dataclass(frozen=True)
class Verdict:
    """What verification found: number of good links, first broken event, events not sealed yet.

    `why` says what is wrong with the broken one; `head` is the last good link, "seal:hash", to be kept elsewhere.
    """

    verified: int
    broken: int | None
    unsealed: int
    why: str = field(default="", compare=False)
    head: str = field(default="", compare=False)


class Broken(Exception):
    """The chain does not hold at an event; arguments are its key and why."""


def verify() -> Verdict:
    """Recompute the whole chain; `broken` names the first event whose content, place or link does not hold."""
    count, head, unsealed = 0, "", Event.objects.filter(seal=None).count()
    redacted = _redactions()
    try:
        last = 0
        for seal, event in _sealed():
            _check_content(event, redacted)
            count, head, last = count + 1, f"{seal.pk}:{seal.chain}", event.pk
        _check_tail(last, redacted)
    except Broken as broken:
        key, why = broken.args
        return Verdict(count, key, unsealed, why, head)
    return Verdict(count, None, unsealed, "", head)


def _sealed() -> Iterator[tuple[EventSeal, Event]]:
    """Seals with their events in the order of the chain, as far as it holds."""
    chain, before, last = GENESIS, 0, 0
    for batch in _batches():
        found = Event.objects.in_bulk([seal.event_id for seal in batch])
        for seal in batch:
            event = found.get(seal.event_id)
            if event is None:
                raise Broken(seal.event_id, gettext_noop("the event is gone"))
            # SQLite numbers without gaps and one writer after the other; PostgreSQL may leave gaps.
            if before and _without_gaps() and seal.pk != before + 1:
                raise Broken(event.pk, gettext_noop("a seal before it is gone"))
            if last and _without_gaps() and event.pk != last + 1:
                raise Broken(event.pk, gettext_noop("an event before it is missing or was put in later"))
            chain = _link(chain, event)
            if seal.chain != chain:
                raise Broken(event.pk, gettext_noop("the link does not fit"))
            before, last = seal.pk, event.pk
            yield seal, event


def _batches() -> Iterator[list[EventSeal]]:
    after = 0
    while batch := list(EventSeal.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield batch
        after = batch[-1].pk


def _check_content(event: Event, redacted: dict[int, str]) -> None:
    if _digest(event.salt, event.payload) not in (event.digest, redacted.get(event.pk)):
        raise Broken(event.pk, gettext_noop("the content was changed"))


def _check_tail(last: int, redacted: dict[int, str]) -> None:
    """Events that the sealer has not reached: their content holds, and none was taken out."""
    for event in Event.objects.filter(seal=None).order_by("pk").iterator(BATCH):
        _check_content(event, redacted)
        if last and _without_gaps() and event.pk != last + 1:
            raise Broken(event.pk, gettext_noop("an event before it is missing or was put in later"))
        last = event.pk
    if _without_gaps() and (gone := _last_number() or last) != last:
        raise Broken(gone, gettext_noop("the last events are gone"))


def _redactions() -> dict[int, str]:
    """Digests of the payloads that stand where an erasure took the original."""
    found: dict[int, str] = {}
    for event in Event.objects.filter(kind=REDACTED).order_by("pk"):
        if _digest(event.salt, event.payload) == event.digest:
            found |= {int(key): digest for key, digest in event.payload["digests"].items()}
    return found


def _without_gaps() -> bool:
    return connection.vendor == "sqlite"


def _last_number() -> int:
    """The highest number that SQLite has given to an event."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [Event._meta.db_table])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _digest(salt: str, payload: dict[str, Any]) -> str:
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _link(chain: str, event: Event) -> str:
    facts: tuple[object, ...] = (
        chain, event.pk, event.at.timestamp(), event.kind, event.actor_id, event.channel,
        event.subject_type, event.subject_id, event.party_id, event.audience, event.digest,
    )  # fmt: skip
    # Events from before origins were kept have none, and links of their own form.
    facts += (event.address, event.device) if event.address or event.device else ()
    return hashlib.sha256("\x1f".join(map(str, facts)).encode()).hexdigest()
