"""The job that works everything out, and that goes on by itself once somebody asked."""

from __future__ import annotations

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import InputError
from hengke.modules.insight.services.foresight import rooms, runs

pytestmark = pytest.mark.usefixtures("warehouse")


def test_the_job_says_what_it_made_and_several_asked_for_are_one() -> None:
    first = runs.ask(actor=Actor.system())
    assert runs.ask(actor=Actor.system()).pk == first.pk
    assert runs.running() == first
    queue.run_waiting()
    first.refresh_from_db()
    assert (first.state, first.error) == ("done", "")
    assert first.result["nodes"] > 20
    # Five customers form no groups and nobody has written a note: that hinders nothing else.
    assert first.result["refused"] == ["clusters", "notes"]
    assert runs.running() is None


def test_it_goes_on_by_itself_only_after_the_first_time() -> None:
    runs.keep_current(actor=Actor.system())
    assert not Job.objects.exists()
    runs.ask(actor=Actor.system())
    queue.run_waiting()
    runs.keep_current(actor=Actor.system())
    assert Job.objects.filter(kind=runs.KIND, state="queued").count() == 1


def test_when_no_room_has_enough_the_first_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_little(_report: object) -> None:
        raise InputError("too_short", "A forecast needs at least {months} whole months of lines.", months=6)

    monkeypatch.setattr(rooms, "ROOMS", tuple((room, too_little) for room, _work in rooms.ROOMS))
    with pytest.raises(InputError, match="6 whole months"):
        rooms.run(lambda *_rest: None)
