"""The process that holds event streams: it gets connections, says "news" to the right people, and lets go."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hengke.engines.notices import live
from tests.conftest import ROOT


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    path = tmp_path / "live.sock"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    running = subprocess.Popen([sys.executable, "-m", "hengke.engines.notices.live", str(path)], env=env)
    monkeypatch.setenv("HENGKE_LIVE", str(path))
    deadline = time.monotonic() + 20
    while not live.address() and time.monotonic() < deadline:
        time.sleep(0.02)
    yield running
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0
    assert not path.exists()


def _stream(person: int) -> socket.socket:
    """The browser's end of a stream that was handed over."""
    browser, server = socket.socketpair()
    browser.settimeout(10)
    assert live.hand_over(server, person)
    server.close()
    assert b"text/event-stream" in browser.recv(4096)
    return browser


@pytest.mark.usefixtures("process")
def test_news_reach_every_page_of_the_person_and_nobody_else() -> None:
    mine, also_mine, other = _stream(7), _stream(7), _stream(8)
    live.wake([7])
    assert mine.recv(4096) == also_mine.recv(4096) == live.NEWS
    live.wake([8])
    assert other.recv(4096) == live.NEWS
    other.settimeout(0.2)
    with pytest.raises(TimeoutError):
        other.recv(1)


@pytest.mark.usefixtures("process")
def test_streams_of_a_person_can_be_ended() -> None:
    mine, also_mine, other = _stream(7), _stream(7), _stream(8)
    live.end([7, 9])
    assert mine.recv(4096) == also_mine.recv(4096) == b""
    live.wake([7, 8])
    assert other.recv(4096) == live.NEWS


@pytest.mark.usefixtures("process")
def test_too_many_pages_of_one_person_close_the_oldest() -> None:
    streams = [_stream(7) for _ in range(live.PER_PERSON + 1)]
    assert streams[0].recv(4096) == b""
    live.wake([7])
    assert streams[-1].recv(4096) == live.NEWS


@pytest.mark.usefixtures("process")
def test_a_page_that_went_away_and_nonsense_do_no_harm() -> None:
    _stream(7).close()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        for nonsense in (b"", b"{", b"[]", b'{"wake": 1}', b'{"wake": ["x"]}'):
            door.sendto(nonsense, live.address())
    left = _stream(7)
    live.wake([7])
    assert left.recv(4096) == live.NEWS


def test_only_the_owner_reaches_the_door(process: subprocess.Popen[bytes]) -> None:
    assert Path(live.address()).stat().st_mode & 0o077 == 0


def test_without_the_process_nothing_is_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = socket.socketpair()
    for path in ("", str(tmp_path / "none"), str(tmp_path / ("x" * 200))):
        monkeypatch.setenv("HENGKE_LIVE", path)
        assert not live.hand_over(here, 7)
        live.wake([7])
    stale = tmp_path / "stale.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(stale))
    monkeypatch.setenv("HENGKE_LIVE", str(stale))
    assert not live.hand_over(here, 7)
    here.close()
    there.close()
