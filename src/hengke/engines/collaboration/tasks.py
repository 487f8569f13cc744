"""What comes round by itself: deleted files go for good after a while, and bytes that nobody names with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.collaboration.models import Attachment, FileVersion
from hengke.engines.files import room, store
from hengke.engines.jobs import words
from hengke.engines.jobs.periodic import every
from hengke.engines.jobs.queue import Progress, job
from hengke.kernel import clock

KEPT = timedelta(days=30)
"""So long can a deleted file be brought back."""


@every(timedelta(days=1), title="Old files")
@job("files.sweep")
def sweep(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Remove what was deleted long ago, then the bytes that no row names."""
    old = Attachment.objects.filter(deleted_at__lt=clock.now() - KEPT)
    count = old.count()
    if count:
        events.record("file.purged", actor=actor, payload={"count": count})
        old.delete()
    return {"purged": count, "swept": store.sweep()}


def _named(digests: set[str]) -> set[str]:
    return set(FileVersion.objects.filter(digest__in=digests).values_list("digest", flat=True))


def _used() -> int:
    return int(FileVersion.objects.aggregate(sum=Sum("size"))["sum"] or 0)


store.declare_names(_named)
room.declare_used(_used)
words.say("files.sweep", words.Words(gettext_lazy("Removal of old files"), notice=""))
