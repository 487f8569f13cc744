"""Say at the end of every run which parts of the machine were missing, and so what was not tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import system

ROOT = Path(__file__).resolve().parents[2]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A section that cannot be overlooked: skipped tests are counted, missing parts are named."""
    missing = system.missing_parts(ROOT)
    skipped = len(terminalreporter.stats.get("skipped", []))
    if not missing and not skipped:
        return
    title = f"NOT TESTED HERE: {len(missing)} missing parts, {skipped} skipped tests"
    terminalreporter.section(title, sep="!")
    for name, remedy in missing.items():
        terminalreporter.line(f"{name} is missing — {remedy}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; tests that need it skip, and are counted, when there is none."""
    found = system.chromium()
    if found is None:
        pytest.skip("chromium is missing: apt-get install chromium fonts-noto-cjk, or set HENGKE_CHROMIUM")
    return str(found)
