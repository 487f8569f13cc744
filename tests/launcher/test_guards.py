"""Each guard finds what it is there for, and nothing in this repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from launcher import guards

ROOT = Path(__file__).resolve().parents[2]
HOST = "registry." + "npmjs.org"  # put together so that this file passes its own guard


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "src" / "hengke").mkdir(parents=True)
    (tmp_path / "src" / "hengke" / "__init__.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("package-lock.json", f'"resolved": "https://{HOST}/x.tgz"', "names the package registry"),
        ("static/chart.min.js", "let a", "bundle"),
        ("static/chart.js", "x" * 1001, "bundle"),
        ("src/hengke/long.py", "a = 1\n" * 401, "has 401 lines"),
        ("src/hengke/web.py", "import pandas as pd\n", "imports pandas at module top"),
        ("src/hengke/web.py", "from duckdb.typing import X\n", "imports duckdb at module top"),
        ("src/hengke/room/door.py", "", "without __init__.py"),
    ],
)
def test_a_breach_is_found_once_git_knows_the_file(
    repository: Path, name: str, text: str, complaint: str
) -> None:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert guards.violations(repository) == []
    subprocess.run(["git", "add", name], cwd=repository, check=True)
    (found,) = guards.violations(repository)
    assert found.startswith(f"{name}: ")
    assert complaint in found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/hengke/web.py", "def f():\n    import pandas\n"),
        ("src/hengke/web.py", "from . import pandas\n"),
        ("src/hengke/exact.py", "a = 1\n" * 400),
        ("src/hengke/migrations/0001.py", "a = 1\n" * 900),
        ("picture.png", "\udc89"),
    ],
)
def test_what_is_allowed_passes(repository: Path, name: str, text: str) -> None:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("__init__.py").touch()
    path.write_text(text, errors="surrogateescape")
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    assert guards.violations(repository) == []
