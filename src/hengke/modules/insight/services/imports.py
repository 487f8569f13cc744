"""Run an import and take it back; both are jobs that may be cut off and run again at any point."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel import clock
from hengke.kernel.errors import Conflict
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import Import, LedgerCorrection, LedgerLine, Source
from hengke.modules.insight.services import loading, looking, rows, sources
from hengke.modules.insight.services.reading import Report, Seen, look
from hengke.modules.insight.services.sources import SUBJECT

WAITS = (ImportState.DRAFT, ImportState.FAILED, ImportState.CANCELLED, ImportState.UNDONE)


def start(row: Import, *, actor: Actor) -> Job:
    """Queue a prepared import; InputError when required columns have no place yet,
    Conflict when it has begun.
    """
    grants.require(actor, "change", SUBJECT)
    _check_columns(row)
    with transaction.atomic():
        if not Import.objects.filter(pk=row.pk, state__in=WAITS).update(state=ImportState.WAITING):
            raise Conflict("import_begun", "This import has begun already.")
        job = queue.enqueue(
            "insight.import",
            title=row.file_name,
            actor=actor,
            key=f"insight.import.{row.pk}",
            import_id=row.pk,
        )
        looking.remember(row)
        row.job, row.state = job, ImportState.WAITING
        row.save(update_fields=["job"])
        events.record("import.started", actor=actor, subject=row, payload={"file": row.file_name})
    return job


def run(row: Import, *, actor: Actor, report: Report, replay: bool = False) -> dict[str, Any]:
    """Bring the file of an import into the ledger and write down what became of it.

    The same file read in the same way twice adds nothing, even after later corrections; `replay` reads it
    in any case.
    """
    _settle_key(row)
    if not replay:
        Import.objects.filter(pk=row.pk).update(state=ImportState.RUNNING)
    twin = None if replay else _twin(row)
    if twin is not None:
        return _finish(row, actor, _as_twin(row, twin))
    with rows.Spool() as spool:
        seen = look(row, spool, report)
        loading.load(row, seen, spool, report)
    return _finish(row, actor, _counts(row, seen))


def undo(row: Import, *, actor: Actor) -> Job:
    """Queue the undoing of an import; Conflict unless it is done."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        if not Import.objects.filter(pk=row.pk, state=ImportState.DONE).update(state=ImportState.WAITING):
            raise Conflict("import_not_done", "Only an import that is done can be undone.")
        job = queue.enqueue("insight.undo_import", title=row.file_name, actor=actor, import_id=row.pk)
        Import.objects.filter(pk=row.pk).update(job=job)
    return job


def _check_columns(row: Import) -> None:
    from hengke_analytics.warehouse.translate import Translator

    Translator(sources.columns_of(row))


def _settle_key(row: Import) -> None:
    """The first import of a source settles what tells its lines apart: another key would double all."""
    key = row.key_fields or list(sources.columns_of(row).key)
    Source.objects.filter(pk=row.source_id, key_fields=[]).update(key_fields=key, mapping=row.mapping)
    row.source.refresh_from_db()


def _twin(row: Import) -> Import | None:
    """An import of the same bytes, read in the same way, that counts."""
    if not row.digest:
        return None
    others = Import.objects.filter(
        source_id=row.source_id,
        digest=row.digest,
        state=ImportState.DONE,
        mapping=row.mapping,
        snapshot=row.snapshot,
    ).exclude(pk=row.pk)
    return next((other for other in others if _cells_of(other) == _cells_of(row)), None)


def _cells_of(row: Import) -> tuple[object, ...]:
    """What decides which cells a file of given bytes holds."""
    found, sheet = row.inspection["found"], row.inspection["sheet"]
    (header,) = [each["header_line"] for each in found["sheets"] if each["name"] == sheet]
    return found["encoding"], sheet, header


def _as_twin(row: Import, twin: Import) -> dict[str, Any]:
    return {
        "rows_read": twin.rows_read,
        "unchanged": twin.added + twin.corrected + twin.unchanged,
        "billed": twin.billed,
        "totals": twin.totals,
        "from_date": twin.from_date,
        "to_date": twin.to_date,
    }


def _counts(row: Import, seen: Seen) -> dict[str, Any]:
    """Counted from the ledger itself, so that a run that was cut off and repeated tells the whole."""
    added = LedgerLine.objects.filter(origin=row)
    others = LedgerCorrection.objects.filter(origin=row).exclude(line__origin=row)
    corrected = others.values("line").distinct().count()
    unclear = row.rejects.filter(reason=loading.UNCLEAR).count()
    count = added.count()
    return {
        "rows_read": seen.read,
        "added": count,
        "corrected": corrected,
        "unchanged": len(seen.lines) - count - corrected - unclear,
        "rejected": seen.rejected + unclear,
        "removed": LedgerLine.objects.filter(removed_by=row).count(),
        "billed": seen.billed,
        "totals": seen.totals,
        "from_date": seen.first,
        "to_date": seen.last,
    }


def _finish(row: Import, actor: Actor, counts: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in counts.items() if name != "totals"}
    with transaction.atomic():
        event = events.record(
            "import.done", actor=actor, subject=row, payload={"file": row.file_name, **plain}
        )
        Import.objects.filter(pk=row.pk).update(
            **counts, state=ImportState.DONE, event=event, finished_at=clock.now()
        )
    payload: dict[str, Any] = event.payload
    return payload
