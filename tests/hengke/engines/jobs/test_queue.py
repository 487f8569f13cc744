"""The queue: joined requests, survival of kills, cancelling, retrying, one worker per data folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import locking, queue
from hengke.engines.jobs.models import Job, JobState
from hengke.kernel.errors import InputError
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system()


@pytest.fixture(autouse=True)
def kinds() -> Iterator[dict[str, Any]]:
    """Kinds of work for these tests only."""
    seen: dict[str, Any] = {"runs": []}

    @queue.job("test.count")
    def count(*, actor: Actor, progress: queue.Progress, upto: int) -> dict[str, int]:
        for done in range(upto):
            progress("Counting", done, upto)
            if done == seen.get("cancel_at"):
                queue.cancel(progress.job)
                progress("Counting", upto, upto)
        seen["runs"].append(actor)
        return {"counted": upto}

    @queue.job("test.fail")
    def fail(*, actor: Actor, progress: queue.Progress, words: str) -> None:
        raise InputError("broken", words) if words else RuntimeError("a secret of the program")

    yield seen
    for kind in ("test.count", "test.fail"):
        queue._kinds.pop(kind)


def ask(kind: str = "test.count", key: str = "", actor: Actor = SYSTEM, **arguments: Any) -> Job:
    return queue.enqueue(kind, title="work", actor=actor, key=key, **(arguments or {"upto": 3}))


def test_a_job_runs_as_the_person_who_asked_and_keeps_its_result(kinds: dict[str, Any]) -> None:
    boss = people.actor("boss")
    job = ask(actor=boss)
    assert queue.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.percent, job.attempts) == ("done", {"counted": 3}, 100, 1)
    assert [(a.user_id, a.role, a.channel) for a in kinds["runs"]] == [(boss.user_id, boss.role, "job")]


def test_a_second_request_joins_the_one_that_waits_but_not_the_one_that_runs() -> None:
    first = ask(key="refresh")
    assert ask(key="refresh").pk == first.pk
    queue.claim()
    assert ask(key="refresh").pk != first.pk


def test_work_cut_off_by_a_kill_is_run_again() -> None:
    job = ask()
    queue.claim()
    assert queue.recover() == 1
    again = queue.claim()
    assert again is not None
    assert (again.pk, again.attempts) == (job.pk, 2)


def test_what_was_cut_off_gives_way_to_a_newer_request_of_the_same_meaning() -> None:
    job = ask(key="refresh")
    queue.claim()
    newer = ask(key="refresh")
    queue.recover()
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {job.pk: "cancelled", newer.pk: "queued"}


def test_work_that_always_kills_its_worker_is_given_up() -> None:
    job = ask()
    queue.claim()
    Job.objects.update(attempts=queue.MAX_ATTEMPTS)
    queue.recover()
    job.refresh_from_db()
    assert (job.state, queue.claim()) == (JobState.FAILED, None)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_report(
    kinds: dict[str, Any],
) -> None:
    waiting = ask()
    queue.cancel(waiting)
    assert queue.claim() is None
    kinds["cancel_at"] = 1
    running = ask()
    queue.run_waiting()
    running.refresh_from_db()
    assert (running.state, running.result, kinds["runs"]) == ("cancelled", {}, [])


def test_an_expected_error_is_told_and_a_bug_is_not(caplog: pytest.LogCaptureFixture) -> None:
    told, bug = ask("test.fail", words="Choose another file."), ask("test.fail", words="")
    with caplog.at_level(logging.CRITICAL, "hengke.jobs"):
        queue.run_waiting()
    told.refresh_from_db()
    bug.refresh_from_db()
    assert (told.state, told.error) == ("failed", "Choose another file.")
    assert bug.state == "failed"
    assert "RuntimeError" in bug.error
    assert "secret" not in bug.error


def test_only_what_failed_or_was_cancelled_can_be_tried_again() -> None:
    job = ask("test.fail", words="no")
    with pytest.raises(InputError):
        queue.retry(job)
    queue.run_waiting()
    job.refresh_from_db()
    assert queue.retry(job).arguments == {"words": "no"}


def test_one_worker_at_a_time() -> None:
    with locking.only_worker(wait=False) as first, locking.only_worker(wait=False) as second:
        assert (first, second) == (True, False)
    with locking.only_worker(wait=False) as third:
        assert third
