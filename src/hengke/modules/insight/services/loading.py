"""Brings the rows of an import into the ledger: paired with what is there, in small transactions, repeatable.

Decisions are made for the whole file first and from what is stored alone, so an import that was cut off is
simply run again: what it has written is then found unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from django.db import connection, transaction

from hengke.kernel.errors import sentence
from hengke.modules.insight.models import Import, LedgerCorrection, LedgerLine, Reject
from hengke.modules.insight.services import rows
from hengke.modules.insight.services.reading import Report, Seen
from hengke.modules.insight.services.rows import FIELDS, Kept, Spool

if TYPE_CHECKING:
    from hengke_analytics.warehouse.pairing import Lines, Pairing

UNCLEAR = "line_unclear"
_UNCLEAR_WORDS = sentence(
    "Several stored lines could be meant by this one: decide whether it is new or corrects one of them."
)
_STORED = (
    "SELECT id, key_hash, row_hash, occurrence, submitted_on FROM insight_ledgerline WHERE source_id = %s"
)


def load(row: Import, seen: Seen, spool: Spool, report: Report) -> None:
    """Write what the file adds, corrects and, if it is a full snapshot, no longer holds."""
    pairing, gone = _pair(row, seen, spool)
    removed = set(
        LedgerLine.objects.filter(source_id=row.source_id, removed_by__gt=0).values_list("pk", flat=True)
    )
    done = 0
    with rows.fewer_checkpoints():
        for chunk in spool.chunks():
            slots = slice(done, done + len(chunk))
            with transaction.atomic():
                _apply(row, chunk, pairing, slots, removed)
            done += len(chunk)
            report("Writing", done, len(pairing))
    for lot in rows.in_lots(gone):
        LedgerLine.objects.filter(pk__in=lot, removed_by=None).update(removed_by=row)


def _apply(row: Import, chunk: list[Kept], pairing: Pairing, slots: slice, removed: set[int]) -> None:
    from hengke_analytics.warehouse.pairing import Verdict

    verdicts, stored, occurrences = (
        column[slots].tolist() for column in (pairing.verdicts, pairing.stored, pairing.occurrences)
    )
    if all(verdict == Verdict.NEW for verdict in verdicts):
        rows.insert(zip(chunk, occurrences, strict=True), source=row.source_id, origin=row.pk)
        return
    triples = list(zip(chunk, verdicts, stored, strict=True))
    new = [(line, n) for (line, v, _), n in zip(triples, occurrences, strict=True) if v == Verdict.NEW]
    rows.insert(new, source=row.source_id, origin=row.pk)
    correct(row, {line_id: line for line, v, line_id in triples if v == Verdict.CORRECTION})
    if removed:
        _bring_back(row, [line_id for _, _, line_id in triples if line_id in removed])
    Reject.objects.bulk_create(_unclear(row, line) for line, v, _ in triples if v == Verdict.REVIEW)


def _unclear(row: Import, line: Kept) -> Reject:
    return Reject(
        origin=row,
        line_no=line.line_no,
        reason=UNCLEAR,
        message=_UNCLEAR_WORDS,
        cells=[v or "" for v in line.values],
    )


def correct(row: Import, changes: dict[int, Kept]) -> None:
    """Overwrite lines and keep what they said before: the changed fields only."""
    kept = []
    for lot in rows.in_lots(list(changes)):
        for line in LedgerLine.objects.filter(pk__in=lot):
            now = changes[line.pk].fields()
            before = {name: getattr(line, name) for name in FIELDS if getattr(line, name) != now[name]}
            kept.append(
                LedgerCorrection(line=line, origin=row, row_hash=line.row_hash, before=rows.as_json(before))
            )
    LedgerCorrection.objects.bulk_create(kept, batch_size=500)
    rows.update(changes.items())


def _bring_back(row: Import, ids: Sequence[int]) -> None:
    """A line that an earlier snapshot had removed counts again, because this file holds it."""
    for lot in rows.in_lots(ids):
        for line in LedgerLine.objects.filter(pk__in=lot):
            before = {"removed_by_id": line.removed_by_id}
            LedgerCorrection.objects.create(line=line, origin=row, row_hash=line.row_hash, before=before)
        LedgerLine.objects.filter(pk__in=lot).update(removed_by=None)


def _pair(row: Import, seen: Seen, spool: Spool) -> tuple[Pairing, list[int]]:
    """Decisions for every row in file order, and the lines that a full snapshot no longer holds."""
    from hengke_analytics.warehouse.pairing import pair

    stored, in_period = _stored(row, seen)
    judge = _Judge(stored, seen.lines, spool)
    pairing = pair(stored, seen.lines, changed=judge.changed)
    return pairing, [pk for pk in pairing.missing.tolist() if pk in in_period] if row.snapshot else []


def _stored(row: Import, seen: Seen) -> tuple[Lines, set[int]]:
    """Stored lines that the file can mean, and the ids of those within its period if it is a full
    snapshot.
    """
    from hengke_analytics.warehouse.pairing import Lines

    lines = Lines()
    in_period: set[int] = set()
    if not LedgerLine.objects.filter(source_id=row.source_id).exists():
        return lines, in_period
    wanted = {key.tobytes() for key in seen.lines.keys}
    first, last = str(seen.first), str(seen.last)
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [row.source_id])
        while found := cursor.fetchmany(rows.CHUNK):
            for pk, key, content, occurrence, day in found:
                inside = row.snapshot and first <= str(day) <= last
                if inside or bytes(key) in wanted:
                    lines.add(pk, bytes(key), bytes(content), occurrence)
                if inside:
                    in_period.add(pk)
    return lines, in_period


class _Judge:
    """Counts the filled cells in which a stored and an incoming line differ; both are fetched in one go."""

    def __init__(self, stored: Lines, incoming: Lines, spool: Spool) -> None:
        old, new = _contents(stored), _contents(incoming) if len(stored) else Counter()
        # Only keys whose lines are not the same on both sides can hold a correction.
        keys = {key for key, _ in old - new} & {key for key, _ in new}
        ids = [
            pk for pk, key in zip(stored.idents.tolist(), stored.keys, strict=True) if key.tobytes() in keys
        ]
        self._old: dict[int, LedgerLine] = {}
        for lot in rows.in_lots(ids):
            self._old |= LedgerLine.objects.only(*FIELDS).in_bulk(list(lot))
        chunks = spool.chunks() if keys else ()
        self._new = {line.line_no: line for chunk in chunks for line in chunk if line.key_hash in keys}

    def changed(self, pk: int, line_no: int) -> int:
        """Number of differing filled cells."""
        from hengke_analytics.warehouse.translate import changed_fields

        return len(changed_fields(self._old[pk], SimpleNamespace(**self._new[line_no].fields())))


def _contents(lines: Lines) -> Counter[tuple[bytes, bytes]]:
    return Counter(
        (key.tobytes(), content.tobytes()) for key, content in zip(lines.keys, lines.rows, strict=True)
    )
