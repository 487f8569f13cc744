"""What the launcher tells a person: one line per step, Chinese or English by the locale."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

_TAIL = 25


class LauncherError(Exception):
    """A failure that a person can act on; the message is already in their language."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def chinese(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the locale asks for Chinese, by the order of precedence that POSIX gives the variables."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((environ[name] for name in names if environ.get(name)), "").lower().startswith("zh")


def pick(zh: str, en: str) -> str:
    """The text in the person's language."""
    return zh if chinese() else en


def note(zh: str, en: str, mark: str = "·") -> None:
    """One line of progress."""
    print(f"  {mark} {pick(zh, en)}", flush=True)


def done(zh: str, en: str) -> None:
    """One line for a step that is finished."""
    note(zh, en, "✓")


def warn(zh: str, en: str) -> None:
    """One line that must not be overlooked."""
    note(zh, en, "!")


def run_step(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> None:
    """Run a chatty tool behind one moving line; its last words are shown only when it fails."""
    words = [str(part) for part in command]
    tail: deque[str] = deque(maxlen=_TAIL)
    process = subprocess.Popen(
        words,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    for line in process.stdout:
        tail.append(line.rstrip())
        _moving_line(line.strip())
    _moving_line("")
    if process.wait() != 0:
        raise LauncherError("\n".join([pick("命令失败：", "Command failed: ") + " ".join(words), *tail]))


def _moving_line(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K    {text[:90]}" if text else "\r\033[K", end="", flush=True)
