"""Job pages: whose jobs one sees, how they end, cancel and retry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import InputError
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="hengke.engines.access.backend.UnitBackend")
    return client


def put(user: User, **values: object) -> Job:
    return Job.objects.create(
        kind="test.kind", title="<i>titel</i>", arguments={"n": 1}, actor=user, **values
    )


@pytest.fixture
def failing() -> Iterator[str]:
    """A kind of job that always fails with a sentence of its own."""

    @queue.job("test.failing")
    def fail(**_: object) -> None:
        raise InputError("test", "The file {name} is <broken>.", name="a&b")

    yield "test.failing"
    del queue._kinds["test.failing"]


def test_administrators_and_directors_see_all_others_their_own() -> None:
    desk, manager = person("desk", Role.BUSINESS_DESK), person("manager", Role.ACCOUNT_MANAGER)
    mine, other = put(desk), put(manager)
    for role in (Role.ADMINISTRATOR, Role.DIRECTOR):
        page = enter(person(role, role)).get("/jobs").content.decode()
        assert f"/jobs/{mine.pk}" in page
        assert f"/jobs/{other.pk}" in page
    client = enter(desk)
    page = client.get("/jobs").content.decode()
    assert f"/jobs/{mine.pk}" in page
    assert f"/jobs/{other.pk}" not in page
    for url in ("", "/part"):
        assert client.get(f"/jobs/{other.pk}{url}").status_code == 404
    for url in ("/cancel", "/retry"):
        assert client.post(f"/jobs/{other.pk}{url}").status_code == 404
        assert client.get(f"/jobs/{mine.pk}{url}").status_code == 405
    assert Client().get("/jobs")["Location"].startswith("/login")


def test_a_running_job_asks_for_itself_and_an_ended_one_does_not() -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    job = put(admin, state="running", done=1, total=4)
    part = enter(admin).get(f"/jobs/{job.pk}/part").content.decode()
    assert f'src="/jobs/{job.pk}/part"' in part
    assert 'value="25"' in part
    Job.objects.update(state="done")
    assert "src=" not in enter(admin).get(f"/jobs/{job.pk}/part").content.decode().split(">")[0]


def test_an_error_is_said_and_escaped(failing: str) -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    job = queue.enqueue(failing, title="t", actor=Actor.of(admin))
    queue.run_waiting()
    page = enter(admin).get(f"/jobs/{job.pk}").content.decode()
    assert "a&amp;b" in page
    assert "&lt;broken&gt;" in page
    again = enter(admin).post(f"/jobs/{job.pk}/retry")
    assert again["Location"] == f"/jobs/{job.pk + 1}"
    assert Job.objects.get(pk=job.pk + 1).state == "queued"


def test_cancel_stops_a_waiting_job_and_asks_a_running_one() -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    waiting, running, over = put(admin), put(admin, state="running"), put(admin, state="done")
    client = enter(admin)
    for job in (waiting, running):
        assert client.post(f"/jobs/{job.pk}/cancel").status_code == 302
    assert client.post(f"/jobs/{over.pk}/cancel").status_code == 409
    states = dict(Job.objects.values_list("pk", "state"))
    assert (states[waiting.pk], states[running.pk]) == ("cancelled", "running")
    assert Job.objects.get(pk=running.pk).cancel_requested
    assert client.post(f"/jobs/{over.pk}/retry").status_code == 400


def test_titles_are_text() -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    put(admin)
    page = enter(admin).get("/jobs").content.decode()
    assert "<i>titel" not in page
    assert "&lt;i&gt;titel" in page


def test_pages_follow_each_other_without_gaps() -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    jobs = [put(admin) for _ in range(120)]
    client, url, seen = enter(admin), "/jobs", []
    while url:
        found = client.get(url).context
        seen += [row["job"].pk for row in found["rows"]]
        url = found["page"]["next_url"] and "/jobs" + found["page"]["next_url"]
    assert seen == [job.pk for job in reversed(jobs)]
    last = client.get(f"/jobs?before={jobs[19].pk}").context["rows"]
    assert [row["job"].pk for row in last] == [job.pk for job in reversed(jobs[20:70])]


def test_the_list_asks_the_same_number_of_queries_for_one_and_three() -> None:
    admin = person("admin", Role.ADMINISTRATOR)
    client = enter(admin)
    put(admin)
    client.get("/jobs")  # what is read once per process does not count
    with CaptureQueriesContext(connection) as one:
        client.get("/jobs")
    put(admin)
    put(admin, state="failed", error="x")
    with CaptureQueriesContext(connection) as three:
        client.get("/jobs")
    assert len(three) == len(one)
