"""Keep a few child processes running: restart with back-off, one log file each, a clean stop."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FIRST_DELAY = 0.5  # seconds before the first restart; doubles with each quick death
_LONGEST_DELAY = 30.0
_STEADY_AFTER = 60.0  # a child that lived this long starts again at the first delay
_POLL = 0.2
_LEASH = Path(__file__).with_name("leash.py")


@dataclass(frozen=True)
class Service:
    """What to run, and which descriptors the child inherits."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    pass_fds: Sequence[int] = ()


@dataclass
class _Child:
    service: Service
    logger: logging.Logger
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    delay: float = _FIRST_DELAY
    due: float = 0.0  # monotonic time of the next start
    deaths: int = 0
    pump: threading.Thread | None = field(default=None, repr=False)


class Supervisor:
    """Runs services until `request_stop`; drive it with `tick` or `run`."""

    def __init__(self, services: Sequence[Service], logs: Path, *, grace: float = 25.0) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._children = [_Child(service, _open_log(logs / f"{service.name}.log")) for service in services]
        self._grace = grace
        self._stop = threading.Event()
        self._hurry = False

    def install_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal stop everything; the second one does not wait."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.request_stop())

    def request_stop(self) -> None:
        self._hurry = self._stop.is_set()
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def deaths(self) -> dict[str, int]:
        """How often each child has died since the start."""
        return {child.service.name: child.deaths for child in self._children}

    def pids(self) -> dict[str, int]:
        """The process ids of the children that run now."""
        return {
            c.service.name: c.process.pid for c in self._children if c.process and c.process.poll() is None
        }

    def tick(self) -> None:
        """Start what is due and note what has died."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                _note_death(child)
            if child.process is None and time.monotonic() >= child.due and not self.stopping:
                _start(child)

    def run(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Tick until stopped (False) or until the condition holds (True)."""
        while not self.stopping:
            self.tick()
            if until():
                return True
            self._stop.wait(_POLL)
        return False

    def stop(self) -> None:
        """SIGTERM to every child at once, then SIGKILL to the process groups that outlive the grace time."""
        self._stop.set()
        alive = [child.process for child in self._children if child.process]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + self._grace
        while (
            any(process.poll() is None for process in alive)
            and not self._hurry
            and time.monotonic() < deadline
        ):
            time.sleep(0.05)
        for process in alive:
            _kill_group(process)
        for child in self._children:
            if child.pump:
                child.pump.join(timeout=2)


def _start(child: _Child) -> None:
    service = child.service
    child.started = time.monotonic()
    child.process = subprocess.Popen(
        [sys.executable, "-I", str(_LEASH), str(os.getpid()), *service.command],
        env=dict(service.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=tuple(service.pass_fds),
        start_new_session=True,  # Ctrl-C in the terminal reaches the supervisor only, which stops in order
    )
    child.pump = threading.Thread(target=_copy_lines, args=(child.process, child.logger), daemon=True)
    child.pump.start()
    child.logger.info("started, process %d", child.process.pid)


def _note_death(child: _Child) -> None:
    assert child.process is not None
    _kill_group(child.process)
    if time.monotonic() - child.started >= _STEADY_AFTER:
        child.delay = _FIRST_DELAY
    child.logger.warning("ended with %s; starting again in %.1f s", child.process.returncode, child.delay)
    child.due = time.monotonic() + child.delay
    child.delay = min(child.delay * 2, _LONGEST_DELAY)
    child.deaths += 1
    child.process = None


def _kill_group(process: subprocess.Popen[str]) -> None:
    """End what is left of the child's process group, grandchildren included."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _copy_lines(process: subprocess.Popen[str], logger: logging.Logger) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        logger.info("| %s", line.rstrip("\n"))


def _open_log(path: Path) -> logging.Logger:
    handler = RotatingFileHandler(path, maxBytes=5_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger(path.stem, logging.INFO)  # not from the registry: one per supervisor
    logger.addHandler(handler)
    return logger
