"""The import as a job: look at every row first, then take what is right; one event undoes all of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.jobs.models import Job
from hengke.engines.jobs.queue import Progress, enqueue, job
from hengke.engines.records.importing import tables
from hengke.engines.records.importing.columns import RowReader
from hengke.engines.records.importing.upsert import Row, Upsert
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType
from hengke.engines.records.writing import bulk
from hengke.kernel.sheets import harmless

KIND = "records.import"
CHUNK = 2_000


def start(catalogue: Catalogue, *, upload: str, name: str, mapping: dict[int, str], dry: bool) -> Job:
    """Queue the import of an upload; with `dry` it is only looked at. The mapping is checked at once."""
    RowReader(catalogue, mapping)
    tables.stored(upload, catalogue.actor.user_id)
    columns = {str(number): field for number, field in mapping.items()}
    return enqueue(
        KIND, title=name, actor=catalogue.actor,
        slug=catalogue.record.slug, upload=upload, name=name, mapping=columns, dry=dry,
    )  # fmt: skip


@job(KIND)
def run(
    *, actor: Actor, progress: Progress, slug: str, upload: str, name: str, mapping: dict[str, str], dry: bool
) -> dict[str, Any]:
    """Read the file once; every chunk is one transaction, so a run that is cut off goes on without doubling."""
    record = registry.by_slug(slug)
    grants.require(actor, "import", record.subject)
    catalogue = Catalogue(record, actor)
    path = tables.stored(upload, actor.user_id)
    upsert = Upsert(
        catalogue, RowReader(catalogue, {int(number): field for number, field in mapping.items()})
    )
    event = None if dry else _event(record.model._meta.model_name or "", actor, progress.job.pk, name)
    rows, done = iter(tables.reader().rows(path, name)), 0
    with path.with_name(path.name + "-errors.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rejects = csv.writer(file)
        while chunk := list(islice(rows, CHUNK)):
            with transaction.atomic():
                bad = upsert.take(chunk, event)
            _write(rejects, bad)
            done += len(chunk)
            if dry:
                progress("Checking rows", done)
            else:
                progress("Storing rows", done)
    if not dry:
        _analyse(record, upsert.counts.added)
    return asdict(upsert.counts) | {"rows": done, "dry": dry, "event": event.pk if event else None}


def _event(noun: str, actor: Actor, job_id: int, name: str) -> Event:
    """The one event of this job; a second run after a kill goes on under the same."""
    kind = f"{noun}.imported"
    with transaction.atomic():
        found = Event.objects.filter(kind=kind, payload__job=job_id).first()
        return found or events.record(kind, actor=actor, payload={"job": job_id, "name": name})


def _analyse(record: RecordType, added: int) -> None:
    """Plans fit until a table has grown by a good part."""
    if added >= CHUNK and added * 4 > record.model._default_manager.count():
        bulk.analyse()


def _write(rejects: Any, bad: Sequence[Row]) -> None:
    for row in bad:
        rejects.writerow([row.line, "; ".join(row.wrong), *(harmless(cell) for cell in row.cells)])


def error_lines(upload: str, actor: Actor) -> Iterator[bytes]:
    """The rejected rows with their reasons, as csv."""
    path = tables.stored(upload, actor.user_id)
    with path.with_name(path.name + "-errors.csv").open("rb") as file:
        yield from iter(lambda: file.read(65_536), b"")
