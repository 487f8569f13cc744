"""Certificates from draft to hand-over; issuing one sets when the instrument is due next."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from hengke.engines.access import events, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.schema import lifecycle, registry
from hengke.engines.records.search import index
from hengke.engines.records.writing import bulk, journalled
from hengke.kernel import clock
from hengke.kernel.errors import NotAllowed, NotFound
from hengke.modules.orders.enums import CertificateState, Conclusion, LineState
from hengke.modules.orders.models import CERTIFICATE_NUMBER, Certificate, CommissionLine
from hengke.modules.orders.services import commissions, instruments

SUBJECT = "orders.certificate"
CHANGED = (
    "state", "done_on", "conclusion", "valid_until", "issued_on", "editor_id", "reviewer_id", "delivered_to",
    "delivery",
)  # fmt: skip


def draft(lines: Sequence[CommissionLine], event: Event) -> list[Certificate]:
    """A certificate for every line that has none, with the validity that its interval gives.

    One whose making was undone comes back: a line has one certificate, and no number is given twice.
    """
    kept = list(Certificate.objects.filter(line__in=lines))
    gone = [row for row in kept if row.deleted_at is not None]
    before = journal.states(gone)
    for row in gone:
        row.deleted_at = None
    journalled.store(event, gone, before, ("deleted_at",))
    having = {row.line_id for row in kept}
    bare = [line for line in lines if line.pk not in having]
    numbers = CERTIFICATE_NUMBER.take(len(bare))
    made = [
        Certificate(
            number=number,
            line=line,
            customer_id=line.customer_id,
            laboratory=line.laboratory,
            code=commissions.code(12),
        )
        for number, line in zip(numbers, bare, strict=True)
    ]
    bulk.insert(Certificate, made)
    journal.write(event, Certificate, {}, journal.states(made))
    index.add_records(registry.by_slug("certificates"), made)
    return made


def months_later(day: date, months: int) -> date:
    """The same day of a later month, its last day where there is none: 12 months after 29 February is the 28th.

    What holds for so many months ends the day before; this is that following day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def valid_until(line: CommissionLine, done_on: date) -> date | None:
    """The last day on which a certificate holds; None when no interval is known."""
    instrument, item = line.instrument, line.item
    months = (instrument.interval_months if instrument else None) or (item.interval_months if item else None)
    return date.fromordinal(months_later(done_on, months).toordinal() - 1) if months else None


def edit(
    ids: Sequence[int], *, actor: Actor, done_on: date | None = None, conclusion: str = Conclusion.PASSED,
    until: date | None = None,
) -> Event:  # fmt: skip
    """Fill in when the work was done and with what result; from then on somebody else reviews it."""
    day = done_on or clock.today()

    def change(row: Certificate) -> None:
        row.done_on, row.conclusion, row.editor_id = day, conclusion, actor.user_id
        fails = conclusion == Conclusion.FAILED
        row.valid_until = None if fails else (until or valid_until(row.line, day))

    return _move(ids, CertificateState.TO_REVIEW, change, actor)


def review(ids: Sequence[int], *, actor: Actor) -> Event:
    """Approve; NotAllowed for what one edited oneself: four eyes see more than two."""

    def change(row: Certificate) -> None:
        if row.editor_id is not None and row.editor_id == actor.user_id:
            raise NotAllowed("own_work", "Who edited a certificate does not review it: ask a colleague.")
        row.reviewer_id = actor.user_id

    return _move(ids, CertificateState.TO_PRINT, change, actor)


def send_back(ids: Sequence[int], *, actor: Actor) -> Event:
    """Back to the editor."""
    return _move(ids, CertificateState.TO_EDIT, lambda row: None, actor)


def issue(ids: Sequence[int], *, actor: Actor) -> Event:
    """Printed and signed: it is issued today, its line is finished, and the instrument has its next due day."""

    def change(row: Certificate) -> None:
        row.issued_on = clock.today()

    with transaction.atomic():
        event = _move(ids, CertificateState.TO_COLLECT, change, actor)
        rows = list(Certificate.objects.filter(pk__in=ids).select_related("line"))
        instruments.next_due(rows, event)
        _lines_become([row.line for row in rows], LineState.ISSUED, event, actor)
    return event


def collect(ids: Sequence[int], *, actor: Actor, delivered_to: str = "", delivery: str = "") -> Event:
    """Handed over with the instrument."""

    def change(row: Certificate) -> None:
        row.delivered_to = delivered_to or row.delivered_to
        row.delivery = delivery or row.delivery

    with transaction.atomic():
        event = _move(ids, CertificateState.COLLECTED, change, actor)
        rows = Certificate.objects.filter(pk__in=ids).select_related("line")
        _lines_become([row.line for row in rows], LineState.COLLECTED, event, actor)
    return event


def _lines_become(lines: Sequence[CommissionLine], state: str, event: Event, actor: Actor) -> None:
    record = registry.by_slug("commission-lines")
    for line in lines:
        lifecycle.require_step(record, actor, line, state)
    before = journal.states(lines)
    for line in lines:
        line.state = state
    journalled.store(event, lines, before, ("state",))
    commissions.note_passages(lines, actor)
    instruments.follow(lines, event)
    commissions.keep_sums({line.commission_id for line in lines}, event)


def _move(ids: Sequence[int], state: str, change: Any, actor: Actor) -> Event:
    """Take certificates to `state`, all or none."""
    record = registry.by_slug("certificates")
    with transaction.atomic():
        keys = list(
            Certificate.objects.visible_to(actor, "change").filter(pk__in=ids).values_list("pk", flat=True)
        )
        locked = Certificate.objects.select_for_update(of=("self",)).filter(pk__in=keys)
        rows = list(locked.select_related("line__instrument", "line__item").order_by("pk"))
        if not rows or len(rows) != len(set(ids)):
            raise NotFound(
                "objects_not_found", "Not all of these can be found. Reload the list and choose again."
            )
        before = journal.states(rows)
        for row in rows:
            lifecycle.require_step(record, actor, row, state)
            change(row)
            row.state = state
        event = _told(rows, state, actor)
        journalled.store(event, rows, before, CHANGED)
    return event


def _told(rows: Sequence[Certificate], state: str, actor: Actor) -> Event:
    parties = {row.customer_id for row in rows}
    return events.record(
        "certificate.passed",
        actor=actor,
        subject=rows[0] if len(rows) == 1 else None,
        party_id=parties.pop() if len(parties) == 1 else None,
        audience=rows[0].laboratory if len({row.laboratory for row in rows}) == 1 else "",
        payload={"state": state, "count": len(rows)},
    )
