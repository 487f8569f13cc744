"""Work that comes round by itself: queued by the worker when its time has come, like any other job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.engines.jobs.queue import JobFunction
from hengke.kernel import clock

_rounds: dict[str, tuple[timedelta, str]] = {}


def every(interval: timedelta, *, title: str) -> Callable[[JobFunction], JobFunction]:
    """Declare that a job function without arguments runs so often; stands above its `@job`."""

    def register(function: JobFunction) -> JobFunction:
        _rounds[queue.kind_of(function)] = interval, title
        return function

    return register


def enqueue_due() -> int:
    """Queue whatever was not asked for within its interval; returns how many. One query per kind."""
    now, count = clock.now(), 0
    for kind, (interval, title) in _rounds.items():
        if not Job.objects.filter(kind=kind, created_at__gt=now - interval).exists():
            queue.enqueue(kind, title=title, actor=Actor.system(Channel.JOB), key=kind)
            count += 1
    return count
