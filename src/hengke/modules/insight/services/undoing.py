"""Takes an import out of the ledger again, whole, and gives corrected lines their old values."""

from __future__ import annotations

from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import Import, LedgerCorrection, LedgerLine
from hengke.modules.insight.services import rows
from hengke.modules.insight.services.reading import Report


def take_back(row: Import, *, actor: Actor, report: Report) -> list[Import]:
    """Undo an import; returns the imports that must be read again, in order. May be cut off and repeated.

    Later imports of the source may hold lines that were known through this one: reading them again restores
    exactly those, because reading adds only what is missing.
    """
    count = _remove(row, report)
    with transaction.atomic():
        event = events.record(
            "import.undone", actor=actor, subject=row, payload={"file": row.file_name, "lines": count}
        )
        _settle(row, ImportState.UNDONE)
        Import.objects.filter(pk=row.pk).update(event=event)
    later = Import.objects.filter(source_id=row.source_id, state=ImportState.DONE, pk__gt=row.pk)
    return [other for other in later.order_by("pk") if _overlaps(row, other)]


def give_up(row: Import, state: str) -> None:
    """Leave nothing of an import that failed or was cancelled: it counts as a whole or not at all."""
    _remove(row, lambda *_: None)
    _settle(row, state)


def put_back(row: Import) -> None:
    """An import whose undoing failed counts as done, so that it can be asked for again."""
    _settle(row, ImportState.DONE)


def _settle(row: Import, state: str) -> None:
    Import.objects.filter(pk=row.pk).update(state=state, finished_at=clock.now())


def _remove(row: Import, report: Report) -> int:
    """Take back corrections, lines and removals of an import; returns how many lines it had brought."""
    corrections = LedgerCorrection.objects.filter(origin=row).order_by("-pk").values_list("pk", flat=True)
    for lot in rows.in_lots(list(corrections)):
        with transaction.atomic():
            for pk in lot:
                _take_back_correction(LedgerCorrection.objects.select_related("line").get(pk=pk))
    ids = list(LedgerLine.objects.filter(origin=row).values_list("pk", flat=True))
    done = 0
    for lot in rows.in_lots(ids):
        LedgerLine.objects.filter(pk__in=lot).delete()
        done += len(lot)
        report("Removing lines", done, len(ids))
    LedgerLine.objects.filter(removed_by=row).update(removed_by=None)
    return len(ids)


def _take_back_correction(correction: LedgerCorrection) -> None:
    """Where a later import corrected the line again, its note of the old values is what changes."""
    later = (
        LedgerCorrection.objects.filter(line=correction.line_id, pk__gt=correction.pk).order_by("pk").first()
    )
    if later is None:
        _restore(correction)
    else:
        later.before, later.row_hash = {**later.before, **correction.before}, correction.row_hash
        later.save(update_fields=["before", "row_hash"])
    correction.delete()


def _restore(correction: LedgerCorrection) -> None:
    line = correction.line
    values = rows.typed(correction.before.items())
    if values.get("customer_name", line.customer_name) != line.customer_name:
        values["alias_id"] = None  # to be resolved anew
    LedgerLine.objects.filter(pk=line.pk).update(**values, row_hash=correction.row_hash)


def _overlaps(row: Import, other: Import) -> bool:
    if row.from_date and row.to_date and other.from_date and other.to_date:
        return bool(other.from_date <= row.to_date and row.from_date <= other.to_date)
    return True
