"""Requests of a person: what is held, handed over, erased. Every step may be cut off and run again."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.jobs.models import Job
from hengke.engines.jobs.queue import Progress, enqueue, job
from hengke.engines.records.privacy import files, places, sweep
from hengke.engines.records.privacy.models import ErasureRequest
from hengke.engines.records.privacy.places import Finding, Person
from hengke.engines.records.schema import registry
from hengke.engines.records.search.index import index_records
from hengke.engines.records.search.words import words
from hengke.kernel import clock
from hengke.kernel.errors import InputError

SUBJECT = "access.privacy"
KIND = "privacy.erase"
SHORTEST_REASON = 4
SCRUB_TRIES = 50
log = logging.getLogger("hengke.privacy")


def look(person: Person, *, actor: Actor) -> list[Finding]:
    """What an erasure would change, table by table and file by file; nothing is changed. An event tells of it."""
    grants.require(actor, "view", SUBJECT)
    found = sweep.find(person)
    for step in places.steps():
        found += step.find(person)
    events.record("privacy.previewed", actor=actor, payload={"contact": person.key, "rows": _total(found)})
    return found


def package(person: Person, *, actor: Actor) -> dict[str, Any]:
    """Everything held about a person, for the person: plain values by table and key."""
    grants.require(actor, "export", SUBJECT)
    rows = [{"table": what, "key": key, "values": held} for what, key, held in sweep.rows(person)]
    copies = [asdict(found) for step in places.steps() for found in step.find(person)]
    events.record("privacy.exported", actor=actor, payload={"contact": person.key, "rows": len(rows)})
    about = {"name": person.name, "values": list(person.values)}
    return {"person": about, "made_at": clock.now().isoformat(), "rows": rows, "copies": copies}


def ask(person: Person, reason: str, *, actor: Actor) -> tuple[ErasureRequest, Job]:
    """Queue the erasure; InputError without a reason. The reason may not repeat what is to be erased."""
    grants.require(actor, "change", SUBJECT)
    if len(reason.strip()) < SHORTEST_REASON:
        raise InputError("erase_reason", "Say why this person's data is erased, for example who asked when.")
    clean = places.blanked(reason.strip(), person, places.MARK, with_name=True)[:300]
    with transaction.atomic():
        row = ErasureRequest.objects.create(person=asdict(person), reason=clean, asked_by_id=actor.user_id)
        events.record("privacy.requested", actor=actor, payload={"contact": person.key, "reason": clean})
        queued = enqueue(KIND, title=f"#{row.pk}", actor=actor, key=f"{KIND}.{row.pk}", request_id=row.pk)
    return row, queued


@job(KIND)
def run(*, actor: Actor, progress: Progress, request_id: int) -> dict[str, Any]:
    """Erase what a request names, everywhere; then forget whom it was about."""
    grants.require(actor, "change", SUBJECT)
    row = ErasureRequest.objects.get(pk=request_id)
    if row.done_at is not None:
        return dict(row.counts)
    given = row.person | {name: tuple(row.person[name]) for name in ("values", "aliases")}
    person, pseudonym = Person(**given), f"{places.MARK}{row.pk}"
    progress("Blanking rows", 0, 3)
    touched = sweep.erase(person, pseudonym, actor=actor)
    counts = {label: len(keys) for label, keys in touched.items()}
    progress("Renewing the search index", 1, 3)
    _reindex(touched)
    progress("Rewriting files", 2, 3)
    for step in places.steps():
        counts[step.name] = step.erase(person, pseudonym)
    words().forget_removed()
    with transaction.atomic():
        ErasureRequest.objects.filter(pk=row.pk).update(person={}, done_at=clock.now(), counts=counts)
        payload = {"contact": person.key, "reason": row.reason, "counts": counts}
        events.record("privacy.erased", actor=actor, payload=payload)
    _scrub_storage()
    return counts


def _reindex(touched: dict[str, list[int]]) -> None:
    """Write the entries of changed records anew and merge the index, so that no old token stays in it."""
    for record in registry.all_records():
        # Rows of several objects may lie in one table.
        table: Any = record.model._meta.concrete_model
        if keys := touched.get(table._meta.label_lower):
            index_records(record, keys)


def _scrub_storage() -> None:
    """Move the write-ahead log into the file and empty it: it still holds the pages as they were.

    A reader in the middle of a query keeps it for a moment, so this is tried for a while.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    for _try in range(SCRUB_TRIES):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_pages) = cursor.fetchone()
        if not busy:
            return
        time.sleep(0.2)
    log.warning("the write-ahead log is in use and was not emptied; the next checkpoint does it")


def _total(found: list[Finding]) -> int:
    return sum(finding.count for finding in found)


def _uploads() -> list[Path]:
    folder = Path(settings.DATA_DIR) / "uploads"
    return [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []


def _logs() -> list[Path]:
    folder = Path(settings.DATA_DIR) / "logs"
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def _find_uploads(person: Person) -> list[Finding]:
    count = sum(files.holds(path, person) for path in _uploads())
    return [Finding("uploads/", "files", count)] if count else []


def _erase_uploads(person: Person, pseudonym: str) -> int:
    held = [path for path in _uploads() if files.holds(path, person)]
    for path in held:
        path.unlink(missing_ok=True)
    return len(held)


def _find_logs(person: Person) -> list[Finding]:
    count = sum(files.holds(path, person) for path in _logs())
    return [Finding("logs/", "files", count)] if count else []


def _erase_logs(person: Person, pseudonym: str) -> int:
    return sum(files.overwrite(path, person) for path in _logs())


places.declare_step(places.Step("uploads", _find_uploads, _erase_uploads))
places.declare_step(places.Step("logs", _find_logs, _erase_logs))
