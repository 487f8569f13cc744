"""Files of fields in which a person stands: an erasure takes the content away, and the value says so."""

from __future__ import annotations

from collections.abc import Iterator

from hengke.engines.files import store
from hengke.engines.records.custom.models import KeptFile
from hengke.engines.records.privacy import files, places
from hengke.engines.records.privacy.places import Finding, Person, Step
from hengke.kernel.errors import NotFound


def declare() -> None:
    """Tell the privacy engine where fields keep files."""
    places.declare_step(Step("field_files", _find, _erase))


def _holding(person: Person) -> Iterator[KeptFile]:
    for file in KeptFile.objects.exclude(digest="").order_by("pk"):
        try:
            held = files.holds(store.path_of(file.digest), person)
        except NotFound:
            continue
        if held:
            yield file


def _find(person: Person) -> list[Finding]:
    return [Finding("field-files/", file.name, 1) for file in _holding(person)]


def _erase(person: Person, pseudonym: str) -> int:
    """Forms of unknown making cannot be rewritten: the content goes, the value stays as a name without one."""
    found = list(_holding(person))
    KeptFile.objects.filter(pk__in=[file.pk for file in found]).update(digest="", size=0)
    for digest in {file.digest for file in found}:
        store.forget(digest)
    return len(found)
