"""Notices of background work: whoever asked for it hears how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue, words
from hengke.engines.jobs.models import Job, JobState
from hengke.engines.notices import sending
from hengke.engines.notices.reading import Shown, register_reader

SUBJECT = "jobs.job"


def listen() -> None:
    """Begin to hear of work that ends; called once at start."""
    register_reader(_jobs)
    queue.on_over(_tell)


def _tell(job: Job) -> None:
    kind = words.of(job).notice
    if kind and job.actor_id is not None and job.state in (JobState.DONE, JobState.FAILED):
        sending.send(kind, (job.actor_id,), actor=Actor.system(), subject=job)


def _jobs(actor: Actor, subject: str, pks: Sequence[int]) -> dict[int, Shown] | None:
    """One's own work, said in the words of its kind."""
    if subject != SUBJECT:
        return None
    rows = Job.objects.filter(pk__in=pks, actor_id=actor.user_id)
    return {job.pk: (_said(job), words.of(job).url(job) or reverse("job", args=(job.pk,))) for job in rows}


def _said(job: Job) -> str:
    outcome = words.error(job) if job.state == JobState.FAILED else words.of(job).result(job)
    return _("%(work)s: %(outcome)s") % {
        "work": words.label(job), "outcome": outcome or words.progress(job),
    }  # fmt: skip
