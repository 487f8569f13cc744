"""Declare, enqueue, run, cancel and retry background work.

The queue is the Job table: a job is enqueued in the transaction of the change that asks for it, survives
every kill, and is run again from the start after one. So every job function must be idempotent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.access.models import User
from hengke.engines.jobs.models import Job, JobState
from hengke.kernel import clock
from hengke.kernel.errors import HengkeError, InputError, sentence

log = logging.getLogger("hengke.jobs")
# Work that is cut off is the machine's fault until it has been cut off very often: only then is it the work
# that kills.
MAX_ATTEMPTS = 100
PROGRESS_EVERY = 0.5


class Cancelled(Exception):
    """Somebody asked the running job to stop."""


class Progress:
    """What a running job tells about itself; also where it learns that it should stop."""

    def __init__(self, job: Job, echo: Echo | None = None) -> None:
        self.job = job
        self._echo = echo
        self._last = 0.0

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        """Show `step` and `done` of `total`; raises Cancelled. Call it outside of transactions: it writes."""
        if time.monotonic() - self._last < PROGRESS_EVERY and step == self.job.step and done < total:
            return
        self._last = time.monotonic()
        self.job.step, self.job.done, self.job.total = step, done, total
        self.job.save(update_fields=["step", "done", "total"])
        if self._echo:
            self._echo(self.job)
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise Cancelled


JobFunction = Callable[..., dict[str, Any] | None]
Echo = Callable[[Job], None]
_kinds: dict[str, JobFunction] = {}
_first: list[Callable[[], None]] = []
_over: list[Echo] = []


def before_each(do: Callable[[], None]) -> None:
    """Call `do` at the beginning of every job: a worker lives long, and must notice what changed meanwhile."""
    if do not in _first:
        _first.append(do)


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Declare a job function: `def run(*, actor, progress, **arguments) -> result`."""

    def register(function: JobFunction) -> JobFunction:
        _kinds[kind] = function
        return function

    return register


def kind_of(function: JobFunction) -> str:
    """The kind under which a job function was declared."""
    return next(kind for kind, known in _kinds.items() if known is function)


def on_over(listener: Echo) -> None:
    """Call `listener` with every job that has come to its end, after that has been written down."""
    if listener not in _over:
        _over.append(listener)


def enqueue(kind: str, *, title: str, actor: Actor, key: str = "", **arguments: Any) -> Job:
    """Put a job into the queue; with `key`, the one already waiting under that key is returned instead."""
    if key and (waiting := Job.objects.filter(key=key, state=JobState.QUEUED).first()):
        return waiting
    try:
        with transaction.atomic():
            return Job.objects.create(
                kind=kind, key=key, title=title[:200], arguments=arguments, actor_id=actor.user_id
            )
    except IntegrityError:
        return Job.objects.get(key=key, state=JobState.QUEUED)


def recover() -> int:
    """Give back to the queue what a killed worker left running.

    Only the one worker of a data folder calls it.
    """
    left = Job.objects.filter(state=JobState.RUNNING)
    left.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED,
        error=sentence("The work was cut off too often. Look at the log, mend the cause and retry."),
        finished_at=clock.now(),
    )
    count = 0
    for row in left:
        # A newer waiting job with the same key does the same work; two of them cannot wait.
        twin = row.key and Job.objects.filter(key=row.key, state=JobState.QUEUED).exists()
        row.state = JobState.CANCELLED if twin else JobState.QUEUED
        row.save(update_fields=["state"])
        count += 1
    return count


def claim() -> Job | None:
    """Take the oldest waiting job."""
    with transaction.atomic():
        row = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(state=JobState.QUEUED)
            .order_by("pk")
            .first()
        )
        if row is None:
            return None
        row.state, row.started_at, row.attempts = JobState.RUNNING, clock.now(), row.attempts + 1
        row.save(update_fields=["state", "started_at", "attempts"])
        return row


def run(row: Job, echo: Echo | None = None) -> Job:
    """Run a claimed job to its end and write down how it ended; never raises for what the job does.

    `echo` hears of every report of progress, for those who wait in front of a terminal.
    """
    try:
        for do in _first:
            do()
        row.result = _kinds[row.kind](actor=_actor(row), progress=Progress(row, echo), **row.arguments) or {}
        row.state = JobState.DONE
    except Cancelled:
        row.state = JobState.CANCELLED
    except HengkeError as error:
        _fail(row, error)
    except Exception as error:
        log.exception("job %s (%s) failed", row.pk, row.kind)
        kind = type(error).__name__
        _fail(row, HengkeError("unexpected", "Unexpected error: {kind}. The log has the details.", kind=kind))
    row.finished_at = clock.now()
    with transaction.atomic():
        row.save(update_fields=["state", "result", "error", "finished_at"])
        for listener in _over:
            listener(row)
    return row


def _fail(row: Job, error: HengkeError) -> None:
    """The sentence and its parts apart, so that pages can say it in their language."""
    params = {name: str(value) for name, value in error.params.items()}
    row.state, row.error = JobState.FAILED, error.message
    row.result = {"error": {"template": error.template, "params": params}}


def run_waiting(echo: Echo | None = None) -> int:
    """Run everything that waits, including what it enqueues; for commands and tests without a worker."""
    count = 0
    while (row := claim()) is not None:
        run(row, echo)
        count += 1
    return count


def cancel(row: Job) -> None:
    """Stop a waiting job at once, a running one at its next report of progress."""
    if not Job.objects.filter(pk=row.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=clock.now()
    ):
        Job.objects.filter(pk=row.pk, state=JobState.RUNNING).update(cancel_requested=True)


def retry(row: Job) -> Job:
    """Queue a job that failed or was cancelled once more, as a new row."""
    if row.state not in (JobState.FAILED, JobState.CANCELLED):
        raise InputError("job_not_over", "Only failed or cancelled work can be started again.")
    return Job.objects.create(
        kind=row.kind, key="", title=row.title, arguments=row.arguments, actor_id=row.actor_id
    )


def _actor(row: Job) -> Actor:
    if row.actor_id is None:
        return Actor.system(Channel.JOB)
    return Actor.of(User.objects.select_related("unit").get(pk=row.actor_id), Channel.JOB)
