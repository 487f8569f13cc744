"""`./hengke` finds a Python that runs, whatever stands first on the path."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout without an environment, and a path that offers only what POSIX has."""
    root = tmp_path / "a house"
    root.mkdir()
    shutil.copy(ROOT / "hengke", root)
    shutil.copy(ROOT / "pyproject.toml", root)
    shutil.copytree(ROOT / "launcher", root / "launcher", ignore=shutil.ignore_patterns("__pycache__"))
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "readlink"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    return root


def run(house: Path, *arguments: str, language: str = "C") -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(house.parent / "bin"), "LANG": language}
    return subprocess.run(
        [house / "hengke", *arguments], env=env, capture_output=True, text=True, check=False
    )


def offer(house: Path, name: str, script: str) -> None:
    program = house.parent / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_shims_that_fail_and_old_pythons_are_passed_over(house: Path) -> None:
    offer(house, "python3.13", "echo 'not installed' >&2; exit 127")
    offer(house, "python3.12", "exit 1  # as a Python that is too old answers")
    offer(house, "python3", f'exec "{sys.executable}" "$@"')
    result = run(house, "--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count(".") == 2


@pytest.mark.parametrize(
    ("language", "words"), [("C", "needs Python 3.11"), ("zh_CN.UTF-8", "衡客需要 Python 3.11")]
)
def test_without_a_python_it_says_what_to_install(house: Path, language: str, words: str) -> None:
    result = run(house, "up", language=language)
    assert result.returncode == 1
    assert words in result.stderr


def test_it_works_through_a_link_and_from_elsewhere(house: Path) -> None:
    offer(house, "python3", f'exec "{sys.executable}" "$@"')
    link = house.parent / "bin" / "crm"
    link.symlink_to(house / "hengke")
    env = {"PATH": str(house.parent / "bin")}
    result = subprocess.run(
        [link, "--version"], env=env, cwd="/", capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_a_folder_named_launcher_in_the_working_directory_is_not_taken(house: Path, tmp_path: Path) -> None:
    offer(house, "python3", f'exec "{sys.executable}" "$@"')
    (tmp_path / "launcher.py").write_text("raise SystemExit('the wrong one')")
    env = {"PATH": str(house.parent / "bin"), "PYTHONPATH": str(tmp_path)}
    command = [house / "hengke", "--version"]
    assert subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, check=False).returncode == 0
