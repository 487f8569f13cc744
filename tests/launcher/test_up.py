"""`./hengke up` for real: ready, unique, restarting, stopping in order, and repaired after a kill."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import environment, ports, up
from launcher.layout import here
from tests.support.processes import alive, children, eventually

ENTRY = here().root / "launcher" / "__main__.py"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not environment.is_current(here(), ("runtime",)),
        reason="the environment was not made by the launcher: run ./hengke test",
    ),
]


class Run:
    """One `./hengke up` on a data folder."""

    def __init__(self, data: Path) -> None:
        self.output = data.with_suffix(".out")
        env = {name: value for name, value in os.environ.items() if name != "HENGKE_DATA"} | {
            "LC_ALL": "C.UTF-8"
        }
        command = [sys.executable, "-I", ENTRY, "up", "--data", data, "--empty", "--no-browser"]
        with self.output.open("wb") as sink:
            self.process = subprocess.Popen(command, stdout=sink, stderr=sink, env=env)

    def url(self) -> str:
        """Where it answers, once it is ready."""
        assert eventually(lambda: "Ctrl-C stops" in self.said() or self.process.poll() is not None), (
            self.said()
        )
        found = re.search(r"Ready: (\S+)", self.said())
        assert found, self.said()
        return found[1]

    def said(self) -> str:
        return self.output.read_text("utf-8", "replace")

    def children(self) -> list[int]:
        return children(self.process.pid)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Run]]:
    runs: list[Run] = []

    def begin() -> Run:
        runs.append(Run(tmp_path / "var"))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.terminate()
        run.process.wait()


def test_it_serves_once_restarts_what_dies_and_stops_in_order(start: Callable[[], Run]) -> None:
    first = start()
    url = first.url()
    assert up.is_ready(url)
    assert url + "welcome/" in first.said()

    second = start()
    assert second.process.wait(timeout=60) == 0
    assert url in second.said()
    assert str(first.process.pid) in second.said()

    family = first.children()
    assert len(family) == 3
    os.kill(family[0], signal.SIGKILL)
    assert eventually(lambda: family[0] not in first.children() and len(first.children()) == 3)
    assert eventually(lambda: up.is_ready(url))

    family = first.children()
    first.process.terminate()
    assert first.process.wait(timeout=60) == 0
    assert not any(map(alive, family))
    assert not up.is_ready(url)


def test_a_supervisor_killed_with_9_is_followed_by_a_clean_start(start: Callable[[], Run]) -> None:
    with ports.reserve("127.0.0.1", None):  # the first free port: it is free again when the next one starts
        killed = start()
        url = killed.url()
    family = [*killed.children(), *(pid for child in killed.children() for pid in children(child))]
    killed.process.kill()
    next_one = start()
    assert next_one.url() == url  # bookmarks keep working
    assert up.is_ready(url)
    assert not any(map(alive, family))


def test_a_first_run_killed_at_any_point_is_finished_by_the_next(start: Callable[[], Run]) -> None:
    for seconds in (0.2, 0.8, 1.6, 3.0):
        cut_off = start()
        time.sleep(seconds)
        cut_off.process.kill()
        cut_off.process.wait()
    run = start()
    assert up.is_ready(run.url())
    assert "/welcome/" in run.said()
