"""Children are kept running, logged, stopped in order, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launcher.supervisor import Service, Supervisor
from tests.support.processes import alive, children, eventually

DUMMIES = Path(__file__).with_name("dummies.py")


@contextmanager
def supervising(tmp_path: Path, code: str, **options: float) -> Iterator[Supervisor]:
    service = Service("child", [sys.executable, "-c", code], dict(os.environ))
    supervisor = Supervisor([service], tmp_path, **options)
    try:
        yield supervisor
    finally:
        supervisor.stop()


def test_a_killed_child_starts_again(tmp_path) -> None:
    with supervising(tmp_path, "import time; time.sleep(600)") as supervisor:
        supervisor.tick()
        first = supervisor.pids()["child"]
        os.kill(first, signal.SIGKILL)
        assert supervisor.run(until=lambda: supervisor.pids().get("child", first) != first)
        assert supervisor.deaths() == {"child": 1}


def test_a_child_that_keeps_dying_is_started_ever_later(tmp_path) -> None:
    with supervising(tmp_path, "raise SystemExit(7)") as supervisor:
        assert supervisor.run(until=lambda: supervisor.deaths()["child"] == 3)
        log = (tmp_path / "child.log").read_text()
    for delay in ("0.5", "1.0", "2.0"):
        assert f"ended with 7; starting again in {delay} s" in log


def test_the_childs_words_are_in_its_log(tmp_path) -> None:
    code = "import os, time; os.write(1, '客户\\n'.encode()); os.write(2, b'oops\\n'); time.sleep(600)"
    log = tmp_path / "child.log"
    with supervising(tmp_path, code) as supervisor:
        supervisor.tick()
        assert eventually(lambda: "| oops" in log.read_text("utf-8"))
    assert "| 客户" in log.read_text("utf-8")


def test_stopping_gives_a_child_time_to_finish(tmp_path) -> None:
    code = (
        "import os, signal, sys, time\n"
        "def finish(*_):\n    time.sleep(0.5); os.write(1, b'finished\\n'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, finish)\n"
        "print('up', flush=True)\ntime.sleep(600)"
    )
    log = tmp_path / "child.log"
    with supervising(tmp_path, code) as supervisor:
        supervisor.tick()
        assert eventually(lambda: "| up" in log.read_text())
    assert "| finished" in log.read_text()


@pytest.mark.parametrize("manner", ["", "stubborn"])
def test_sigterm_leaves_nobody_behind(tmp_path, manner: str) -> None:
    boss = subprocess.Popen([sys.executable, DUMMIES, tmp_path, manner], stdout=subprocess.PIPE, text=True)
    assert boss.stdout is not None
    child = int(boss.stdout.readline())
    assert eventually(lambda: "| up" in (tmp_path / "dummy.log").read_text())
    family = [child, *children(child)]
    assert len(family) == 2
    boss.terminate()
    assert boss.wait(timeout=20) == 0
    assert eventually(lambda: not any(map(alive, family)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_supervisor_killed_with_9_leaves_no_orphan(tmp_path) -> None:
    boss = subprocess.Popen(
        [sys.executable, DUMMIES, tmp_path, "stubborn"], stdout=subprocess.PIPE, text=True
    )
    assert boss.stdout is not None
    child = int(boss.stdout.readline())
    assert eventually(lambda: "| up" in (tmp_path / "dummy.log").read_text())
    (grandchild,) = children(child)
    boss.kill()
    boss.wait()
    try:
        assert eventually(lambda: not alive(child))
    finally:
        os.kill(grandchild, signal.SIGKILL)


def test_the_leash_starts_nothing_for_a_parent_that_is_gone(tmp_path) -> None:
    from launcher import leash

    witness = tmp_path / "ran"
    subprocess.run([sys.executable, leash.__file__, "1", "touch", str(witness)], check=True)
    assert not witness.exists()
    subprocess.run([sys.executable, leash.__file__, str(os.getpid()), "touch", str(witness)], check=True)
    assert witness.exists()
