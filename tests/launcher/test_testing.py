"""`./hengke test`: what is run, and how it is shared out."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from launcher import environment, frontend, testing
from launcher.layout import Layout


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run."""
    commands: list[list[str]] = []

    def note(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 5)

    monkeypatch.setattr(environment, "ensure", lambda *_: None)
    monkeypatch.setattr(frontend, "ensure", lambda *_: None)
    monkeypatch.setattr(testing, "_fetch_browser", lambda: None)
    monkeypatch.setattr(testing.subprocess, "run", note)
    return commands


def test_a_whole_run_is_shared_among_the_processors_and_its_exit_code_is_ours(
    called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing.os, "cpu_count", lambda: 2)
    assert testing.run([], Layout(Path("/nowhere"))) == 5
    assert called[-1][1:] == ["-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def test_what_one_asks_for_is_all_that_pytest_is_told(called: list[list[str]]) -> None:
    testing.run(["tests/launcher", "-k", "kill"], Layout(Path("/nowhere")))
    assert called[-1][1:] == ["-m", "pytest", "tests/launcher", "-k", "kill"]
