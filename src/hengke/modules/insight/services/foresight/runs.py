"""Runs of rooms: the newest of each, how one is written down, and how one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job, JobState
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Foresight

KIND = "insight.foresee"


def newest(room: Room) -> Foresight | None:
    """The run that pages show; None before the first. One query."""
    return Foresight.objects.filter(room=room).order_by("-pk").first()


def write(
    room: Room, as_of: date, warehouse: int, facts: dict[str, Any], rows: Callable[[Foresight], None]
) -> Foresight:
    """Write a run with its rows in one transaction; the rows of the one before go away with it."""
    with transaction.atomic():
        Foresight.objects.filter(room=room).delete()
        run = Foresight.objects.create(room=room, as_of=as_of, warehouse=warehouse, facts=facts)
        rows(run)
    return run


def ask(*, actor: Actor) -> Job:
    """Queue that everything is worked out anew; several asked for while one waits are one."""
    return queue.enqueue(KIND, title="Foresight", actor=actor, key=KIND)


def keep_current(*, actor: Actor) -> None:
    """After a new warehouse: whoever has asked once need not ask again."""
    if Foresight.objects.exists():
        ask(actor=actor)


def running() -> Job | None:
    """The job that waits or runs, None when nothing is being worked out. One query."""
    open_ = Job.objects.filter(kind=KIND, state__in=(JobState.QUEUED, JobState.RUNNING))
    return open_.order_by("-pk").first()
