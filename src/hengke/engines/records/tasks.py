"""Background work of the engine: taking back big changes, and emptying the recycle bin by age."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import words
from hengke.engines.jobs.models import Job
from hengke.engines.jobs.periodic import every
from hengke.engines.jobs.queue import Progress, job
from hengke.engines.records.custom import kept
from hengke.engines.records.writing import bin, many, services

MANY = "records.many"


@job("records.undo")
def undo(*, actor: Actor, progress: Progress, event: int) -> dict[str, Any]:
    """Take back a change of many rows; a second run finds it taken back."""
    return {"undone": services.undo(event, actor=actor).pk}


@job(MANY)
def change_many(
    *, actor: Actor, progress: Progress, selection: dict[str, Any], changes: list[dict[str, str]] | None
) -> dict[str, Any]:
    """Change or (without changes) delete many objects; a second run goes on where the first was cut off."""
    chosen = many.Selection.from_json(selection, actor)
    if changes is None:
        return many.remove(chosen, report=progress, key=progress.job.pk)
    read = many.read_changes(chosen.catalogue, changes)
    return many.edit(chosen, read, report=progress, key=progress.job.pk)


@every(timedelta(days=1), title="Recycle bin")
@job("records.purge")
def purge(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Remove for good what has lain in the bin long enough."""
    return bin.purge(actor=actor)


@every(timedelta(days=1), title="Files of fields")
@job("records.files")
def files(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Remove files that no field has held for long."""
    return {"purged": kept.sweep()}


def _purged(done: Job) -> str:
    n = int(done.result.get("purged", 0))
    return ngettext("%(n)d object removed for good", "%(n)d objects removed for good", n) % {"n": n}


def _changed(done: Job) -> str:
    n, refused = int(done.result.get("changed", 0)), int(done.result.get("refused", 0))
    text = ngettext("%(n)d entry changed", "%(n)d entries changed", n) % {"n": n}
    if refused:
        text += " · " + ngettext("%(n)d refused", "%(n)d refused", refused) % {"n": refused}
    return text


words.say(
    MANY,
    words.Words(
        gettext_lazy("Change several"), result=_changed, url=lambda done: reverse("history"),
        url_label=gettext_lazy("History"),
    ),
)  # fmt: skip
words.say_steps(
    {
        "Changing objects": gettext_lazy("Changing objects"),
        "Deleting objects": gettext_lazy("Deleting objects"),
    }
)
words.say("records.undo", words.Words(gettext_lazy("Undo"), result=lambda done: _("Undone.")))
words.say("records.purge", words.Words(gettext_lazy("Recycle bin"), result=_purged))
words.say("records.files", words.Words(gettext_lazy("Removal of old files"), notice=""))
