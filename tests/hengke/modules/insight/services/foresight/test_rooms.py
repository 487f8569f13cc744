"""The job that works everything out, and that goes on by itself once somebody asked."""

from __future__ import annotations

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.modules.insight.services.foresight import runs

pytestmark = pytest.mark.usefixtures("warehouse")


def test_the_job_says_what_it_made_and_several_asked_for_are_one() -> None:
    first = runs.ask(actor=Actor.system())
    assert runs.ask(actor=Actor.system()).pk == first.pk
    assert runs.running() == first
    queue.run_waiting()
    first.refresh_from_db()
    assert (first.state, first.error) == ("done", "")
    assert first.result["nodes"] > 20
    assert runs.running() is None


def test_it_goes_on_by_itself_only_after_the_first_time() -> None:
    runs.keep_current(actor=Actor.system())
    assert not Job.objects.exists()
    runs.ask(actor=Actor.system())
    queue.run_waiting()
    runs.keep_current(actor=Actor.system())
    assert Job.objects.filter(kind=runs.KIND, state="queued").count() == 1
