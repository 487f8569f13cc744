"""Files of a record: attach, delete, bring back. The bytes are stored and checked before a row names them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from hengke.engines.access.actor import Actor
from hengke.engines.collaboration import subjects
from hengke.engines.collaboration.models import Attachment, FileVersion
from hengke.engines.collaboration.services import following
from hengke.engines.collaboration.subjects import Subject
from hengke.engines.files import content, room, scanning, store
from hengke.engines.files.naming import safe_name
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError

MOST = 500
"""So many files can lie on one record."""


def attach(subject: Subject, name: str, blocks: Iterable[bytes]) -> Attachment:
    """Put a file on an object that the actor may change; under a name that is there already, as its new version.

    InputError: too large, too many, no room left, refused by the scanner. NotAllowed without the right.
    """
    subject.require("change")
    room.require_room(0)
    digest = store.store(blocks, limit=settings.ATTACHMENT_BYTES, empty=True, check=scanning.check)
    path = store.path_of(digest)
    size, kind = path.stat().st_size, content.sniff(path)
    room.require_room(size)
    with transaction.atomic():
        file = _named(subject, safe_name(name))
        last = file.latest
        if last is not None and last.digest == digest:
            return file
        number = last.number + 1 if last is not None else 1
        file.latest = FileVersion.objects.create(
            attachment=file, number=number, digest=digest, size=size, kind=kind, by_id=subject.actor.user_id,
            at=clock.now(),
        )  # fmt: skip
        file.save(update_fields=["latest"])
        subject.tell("file.added", {"name": file.name, "version": number, "digest": digest, "size": size})
        following.begin(subject.place, [subject.actor.user_id])
    return file


def delete(file: Attachment, *, actor: Actor) -> None:
    """Take a file with all its versions off the record; it is kept for a while, so that it can come back."""
    subject = subjects.of(file, actor)
    subject.require("change")
    with transaction.atomic():
        file.deleted_at, file.deleted_by_id = clock.now(), actor.user_id
        file.save(update_fields=["deleted_at", "deleted_by"])
        subject.tell("file.deleted", {"name": file.name})


def restore(file: Attachment, *, actor: Actor) -> None:
    """Bring a deleted file back; Conflict when another one has its name by now."""
    subject = subjects.of(file, actor)
    subject.require("change")
    with transaction.atomic():
        if Attachment.objects.filter(**subject.place, name=file.name, deleted_at=None).exists():
            raise Conflict(
                "file_name_taken", "There is another file of this name by now. Delete that one first."
            )
        file.deleted_at = file.deleted_by = None
        file.save(update_fields=["deleted_at", "deleted_by"])
        subject.tell("file.restored", {"name": file.name})


def found(pk: int, actor: Actor, *, deleted: bool = False) -> Attachment:
    """A file on an object that the actor may see; NotFound otherwise."""
    row = Attachment.objects.filter(pk=pk, deleted_at__isnull=not deleted).first()
    if row is None:
        raise subjects.gone()
    subjects.of(row, actor)
    return row


def version(pk: int, actor: Actor) -> FileVersion:
    """A version of a file that is there, on an object that the actor may see; NotFound otherwise."""
    row = FileVersion.objects.filter(pk=pk, attachment__deleted_at=None).select_related("attachment").first()
    if row is None:
        raise subjects.gone()
    subjects.of(row.attachment, actor)
    return row


def _named(subject: Subject, name: str) -> Attachment:
    """The file of that name, locked, made when there is none."""
    rows = Attachment.objects.filter(**subject.place, deleted_at=None)
    file = rows.select_for_update().filter(name=name).first()
    if file is None:
        if rows.count() >= MOST:
            raise InputError("files_many", "There are {n} files here already. Delete some first.", n=MOST)
        file = Attachment.objects.create(**subject.place, name=name)
    return file
