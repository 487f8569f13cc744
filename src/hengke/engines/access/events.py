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
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from hengke.engines.access import behalf, lots, origin
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, EventSeal, JournalLot, RowJournal
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
    """Chain every committed event and lot of rows that has no seal yet, oldest first; returns how many."""
    with transaction.atomic():
        last = EventSeal.objects.select_for_update().order_by("-pk").values_list("chain", flat=True).first()
        chain = last or GENESIS
        seals = []
        for event in Event.objects.filter(seal=None).order_by("pk")[:BATCH]:
            chain = _link(chain, event)
            seals.append(EventSeal(event_id=event.pk, chain=chain))
        for lot in JournalLot.objects.filter(seal=None).order_by("pk")[:BATCH]:
            chain = _link_rows(chain, lot)
            seals.append(EventSeal(lot_id=lot.pk, rows_of=lot.event_id, chain=chain))
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

    `why` says what is wrong with the broken one, `row` which row of its journal; `head` is the last good link,
    "seal:hash", to be kept elsewhere.
    """

    verified: int
    broken: int | None
    unsealed: int
    why: str = field(default="", compare=False)
    head: str = field(default="", compare=False)
    row: str = field(default="", compare=False)


class Broken(Exception):
    """The chain does not hold at an event; arguments are its key and why, and the row of its journal or ""."""


def verify() -> Verdict:
    """Recompute the whole chain; `broken` names the first event whose content, rows, place or link does not hold."""
    count, head, unsealed = 0, "", Event.objects.filter(seal=None).count()
    redacted = _redactions()
    try:
        last, last_lot = 0, 0
        for seal, sealed in _sealed(redacted):
            head = f"{seal.pk}:{seal.chain}"
            if isinstance(sealed, Event):
                _check_content(sealed, redacted)
                count, last = count + 1, sealed.pk
            else:
                last_lot = sealed.pk
        _check_tail(last, redacted)
        _check_last_rows(last_lot, redacted)
    except Broken as broken:
        key, why, *row = broken.args
        return Verdict(count, key, unsealed, why, head, "".join(row))
    return Verdict(count, None, unsealed, "", head)


def _sealed(redacted: Redacted) -> Iterator[tuple[EventSeal, Event | JournalLot]]:
    """Seals with what they cover in the order of the chain, as far as it holds."""
    chain, before, last, last_lot = GENESIS, 0, 0, 0
    for batch in _batches():
        found = Event.objects.in_bulk([seal.event_id for seal in batch if seal.event_id])
        held = JournalLot.objects.in_bulk([seal.lot_id for seal in batch if seal.lot_id])
        rows = lots.look(list(held.values()))
        for seal in batch:
            key, sealed = _covered(seal, found, held)
            # SQLite numbers without gaps and one writer after the other; PostgreSQL may leave gaps.
            if before and _without_gaps() and seal.pk != before + 1:
                raise Broken(key, gettext_noop("a seal before it is gone"))
            if isinstance(sealed, Event):
                if last and _without_gaps() and sealed.pk != last + 1:
                    raise Broken(key, gettext_noop("an event before it is missing or was put in later"))
                chain, last = _link(chain, sealed), sealed.pk
            else:
                if last_lot and _without_gaps() and sealed.pk != last_lot + 1:
                    raise Broken(key, gettext_noop("rows of its journal were put in later"))
                _check_rows(sealed, rows[sealed.pk], redacted)
                chain, last_lot = _link_rows(chain, sealed), sealed.pk
            if seal.chain != chain:
                raise Broken(key, gettext_noop("the link does not fit"))
            before = seal.pk
            yield seal, sealed


def _covered(
    seal: EventSeal, found: dict[int, Event], held: dict[int, JournalLot]
) -> tuple[int, Event | JournalLot]:
    """What a seal is about, and the event to name when something is wrong with it."""
    if seal.lot_id is not None:
        lot = held.get(seal.lot_id)
        if lot is None:
            raise Broken(seal.rows_of, gettext_noop("rows of its journal are gone"))
        return lot.event_id, lot
    event = found.get(seal.event_id or 0)
    if event is None:
        raise Broken(seal.event_id, gettext_noop("the event is gone"))
    return event.pk, event


def _batches() -> Iterator[list[EventSeal]]:
    after = 0
    while batch := list(EventSeal.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield batch
        after = batch[-1].pk


def _check_content(event: Event, redacted: Redacted) -> None:
    if _digest(event.salt, event.payload) not in (event.digest, redacted.payloads.get(event.pk)):
        raise Broken(event.pk, gettext_noop("the content was changed"))


def _check_rows(lot: JournalLot, found: lots.Found, redacted: Redacted) -> None:
    """The rows of a lot: none changed, taken out or put in."""
    if found.digest in (lot.digest, redacted.lots.get(lot.pk)):
        return
    if found.changed:
        raise Broken(lot.event_id, gettext_noop("a row of its journal was changed"), found.changed)
    if found.count < lot.count:
        raise Broken(lot.event_id, gettext_noop("rows of its journal are gone"))
    raise Broken(lot.event_id, gettext_noop("rows of its journal were put in later"))


def _check_last_rows(last: int, redacted: Redacted) -> None:
    """Lots that the sealer has not reached, and rows that belong to none."""
    pending = JournalLot.objects.filter(seal=None).order_by("pk")
    while some := list(pending.filter(pk__gt=last)[:BATCH]):
        rows = lots.look(some)
        for lot in some:
            if last and _without_gaps() and lot.pk != last + 1:
                raise Broken(lot.event_id, gettext_noop("rows of its journal were put in later"))
            _check_rows(lot, rows[lot.pk], redacted)
            last = lot.pk
    stray = RowJournal.objects.filter(~Exists(JournalLot.objects.filter(pk=OuterRef("lot_id"))))
    if (row := stray.order_by("pk").first()) is not None:
        raise Broken(
            row.event_id, gettext_noop("rows of its journal were put in later"), f"{row.model} #{row.row_id}"
        )
    if last and _without_gaps() and _last_number(JournalLot) not in (0, last):
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
        raise Broken(newest or 0, gettext_noop("rows of its journal are gone"))


def _check_tail(last: int, redacted: Redacted) -> None:
    """Events that the sealer has not reached: their content holds, and none was taken out."""
    for event in Event.objects.filter(seal=None).order_by("pk").iterator(BATCH):
        _check_content(event, redacted)
        if last and _without_gaps() and event.pk != last + 1:
            raise Broken(event.pk, gettext_noop("an event before it is missing or was put in later"))
        last = event.pk
    if _without_gaps() and (gone := _last_number(Event) or last) != last:
        raise Broken(gone, gettext_noop("the last events are gone"))


@dataclass(frozen=True)
class Redacted:
    """Digests of what stands where an erasure took the original: payloads by event, rows by lot."""

    payloads: dict[int, str] = field(default_factory=dict)
    lots: dict[int, str] = field(default_factory=dict)


def _redactions() -> Redacted:
    found = Redacted()
    for event in Event.objects.filter(kind=REDACTED).order_by("pk"):
        if _digest(event.salt, event.payload) == event.digest:
            for kept, word in ((found.payloads, "digests"), (found.lots, "lots")):
                kept.update({int(key): digest for key, digest in event.payload.get(word, {}).items()})
    return found


def _without_gaps() -> bool:
    return connection.vendor == "sqlite"


def _last_number(model: type[models.Model]) -> int:
    """The highest number that SQLite has given to a row of a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _digest(salt: str, payload: dict[str, Any]) -> str:
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _link_rows(chain: str, lot: JournalLot) -> str:
    facts = (chain, "rows", lot.pk, lot.event_id, lot.digest)
    return hashlib.sha256("\x1f".join(map(str, facts)).encode()).hexdigest()


def _link(chain: str, event: Event) -> str:
    facts: tuple[object, ...] = (
        chain, event.pk, event.at.timestamp(), event.kind, event.actor_id, event.channel,
        event.subject_type, event.subject_id, event.party_id, event.audience, event.digest,
    )  # fmt: skip
    # Events from before origins were kept have none, and links of their own form.
    facts += (event.address, event.device) if event.address or event.device else ()
    return hashlib.sha256("\x1f".join(map(str, facts)).encode()).hexdigest()
