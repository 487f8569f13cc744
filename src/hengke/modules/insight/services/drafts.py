"""Imports that were prepared and never started: thrown away by people, or by time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.files import store as files
from hengke.kernel import clock
from hengke.modules.insight.enums import ImportState, SourceKind
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.services.sources import SUBJECT

KEPT_DAYS = 7
"""So long may a prepared file wait for somebody to go on with it."""


def discard(rows: Iterable[Import], *, actor: Actor) -> int:
    """Throw drafts away with their files, as far as no other import names those; returns how many."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        drafts = list(Import.objects.filter(pk__in=[row.pk for row in rows], state=ImportState.DRAFT))
        for row in drafts:
            events.record("import.discarded", actor=actor, subject=row, payload={"file": row.file_name})
        Import.objects.filter(pk__in=[row.pk for row in drafts]).delete()
        # A database that nothing was ever read from: its password has no reason to stay.
        Source.objects.filter(imports=None).exclude(kind=SourceKind.FILE).update(connection={})
        transaction.on_commit(lambda: _remove_files({row.digest for row in drafts if row.digest}))
    return len(drafts)


def discard_old(*, actor: Actor) -> int:
    """Throw away what has waited longer than KEPT_DAYS."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    return discard(Import.objects.filter(state=ImportState.DRAFT, created_at__lt=before), actor=actor)


def _remove_files(digests: set[str]) -> None:
    for digest in digests - _named(digests):
        files.remove(digest)


def _named(digests: set[str]) -> set[str]:
    """Those that an import names; what was imported can always be read again."""
    return set(Import.objects.filter(digest__in=digests).values_list("digest", flat=True))


files.declare_names(_named)
