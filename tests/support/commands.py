"""Hengke's own commands on a data folder, each in a process of its own, as a user runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a command for that data folder; the test run's own settings stay out of it."""
    own = {"HENGKE_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "hengke.config.settings", **more}


def command(*words: object) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, "-m", "hengke.config.manage", *map(str, words)]


def manage(data: Path, *words: object, ok: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a management command to its end."""
    done = subprocess.run(
        command(*words), env=environment(data, **more), capture_output=True, text=True, check=False
    )
    assert not ok or done.returncode == 0, done.stderr
    return done
