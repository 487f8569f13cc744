"""Files as values of custom fields: kept with an upload, read with the rights on what holds them, gone some time after.

A row holds the key of its file, as it holds the key of an object that it refers to. Nothing else ties the two, so
that undo, copies and merges carry files along without knowing of them; who may read one is asked of the rows that hold
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.files import content, room, scanning, store
from hengke.engines.files.naming import safe_name
from hengke.engines.records.custom import definitions
from hengke.engines.records.custom.columns import ReferenceColumn, path_of
from hengke.engines.records.custom.models import KeptFile
from hengke.engines.records.models import CustomField
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field, RecordType
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound

KIND = "file"
LOT = 500
KEPT = timedelta(days=90)
"""So long can a change that took a file away be undone with the file."""


def keep(record: RecordType, field: Field, name: str, blocks: Iterable[bytes], *, actor: Actor) -> KeptFile:
    """Keep what somebody uploads for a field; a row holds it only once it is saved with this key.

    InputError: too large, no room left, refused by the scanner. NotAllowed for who may neither add nor change.
    """
    if not grants.may(actor, "add", record.subject):
        grants.require(actor, "change", record.subject)
    room.require_room(0)
    digest = store.store(blocks, limit=settings.ATTACHMENT_BYTES, empty=True, check=scanning.check)
    path = store.path_of(digest)
    size, kind = path.stat().st_size, content.sniff(path)
    room.require_room(size)
    with transaction.atomic():
        kept = KeptFile.objects.create(
            field_id=_key(field), name=safe_name(name), digest=digest, size=size, kind=kind, by_id=actor.user_id,
            at=clock.now(), left_at=clock.now(),
        )  # fmt: skip
        payload = {
            "name": kept.name,
            "digest": digest,
            "size": size,
            "record": record.slug,
            "field": field.name,
        }
        events.record("file.kept", actor=actor, payload=payload)
    return kept


def taken(field: Field, key: int, *, actor: Actor, current: int | None) -> int:
    """The key, if a row may be given this file: what it has, or what the person has just uploaded for the field or may
    read there; InputError otherwise.
    """
    if key == current:
        return key
    file = KeptFile.objects.filter(pk=key, field_id=_key(field)).exclude(digest="").first()
    if file is None or not _may_read(file, actor):
        raise InputError("file_unknown", "There is no such file, or it is not yours to use.")
    return key


def readable(key: int, actor: Actor) -> KeptFile:
    """The file, for who sees the field of a row that holds it, or has just uploaded it; NotFound otherwise."""
    file = KeptFile.objects.filter(pk=key).exclude(digest="").first()
    if file is None or not _may_read(file, actor):
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    return file


class Leaving:
    """The files of rows that are about to go for good."""

    def __init__(self) -> None:
        self._places, self._keys = _places(), set[int]()

    def note(self, subject: str, ids: Sequence[int]) -> None:
        """Remember what these rows hold."""
        for model, _pk, path in self._places:
            if model._meta.label_lower == subject:
                rows = model._base_manager.filter(pk__in=ids, **{f"{path}__isnull": False})
                self._keys |= set(rows.values_list(path, flat=True))

    def release(self) -> None:
        """Remove those files that no row holds any more; rows that stayed after all keep theirs."""
        release(self._keys)


def release(keys: Iterable[int]) -> int:
    """Remove those files that no row holds any more; how many."""
    wanted, removed = sorted(set(keys)), 0
    for start in range(0, len(wanted), LOT):
        some = set(wanted[start : start + LOT])
        gone = KeptFile.objects.filter(pk__in=some - _held(pk__in=some))
        digests = set(gone.values_list("digest", flat=True))
        removed += gone.delete()[0]
        transaction.on_commit(partial(_forget, digests))
    return removed


def sweep() -> int:
    """Note which files no row holds any more, and remove those of which that has long been so; how many went."""
    held = _held(isnull=False)
    for file in KeptFile.objects.only("left_at").iterator():
        if (file.pk in held) == (file.left_at is not None):
            left_at = None if file.pk in held else clock.now()
            KeptFile.objects.filter(pk=file.pk).update(left_at=left_at)
    return release(KeptFile.objects.filter(left_at__lt=clock.now() - KEPT).values_list("pk", flat=True))


def _may_read(file: KeptFile, actor: Actor) -> bool:
    place = next((place for place in _places() if place[1] == file.field_id), None)
    if place is None:
        return False
    model, _pk, path = place
    if file.by_id is not None and file.by_id == actor.user_id and not _held(pk__in=[file.pk]):
        return True
    record = registry.by_subject(model._meta.label_lower)
    if record is None or not grants.may(actor, "view", record.subject):
        return False
    catalogue = Catalogue(record, actor)
    field = catalogue.fields.get(f"c{file.field_id}")
    return field is not None and not field.masked and catalogue.rows().filter(**{path: file.pk}).exists()


def _held(**condition: Any) -> set[int]:
    """The files that rows hold, rows in the recycle bin and removed fields included; `condition` is on their key."""
    found: set[int] = set()
    for model, _pk, path in _places():
        wanted = {f"{path}__{word.removeprefix('pk__')}": value for word, value in condition.items()}
        found |= set(model._base_manager.filter(**wanted).values_list(path, flat=True))
    return found


def _places() -> list[tuple[Any, int, str]]:
    """Every field that holds files, removed ones included: model, key of the field, path of the value."""
    from hengke.engines.records.custom.references import holders

    definitions.refresh()
    fields = CustomField.objects.filter(kind=KIND).order_by("pk")
    where, column = (holders() if fields else {}), ReferenceColumn(to=KeptFile)
    return [(where[row.record], row.pk, path_of(row.key, column)) for row in fields if row.record in where]


def _forget(digests: set[str]) -> None:
    for digest in digests:
        store.forget(digest)


def _key(field: Field) -> int:
    return int(field.name.removeprefix("c"))


def _named(digests: set[str]) -> set[str]:
    return set(KeptFile.objects.filter(digest__in=digests).values_list("digest", flat=True))


def _used() -> int:
    return int(KeptFile.objects.aggregate(sum=Sum("size"))["sum"] or 0)


store.declare_names(_named)
room.declare_used(_used)
