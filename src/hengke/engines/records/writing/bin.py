"""The recycle bin: what lies in it for a person, restoring, and purging for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import ProtectedError, Q

from hengke.engines.access import events, grants, journal, labels, lots
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal
from hengke.engines.access.scoping import rights_q
from hengke.engines.records.models import Deleted
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import belongings
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound

if TYPE_CHECKING:
    from hengke.engines.records.custom.kept import Leaving
    from hengke.engines.records.schema.declarations import RecordType

SUBJECT = "records.bin"
KEEP_DAYS = 90
LOT = 2_000


def throw(record: RecordType, rows: Sequence[Any], event: Event, *, actor: Actor) -> dict[str, int]:
    """Put rows and what belongs to them into the bin under `event`; how many went along, by model."""
    at = clock.now()
    ids = [row.pk for row in rows]
    along = belongings.take_along(event, record.subject, ids, at)
    names = {row.pk: str(row)[:200] for row in rows}
    belongings.put(event, record.model, rows, at)
    made = Deleted.objects.bulk_create(
        [
            Deleted(
                subject=record.subject, object_id=pk, name=name, at=at, actor_id=actor.user_id, event=event,
                along=along if len(names) == 1 else {},
            )
            for pk, name in names.items()
        ],
        batch_size=500,
    )  # fmt: skip
    journal.write(event, Deleted, {}, journal.states(made))
    return along


def visible(actor: Actor) -> models.QuerySet[Deleted]:
    """What lies in the bin of objects that the person may see, newest first."""
    seen = Q(pk__in=())
    for record in registry.all_records():
        if not grants.may(actor, "view", record.subject) or not _may_read_name(record, actor):
            continue
        rows = _scope(record, actor, "view")
        if rows is not None:
            seen |= Q(subject=record.subject, object_id__in=rows.values("pk"))
    return Deleted.objects.filter(seen).select_related("actor").order_by("-pk")


def _may_read_name(record: RecordType, actor: Actor) -> bool:
    from hengke.engines.records.reading.catalogue import Catalogue

    title = Catalogue(record, actor).fields.get(record.title_field.name)
    return title is not None and not title.masked


def restorable(entries: Sequence[Deleted], actor: Actor) -> set[int]:
    """The keys of those entries that the person may bring back: own deletions with the right to change, others
    with the right to delete. Two queries per record type.
    """
    found = set()
    for record in registry.all_records():
        for action, own in (("change", True), ("delete", False)):
            wanted = {
                entry.object_id: entry.pk
                for entry in entries
                if entry.subject == record.subject and (entry.actor_id == actor.user_id or not own)
            }
            rows = _scope(record, actor, action) if wanted else None
            if rows is not None:
                found |= {wanted[pk] for pk in rows.filter(pk__in=list(wanted)).values_list("pk", flat=True)}
    return found


def restore(pk: int, *, actor: Actor) -> tuple[Event, Any]:
    """Bring one object back with what went along; NotFound for what is not the actor's to restore."""
    entry = visible(actor).filter(pk=pk).first()
    if entry is None or entry.pk not in restorable([entry], actor):
        raise NotFound("nothing_to_restore", "This is not in your recycle bin.")
    record = registry.by_subject(entry.subject)
    assert record is not None
    with transaction.atomic():
        manager: Any = record.model._base_manager
        row = manager.select_for_update().get(pk=entry.object_id)
        event = events.record(
            f"{record.model._meta.model_name}.restored", actor=actor, subject=row,
            party_id=record.party_of(row), payload={"name": entry.name},
            audience=getattr(row, record.audience) if record.audience else "",
        )  # fmt: skip
        belongings.bring_along(event, record.subject, [row.pk])
        belongings.put(event, record.model, [row], None)
        belongings.require_owner(record.subject, [row.pk])
        journal.write(event, Deleted, journal.states([entry]), {})
        entry.delete()
    return event, row


def purge(*, actor: Actor, days: int = KEEP_DAYS) -> dict[str, int]:
    """Remove for good what has lain in the bin for `days`; how many objects went, and how many had to stay.

    What other facts hang on (lines of a ledger, customers merged into it) stays. Its journal goes too.
    """
    grants.require(actor, "purge", SUBJECT)
    if not 0 <= days <= 36_500:
        raise InputError("purge_days", "Choose between 0 and {n} days.", n=36_500)
    from hengke.engines.records.custom import kept, references

    entries = Deleted.objects.filter(at__lte=clock.now() - timedelta(days=days)).order_by("pk")
    counts = {"purged": 0, "kept": 0}
    by_subject: dict[str, int] = {}
    with transaction.atomic():
        forgotten: dict[str, list[int]] = {}
        files = kept.Leaving()
        for entry in list(entries):
            gone = _remove(entry, files)
            counts["purged" if gone else "kept"] += 1
            for subject, pk in gone:
                by_subject[subject] = by_subject.get(subject, 0) + 1
                forgotten.setdefault(subject, []).append(pk)
        _forget(forgotten, actor=actor)
        files.release()
        for subject, ids in forgotten.items():
            for start in range(0, len(ids), LOT):
                references.clear(labels.model_of(subject), ids[start : start + LOT])
        if counts["purged"]:
            payload = {"days": days, **counts, "by_subject": by_subject}
            events.record("bin.purged", actor=actor, payload=payload)
    return counts


def _remove(entry: Deleted, files: Leaving) -> list[tuple[str, int]]:
    """Delete an object with all that belongs to it; which rows went, none when something hangs on them."""
    gone: list[tuple[str, int]] = []
    try:
        with transaction.atomic():
            for one in belongings.all_of(entry.subject):
                rows = one.manager.filter(**{one.field: entry.object_id})
                if one.has_bin and rows.filter(deleted_at=None).exists():
                    return []
                ids = list(rows.values_list("pk", flat=True))
                files.note(one.model, ids)
                gone += [(one.model, pk) for pk in ids]
                rows.delete()
            files.note(entry.subject, [entry.object_id])
            labels.model_of(entry.subject)._base_manager.filter(pk=entry.object_id).delete()
    except ProtectedError:
        return []
    return [*gone, (entry.subject, entry.object_id)]


def _forget(gone: dict[str, list[int]], *, actor: Actor) -> None:
    """Take rows out of the bin and of the journal: purged is purged, and an event vouches for what is left."""
    for subject, ids in gone.items():
        for start in range(0, len(ids), LOT):
            some = ids[start : start + LOT]
            entries = Deleted.objects.filter(subject=subject, object_id__in=some)
            numbers = list(entries.values_list("pk", flat=True))
            for model, keys in ((subject, some), (Deleted._meta.label_lower, numbers)):
                _forget_rows(RowJournal.objects.filter(model=model, row_id__in=keys), actor)
            entries.delete()


def _forget_rows(rows: models.QuerySet[RowJournal], actor: Actor) -> None:
    touched = set(rows.values_list("lot_id", flat=True))
    rows.delete()
    if touched:
        events.record(events.REDACTED, actor=actor, payload={"lots": lots.redact(touched)})


def _scope(record: RecordType, actor: Actor, action: str) -> Any:
    """The deleted objects within the scope of a right; None when the scope does not apply to them."""
    if not grants.may(actor, action, record.subject):
        return None
    model: Any = record.model
    scope = rights_q(model, grants.row_filter(actor, record.subject, action))
    return model._base_manager.filter(scope, deleted_at__isnull=False).order_by()
