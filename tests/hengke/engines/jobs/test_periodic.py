"""Work that comes round by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hengke.engines.jobs import periodic, queue
from hengke.engines.jobs.models import Job
from hengke.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind that comes round every hour, for the length of a test."""
    monkeypatch.setattr(periodic, "_rounds", {})
    monkeypatch.setattr(queue, "_kinds", dict(queue._kinds))
    periodic.every(timedelta(hours=1), title="Hourly")(queue.job("test.hourly")(lambda **_: {"ran": 1}))


def test_it_is_queued_once_per_interval(rounds: None) -> None:
    assert periodic.enqueue_due() == 1
    assert periodic.enqueue_due() == 0
    assert queue.run_waiting() == 1
    assert periodic.enqueue_due() == 0
    Job.objects.update(created_at=clock.now() - timedelta(hours=1, seconds=1))
    assert periodic.enqueue_due() == 1
    job = Job.objects.latest("pk")
    assert (job.kind, job.title, job.actor, job.state) == ("test.hourly", "Hourly", None, "queued")


def test_what_the_modules_declare_can_run() -> None:
    from hengke.modules.insight import tasks  # noqa: F401

    assert "insight.discard_old_drafts" in periodic._rounds
    periodic.enqueue_due()
    queue.run_waiting()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
