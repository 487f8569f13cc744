"""What a kind of work is called, what its result means, where it leads; modules say it of their kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job, JobState

Text = str | Promise
BADGES = {
    JobState.QUEUED: "mute", JobState.RUNNING: "info", JobState.DONE: "ok", JobState.FAILED: "bad",
    JobState.CANCELLED: "warn",
}  # fmt: skip


def _retry(job: Job, actor: Actor) -> Job:
    return queue.retry(job)


def _may_cancel(job: Job) -> bool:
    return not job.is_over and not job.cancel_requested


@dataclass(frozen=True)
class Words:
    """How one kind of job speaks; `url` is where its result is seen, `then` whether to go there by itself.

    `notice` is the kind of notice that whoever asked for it gets at the end; empty for none.
    """

    label: Text
    result: Callable[[Job], str] = lambda job: ""
    url: Callable[[Job], str] = lambda job: ""
    url_label: Text = ""
    then: bool = False
    cancel: Callable[[Job], None] = queue.cancel
    may_cancel: Callable[[Job], bool] = _may_cancel
    retry: Callable[[Job, Actor], Job] = _retry
    notice: str = "job"


_words: dict[str, Words] = {}
_steps: dict[str, Text] = {}


def say(kind: str, words: Words) -> None:
    """Declare the words of a kind of job."""
    _words[kind] = words


def say_steps(steps: dict[str, Text]) -> None:
    """Declare what steps are called; a step without words stands for itself."""
    _steps.update(steps)


def step_name(step: str) -> str:
    """What a step is called."""
    return str(_steps.get(step) or (step and _(step)))


def of(job: Job) -> Words:
    """The words of a job's kind."""
    return _words.get(job.kind) or Words(label=job.kind)


def label(job: Job) -> str:
    """What the work is called: its kind and, where that tells more, its title."""
    kind = str(of(job).label)
    return _("%(kind)s: %(title)s") % {"kind": kind, "title": job.title} if _tells_more(job) else kind


def _tells_more(job: Job) -> bool:
    return bool(job.arguments) and "pairs" not in job.arguments


def progress(job: Job) -> str:
    """What is being done and how far it is."""
    if job.state == JobState.QUEUED:
        return _("Waiting for its turn")
    if job.is_over:
        return str(JobState(job.state).label)
    step = step_name(job.step) or _("Starting")
    if job.cancel_requested:
        return _("%(step)s · stopping") % {"step": step}
    if job.total:
        return f"{step} · {job.done:,} / {job.total:,}"
    return f"{step} · {job.done:,}" if job.done else step


def duration(job: Job, now: object) -> str:
    """How long it has run, in the largest two units."""
    if job.started_at is None:
        return ""
    passed: timedelta = (job.finished_at or now) - job.started_at  # type: ignore[operator]
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 60:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def error(job: Job) -> str:
    """Why it failed, in the language of the page where the sentence is known."""
    said = job.result.get("error") if job.state == JobState.FAILED else None
    if said:
        return _(said["template"]).format(**said["params"])
    return _(job.error) if job.error else ""
