"""The overview is asked in advance as a director asks it: once a build, when it is quiet, harmless when it fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.core.signals import request_started
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.modules.insight.dashboard import facts, views, warming
from tests.factories.people import person

LONG = 10.0  # seconds until a test gives up


class _Asked:
    """Stands for `ask`: counts, fails when told to, and takes as long as the test wants."""

    def __init__(self) -> None:
        self.count = threading.Semaphore(0)
        self.may_end = threading.Event()
        self.may_end.set()
        self.fails = False

    def __call__(self) -> bool:
        self.count.release()
        assert self.may_end.wait(LONG)
        if self.fails:
            raise RuntimeError("no warehouse")
        return True


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> _Asked:
    found = _Asked()
    monkeypatch.setattr(warming, "ask", found)
    monkeypatch.setattr(warming, "QUIET", 0.01)
    monkeypatch.setattr(warming, "BETWEEN_LOOKS", 0.01)
    return found


@pytest.fixture
def begun(asked: _Asked, monkeypatch: pytest.MonkeyPatch) -> Iterator[warming.Warming]:
    monkeypatch.setattr(facts, "build_number", lambda: 1)
    found = warming.Warming()
    found.start()
    yield found
    asked.may_end.set()
    found.stop()


@pytest.mark.django_db
@pytest.mark.usefixtures("warehouse")
def test_a_director_finds_the_page_that_was_asked_in_advance(client: Client) -> None:
    former = person("former", Role.DIRECTOR)
    former.is_active = False
    former.save()
    client.force_login(person("boss", Role.DIRECTOR))
    assert warming.ask()
    before = views._content.cache_info()
    assert client.get("/overview").status_code == 200
    after = views._content.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("warehouse")
def test_without_a_director_nothing_is_asked() -> None:
    person("desk", Role.BUSINESS_DESK)
    assert not warming.ask()


@pytest.mark.django_db
def test_before_the_first_build_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    person("boss", Role.DIRECTOR)
    monkeypatch.setattr(facts, "build_number", lambda: None)
    assert not warming.ask()


@pytest.mark.usefixtures("begun")
def test_each_build_is_asked_once(asked: _Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked.count.acquire(timeout=LONG)
    assert not asked.count.acquire(timeout=0.2)
    monkeypatch.setattr(facts, "build_number", lambda: 2)
    assert asked.count.acquire(timeout=LONG)


@pytest.mark.usefixtures("begun")
def test_a_failure_is_logged_and_the_next_build_asked(
    asked: _Asked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked.fails = True
    monkeypatch.setattr(facts, "build_number", lambda: 2)
    assert asked.count.acquire(timeout=LONG)
    monkeypatch.setattr(facts, "build_number", lambda: 3)
    assert asked.count.acquire(timeout=LONG)
    assert "could not be asked in advance" in caplog.text


def test_the_end_waits_for_a_question_in_flight(asked: _Asked, begun: warming.Warming) -> None:
    asked.may_end.clear()
    assert asked.count.acquire(timeout=LONG)
    ending = threading.Thread(target=begun.stop)
    ending.start()
    ending.join(0.1)
    assert ending.is_alive()
    asked.may_end.set()
    ending.join(LONG)
    assert not ending.is_alive()
    assert not begun._thread.is_alive()


@pytest.mark.django_db
def test_requests_come_first(asked: _Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "build_number", lambda: 1)
    monkeypatch.setattr(warming, "QUIET", 3600.0)
    waiting = warming.Warming()
    waiting.start()
    request_started.send(sender=None)
    assert not asked.count.acquire(timeout=0.2)
    waiting.stop()
    assert not waiting._thread.is_alive()
