"""What the background work of this module is called and what its results mean."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue, words
from hengke.engines.jobs.models import Job, JobState
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import Import
from hengke.modules.insight.pages.words import total_lines
from hengke.modules.insight.services import imports

STEPS: dict[str, words.Text] = {
    "Reading": gettext_lazy("Reading the file"),
    "Writing": gettext_lazy("Writing into the ledger"),
    "Removing lines": gettext_lazy("Removing lines"),
    "Resolving names: names": gettext_lazy("Resolving names: reading them"),
    "Resolving names: candidates": gettext_lazy("Resolving names: looking for candidates"),
    "Resolving names: comparison": gettext_lazy("Resolving names: comparing"),
    "Resolving names: training": gettext_lazy("Resolving names: weighing the evidence"),
    "Resolving names: clusters": gettext_lazy("Resolving names: bringing together"),
    "Resolving names: review": gettext_lazy("Resolving names: choosing what people should look at"),
    "Resolving names: done": gettext_lazy("Resolving names: done"),
    "Writing customers": gettext_lazy("Writing customers"),
    "Assigning lines": gettext_lazy("Assigning lines to customers"),
    "Deriving contacts": gettext_lazy("Deriving contacts"),
    "Deriving instruments": gettext_lazy("Deriving instruments"),
    "facts": gettext_lazy("Building the warehouse: lines"),
    "dimensions": gettext_lazy("Building the warehouse: dimensions"),
    "aggregates": gettext_lazy("Building the warehouse: sums"),
    "publish": gettext_lazy("Building the warehouse: handing it to readers"),
    "Writing summaries": gettext_lazy("Summing up customers"),
    "Indexing": gettext_lazy("Preparing the search"),
    "Taking demo orders": gettext_lazy("Taking demo orders"),
    "Gathering features": gettext_lazy("Looking back at every customer"),
    "Comparing models": gettext_lazy("Comparing models"),
    "Training": gettext_lazy("Training the model"),
    "Scoring customers": gettext_lazy("Scoring customers"),
    "Writing scores": gettext_lazy("Writing scores"),
    "Accepting pairs": gettext_lazy("Accepting pairs"),
    "Renewing work lists": gettext_lazy("Renewing the work lists"),
    "Opening pairs again": gettext_lazy("Opening pairs again"),
    "Reading notes": gettext_lazy("Reading what customers say"),
    "Finding groups": gettext_lazy("Finding groups of customers"),
    "Looking for patterns": gettext_lazy("Looking for what goes together and what follows"),
    "Weighing customers": gettext_lazy("Weighing what customers will bring"),
    "Forecasting": gettext_lazy("Forecasting every part of the institution"),
}


def declare() -> None:
    """Tell the job pages about the kinds of this module; called once at start."""
    words.say_steps(STEPS)
    words.say(
        "insight.import",
        words.Words(
            gettext_lazy("Import"),
            _import_result,
            _import_url,
            gettext_lazy("To the import"),
            then=True,
            cancel=_cancel_import,
            retry=_retry_import,
            notice="import",
        ),
    )
    words.say(
        "insight.undo_import",
        words.Words(
            gettext_lazy("Undo an import"),
            _undo_result,
            _import_url,
            gettext_lazy("To the import"),
            then=True,
            cancel=_cancel_undo,
            may_cancel=lambda job: job.state == JobState.QUEUED,
        ),
    )
    words.say(
        "insight.refresh",
        words.Words(gettext_lazy("Refresh of names and figures"), _refresh_result, notice=""),
    )
    words.say(
        "insight.refresh_new",
        words.Words(gettext_lazy("Refresh of new names and figures"), _refresh_result, notice=""),
    )
    words.say("insight.resolve_all", words.Words(gettext_lazy("Check whether all names are due"), notice=""))
    words.say("insight.follow", words.Words(gettext_lazy("Figures"), _refresh_result, notice=""))
    words.say(
        "insight.score",
        words.Words(
            gettext_lazy("Scores of customers"),
            _scored,
            _models_url,
            gettext_lazy("To the models"),
            notice="",
        ),
    )
    words.say(
        "insight.classify",
        words.Words(
            gettext_lazy("Classification"), _classified, _answer_url, gettext_lazy("To the answer"), then=True
        ),
    )
    words.say(
        "insight.foresee",
        words.Words(
            gettext_lazy("Forecast, values and patterns"),
            _foreseen,
            lambda job: reverse("forecast"),
            gettext_lazy("To the forecast"),
            then=True,
        ),
    )
    words.say("insight.read_sources", words.Words(gettext_lazy("Reading of daily sources"), _read, notice=""))
    words.say("insight.discard_old_drafts", words.Words(gettext_lazy("Removal of old drafts"), _discarded))
    words.say(
        "insight.worklists",
        words.Words(
            gettext_lazy("Renewal of the work lists"),
            _worklists_result,
            _worklists_url,
            gettext_lazy("To the work lists"),
            notice="",
        ),
    )
    words.say(
        "insight.accept_pairs",
        words.Words(
            gettext_lazy("Accept pairs of names"),
            _accepted,
            _decided_url,
            gettext_lazy("To the decided pairs"),
        ),
    )
    words.say(
        "insight.reopen_pairs",
        words.Words(
            gettext_lazy("Open pairs of names again"), _reopened, _review_url, gettext_lazy("To the pairs")
        ),
    )


def _worklists_url(job: Job) -> str:
    return reverse("worklists")


def _worklists_result(job: Job) -> str:
    new = sum(told.get("new", 0) for told in job.result.values())
    gone = sum(told.get("gone", 0) for told in job.result.values())
    return _("%(new)s customers more to look after, %(gone)s no longer") % {
        "new": f"{new:,}",
        "gone": f"{gone:,}",
    }


def _import_url(job: Job) -> str:
    return reverse("import", args=(job.arguments["import_id"],))


def _decided_url(job: Job) -> str:
    return reverse("review-decided")


def _review_url(job: Job) -> str:
    return reverse("review")


def _import_result(job: Job) -> str:
    names = ("rows_read", "added", "corrected", "unchanged", "rejected")
    said = _(
        "%(rows_read)s rows read: %(added)s added, %(corrected)s corrected, %(unchanged)s unchanged, "
        "%(rejected)s rejected"
    )
    counts = {name: job.result.get(name, 0) for name in names}
    totals = total_lines(counts)
    return said % {name: f"{count:,}" for name, count in counts.items()} + (f" · {totals}" if totals else "")


def _undo_result(job: Job) -> str:
    again = len(job.result.get("read_again", ()))
    if again:
        return _("The import was taken back; %(count)s later files were read again.") % {"count": again}
    return _("The import was taken back.")


def _refresh_result(job: Job) -> str:
    lines, billed = job.result.get("lines", 0), Decimal(job.result.get("billed", "0.00"))
    return _("%(lines)s lines, %(billed)s billed; warehouse %(number)s") % {
        "lines": f"{lines:,}", "billed": f"{billed:,.2f}", "number": job.result.get("warehouse", "–"),
    }  # fmt: skip


def _models_url(job: Job) -> str:
    return reverse("models")


def _answer_url(job: Job) -> str:
    return reverse("classify-answer", args=(job.pk,))


def _classified(job: Job) -> str:
    return _("Learned from %(count)s customers") % {"count": f"{job.result.get('rows', 0):,}"}


def _scored(job: Job) -> str:
    trained, scored = job.result.get("trained", {}), job.result.get("scored", {})
    said = _("%(customers)s customers scored, %(models)s models trained") % {
        "customers": f"{max(scored.values(), default=0):,}", "models": len(trained),
    }  # fmt: skip
    refused = [_(one["template"]).format(**one["params"]) for one in job.result.get("refused", {}).values()]
    return " · ".join([said, *dict.fromkeys(refused)])


def _read(job: Job) -> str:
    return _("%(count)s sources are being read") % {"count": job.result.get("queued", 0)}


def _discarded(job: Job) -> str:
    return _("%(count)s drafts removed") % {"count": job.result.get("discarded", 0)}


def _foreseen(job: Job) -> str:
    return _("%(nodes)s parts forecast, %(customers)s customers weighed") % {
        "nodes": job.result.get("nodes", 0), "customers": job.result.get("customers", 0),
    }  # fmt: skip


def _accepted(job: Job) -> str:
    return _("%(accepted)s pairs accepted, %(left)s left open") % {
        "accepted": job.result.get("accepted", 0), "left": job.result.get("left_open", 0),
    }  # fmt: skip


def _reopened(job: Job) -> str:
    return _("%(count)s pairs are open again") % {"count": job.result.get("reopened", 0)}


def _cancel_import(job: Job) -> None:
    """A job that never ran cannot tell its import that it was cancelled."""
    queue.cancel(job)
    Import.objects.filter(job=job, job__state=JobState.CANCELLED, state=ImportState.WAITING).update(
        state=ImportState.CANCELLED
    )


def _cancel_undo(job: Job) -> None:
    """Undoing is stopped before it begins or not at all: half an undo would be neither state."""
    queue.cancel(job)
    Import.objects.filter(job=job, job__state=JobState.CANCELLED, state=ImportState.WAITING).update(
        state=ImportState.DONE
    )


def _retry_import(job: Job, actor: Actor) -> Job:
    """Start the import anew, so that it knows its job."""
    return imports.start(
        Import.objects.select_related("source").get(pk=job.arguments["import_id"]), actor=actor
    )
