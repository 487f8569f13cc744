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
from hengke.modules.insight.services import loading, rows, sources
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


def take_back(row: Import, *, actor: Actor, report: Report) -> list[Import]:
    """Remove an import's lines and give corrected ones their old values; returns the imports to be read
    again.

    Later imports of the source may hold lines that were known through this one: reading them again restores
    exactly those, because reading adds only what is missing.
    """
    _take_back_corrections(row)
    ids = list(LedgerLine.objects.filter(origin=row).values_list("pk", flat=True))
    for done, lot in enumerate(rows.in_lots(ids), 1):
        LedgerLine.objects.filter(pk__in=lot).delete()
        report("Removing lines", min(done * len(lot), len(ids)), len(ids))
    LedgerLine.objects.filter(removed_by=row).update(removed_by=None)
    with transaction.atomic():
        event = events.record(
            "import.undone", actor=actor, subject=row, payload={"file": row.file_name, "lines": len(ids)}
        )
        Import.objects.filter(pk=row.pk).update(
            state=ImportState.UNDONE, event=event, finished_at=clock.now()
        )
    later = Import.objects.filter(source_id=row.source_id, state=ImportState.DONE, pk__gt=row.pk).order_by(
        "pk"
    )
    return [other for other in later if _overlaps(row, other)]


def fail(row: Import, state: str) -> None:
    """Note that the job of an import has failed or was cancelled.

    What it wrote stays until it is run again or undone.
    """
    Import.objects.filter(pk=row.pk, state=ImportState.RUNNING).update(state=state, finished_at=clock.now())


def _check_columns(row: Import) -> None:
    from hengke_analytics.warehouse.translate import Translator

    Translator(sources.columns_of(row))


def _settle_key(row: Import) -> None:
    """The first import of a source settles what tells its lines apart:
    another key would double every line.
    """
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
    return next((other for other in others if other.inspection["sheet"] == row.inspection["sheet"]), None)


def _as_twin(row: Import, twin: Import) -> dict[str, Any]:
    return {
        "rows_read": twin.rows_read,
        "unchanged": twin.rows_read - twin.rejected - len(twin.totals),
        "billed": twin.billed,
        "totals": twin.totals,
        "from_date": twin.from_date,
        "to_date": twin.to_date,
    }


def _counts(row: Import, seen: Seen) -> dict[str, Any]:
    """Counted from the ledger itself, so that a run that was cut off and repeated tells the whole."""
    added = LedgerLine.objects.filter(origin=row)
    corrected = LedgerCorrection.objects.filter(origin=row).values("line").distinct().count()
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


def _overlaps(row: Import, other: Import) -> bool:
    spans = (row.from_date, row.to_date, other.from_date, other.to_date)
    return None in spans or not (other.to_date < row.from_date or row.to_date < other.from_date)  # type: ignore[operator]


def _take_back_corrections(row: Import) -> None:
    """Newest first; where a later import corrected the line again,
    its note of the old values is what changes.
    """
    for correction in (
        LedgerCorrection.objects.filter(origin=row).select_related("line").order_by("-pk").iterator()
    ):
        later = (
            LedgerCorrection.objects.filter(line=correction.line_id, pk__gt=correction.pk)
            .order_by("pk")
            .first()
        )
        with transaction.atomic():
            if later is not None:
                later.before, later.row_hash = {**later.before, **correction.before}, correction.row_hash
                later.save(update_fields=["before", "row_hash"])
            else:
                _restore(correction)
            correction.delete()


def _restore(correction: LedgerCorrection) -> None:
    line = correction.line
    values = rows.typed(correction.before.items())
    if values.get("customer_name", line.customer_name) != line.customer_name:
        values["alias_id"] = None
    LedgerLine.objects.filter(pk=line.pk).update(**values, row_hash=correction.row_hash)
