"""Attached files in which a person stands: an erasure takes the version away, row and bytes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from hengke.engines.collaboration.models import Attachment, FileVersion
from hengke.engines.files import store
from hengke.engines.records.privacy import files, places
from hengke.engines.records.privacy.places import Finding, Person, Step
from hengke.kernel.errors import NotFound


def declare() -> None:
    """Tell the privacy engine where people leave files."""
    places.declare_step(Step("attachments", _find, _erase))


def _holding(person: Person) -> Iterator[FileVersion]:
    for version in FileVersion.objects.select_related("attachment").order_by("pk"):
        try:
            held = files.holds(store.path_of(version.digest), person)
        except NotFound:
            continue
        if held:
            yield version


def _find(person: Person) -> list[Finding]:
    return [Finding("files/", version.attachment.name, 1) for version in _holding(person)]


def _erase(person: Person, pseudonym: str) -> int:
    """Forms of unknown making cannot be rewritten: the version goes, and the file with its last version."""
    found = list(_holding(person))
    with transaction.atomic():
        for version in found:
            file = version.attachment
            version.delete()
            file.latest = file.versions.order_by("-number").first()
            file.save(update_fields=["latest"])
        Attachment.objects.filter(pk__in=[v.attachment_id for v in found], latest=None).delete()
    for digest in {version.digest for version in found}:
        store.forget(digest)
    return len(found)
