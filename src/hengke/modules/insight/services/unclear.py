"""Rows that could mean several stored lines: a person says whether one is new or corrects a certain line."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max, QuerySet

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, NotFound
from hengke.modules.insight.models import Import, LedgerLine, Reject
from hengke.modules.insight.services import loading, places, refresh, rows, sources
from hengke.modules.insight.services.reading import BOOKED_AHEAD
from hengke.modules.insight.services.rows import Kept
from hengke.modules.insight.services.sources import SUBJECT


def candidates(reject: Reject) -> QuerySet[LedgerLine]:
    """The stored lines that the row could mean: those of its key."""
    key = _row(reject).key_hash
    return LedgerLine.objects.filter(source_id=reject.origin.source_id, key_hash=key).order_by("occurrence")


def take_as_new(reject: Reject, *, actor: Actor) -> Event:
    """The row is a line of its own."""
    grants.require(actor, "change", SUBJECT)
    row = _row(reject)
    with transaction.atomic():
        _lock(reject)
        last = candidates(reject).aggregate(last=Max("occurrence"))["last"] or 0
        rows.insert([(row, last + 1)], source=reject.origin.source_id, origin=reject.origin_id)
        return _decided(reject, actor, "line.taken_as_new", "added")


def take_as_correction(reject: Reject, line: LedgerLine, *, actor: Actor) -> Event:
    """The row corrects `line`; Conflict unless both have the same key."""
    grants.require(actor, "change", SUBJECT)
    row = _row(reject)
    with transaction.atomic():
        _lock(reject)
        if not candidates(reject).filter(pk=line.pk).exists():
            raise Conflict("other_key", "This line has another key, so the row cannot correct it.")
        loading.correct(reject.origin, {line.pk: row})
        return _decided(reject, actor, "line.taken_as_correction", "corrected")


def _row(reject: Reject) -> Kept:
    """The row as its import reads it; NotFound when the file has gone or says something else now."""
    from hengke_analytics.warehouse import reading
    from hengke_analytics.warehouse.translate import LedgerRow, Translator

    origin = Import.objects.select_related("source").get(pk=reject.origin_id)
    translator = Translator(sources.columns_of(origin), not_after=clock.today() + BOOKED_AHEAD)
    found, sheet = sources.inspection_of(origin), origin.inspection["sheet"]
    lines = reading.rows(places.opened(origin), found, sheet=sheet, start=reject.line_no - 1)
    number, cells = next(iter(lines), (0, ()))
    said = translator.translate(number, cells) if number == reject.line_no else None
    if not isinstance(said, LedgerRow):
        raise NotFound("row_gone", "The row is no longer in the file.")
    return Kept.of(said)


def _lock(reject: Reject) -> None:
    if not Reject.objects.select_for_update().filter(pk=reject.pk, reason=loading.UNCLEAR).exists():
        raise Conflict("row_decided", "Somebody has decided about this row already.")


def _decided(reject: Reject, actor: Actor, kind: str, counter: str) -> Event:
    event = events.record(kind, actor=actor, subject=reject.origin, payload={"line_no": reject.line_no})
    counts = {counter: F(counter) + 1, "rejected": F("rejected") - 1}
    Import.objects.filter(pk=reject.origin_id).update(**counts)
    reject.delete()
    transaction.on_commit(lambda: refresh.ask(actor=actor))
    return event
