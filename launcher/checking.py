"""`./hengke check`: everything that can be said about the code without running the tests."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher import environment, frontend, guards
from launcher.layout import Layout
from launcher.say import done, note, pick

_STRICT = ("src/hengke", "src/hengke_analytics", "launcher")


def run(arguments: Sequence[str], layout: Layout) -> int:
    """Run every check, also after one has failed, and show what the failed ones said."""
    environment.ensure(layout, "runtime", "test")
    frontend.ensure(layout)
    with (
        tempfile.TemporaryDirectory(prefix="hengke-check-") as data,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        env = production_environment(Path(data))
        checks = {
            name: pool.submit(_call, command, layout, env) for name, command in commands(layout).items()
        }
        outcomes = {name: future.result() for name, future in checks.items()}
    outcomes["guards"] = "\n".join(guards.violations(layout.root))
    return _report(outcomes)


def commands(layout: Layout) -> dict[str, list[str]]:
    """The checks by name; the slowest first, since two run at a time."""
    python = str(layout.python)
    manage = [python, "-m", "hengke.config.manage"]
    return {
        "mypy --strict": [python, "-m", "mypy", *_STRICT],
        "ruff check": [python, "-m", "ruff", "check", "--output-format=concise", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--output-format=concise", "."],
        "import rules": [python, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deploy check": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def production_environment(data: Path) -> dict[str, str]:
    """Settings as behind a proxy with https, on an empty data folder."""
    return os.environ | {
        "HENGKE_DATA": str(data),
        "HENGKE_HTTPS": "true",
        "HENGKE_SECRET_KEY": secrets.token_urlsafe(60),
        "HENGKE_ALLOWED_HOSTS": '["crm.example.org"]',
    }


def _call(command: list[str], layout: Layout, env: dict[str, str]) -> str:
    """What a failed check said; empty when it passed."""
    result = subprocess.run(
        command,
        cwd=layout.root,
        env=env,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return "" if result.returncode == 0 else result.stdout.strip() or f"exit {result.returncode}"


def _report(outcomes: dict[str, str]) -> int:
    for name, complaint in outcomes.items():
        if complaint:
            note(name, name, "✗")
            print(complaint)
        else:
            done(name, name)
    failed = sum(map(bool, outcomes.values()))
    print(
        pick(
            f"{len(outcomes) - failed} 项通过，{failed} 项未通过",
            f"{len(outcomes) - failed} checks passed, {failed} failed",
        )
    )
    return 1 if failed else 0
