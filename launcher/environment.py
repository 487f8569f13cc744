"""The `.venv` of a checkout: made, filled from hash-locked files, and repaired after a kill at any point.

`.venv/hengke.json` states what the folder holds. It says "changing" before the first change and "ready" after
the last, so a half-made environment is known and made anew (downloads lie in uv's or pip's own cache).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from launcher import pipconf, system
from launcher.layout import Layout
from launcher.locking import exclusive, write_whole
from launcher.say import LauncherError, done, note, run_step, warn

# Run by a virtual environment's interpreter, the launcher still builds from the Python beneath it.
BASE_PYTHON = Path(getattr(sys, "_base_executable", sys.executable))


def ensure(layout: Layout, *purposes: str) -> None:
    """Make `.venv` hold the locked packages of these purposes; returns at once when it does."""
    if is_current(layout, purposes):
        return
    with exclusive(layout.cache / "launcher.lock", on_wait=_say_waiting):
        if is_current(layout, purposes):
            return
        held = _make_or_repair(layout)
        _mark(layout, "changing", held)
        settings = pipconf.read(layout.python) or pipconf.read(BASE_PYTHON)
        for purpose in purposes:
            if held.get(purpose) != fingerprint(layout.lock(purpose)):
                _install(layout, purpose, settings)
                held[purpose] = fingerprint(layout.lock(purpose))
        _link_sources(layout)
        _mark(layout, "ready", held)
        done("运行环境已就绪", "Environment ready")


def is_current(layout: Layout, purposes: tuple[str, ...]) -> bool:
    """Whether the environment is whole, belongs to this folder and holds these purposes' locked packages."""
    marker = read_marker(layout)
    held = marker.get("locks", {})
    return (
        marker.get("state") == "ready"
        and marker.get("root") == str(layout.root)
        and layout.python.exists()
        and all(held.get(purpose) == fingerprint(layout.lock(purpose)) for purpose in purposes)
    )


def read_marker(layout: Layout) -> dict[str, Any]:
    """The marker's content; empty when there is none or it cannot be read."""
    try:
        content = json.loads(layout.marker.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def fingerprint(*files: Path) -> str:
    """A digest over names and contents."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def find_uv(layout: Layout) -> Path | None:
    """A uv that really runs: version managers leave shims behind that do not."""
    for candidate in (shutil.which("uv"), layout.venv / "bin" / "uv"):
        if candidate and system.answers([candidate, "--version"]):
            return Path(candidate)
    return None


def _say_waiting() -> None:
    note(
        "另一个 hengke 正在准备环境，等待它完成…",
        "Another hengke is preparing the environment; waiting for it …",
    )


def _mark(layout: Layout, state: str, held: dict[str, str]) -> None:
    write_whole(
        layout.marker, json.dumps({"state": state, "root": str(layout.root), "locks": held}, indent=1)
    )


def _make_or_repair(layout: Layout) -> dict[str, str]:
    """Leave a `.venv` that runs; return the fingerprints of what it is known to hold."""
    marker = read_marker(layout)
    runs = layout.venv.exists() and system.answers([layout.python, "-c", "import sys"])
    if runs and not marker:
        return {}  # somebody's own .venv: kept, and brought to the locked versions
    if runs and marker.get("state") == "ready" and marker.get("root") == str(layout.root):
        return dict(marker["locks"])
    if layout.venv.exists():
        warn("环境不完整，正在重建 .venv", "The environment is incomplete; making .venv anew")
        shutil.rmtree(layout.venv)
    _create(layout)
    return {}


def _create(layout: Layout) -> None:
    note("正在创建 .venv", "Creating .venv")
    layout.venv.mkdir(parents=True)
    _mark(layout, "changing", {})
    run_step([BASE_PYTHON, "-m", "venv", "--without-pip", layout.venv])
    if find_uv(layout) is None:
        _add_pip(layout)


def _add_pip(layout: Layout) -> None:
    if system.answers([layout.python, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        system.require_package(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    run_step([layout.python, "-m", "ensurepip"])


def _install(layout: Layout, purpose: str, settings: pipconf.Settings) -> None:
    uv = _obtain_uv(layout, settings) if purpose != "uv" else None
    note(*_PURPOSE_TEXTS[purpose])
    arguments = ["--require-hashes", "-r", str(layout.lock(purpose))]
    if uv:
        try:
            command = [str(uv), "pip", "install", "--python", str(layout.python), *arguments]
            return run_step(command, env=pipconf.uv_environment(settings, os.environ), cwd=layout.root)
        except LauncherError as failure:
            warn("uv 未能完成，改用 pip", "uv could not do it; going on with pip")
            print(failure, file=sys.stderr)
    _add_pip(layout)
    run_step([layout.python, "-m", "pip", "install", "--progress-bar=off", *arguments], cwd=layout.root)


def _obtain_uv(layout: Layout, settings: pipconf.Settings) -> Path | None:
    found = find_uv(layout)
    if found:
        return found
    try:
        _install(layout, "uv", settings)
    except LauncherError:
        return None  # a speed-up only: pip does the same work
    return find_uv(layout)


def _link_sources(layout: Layout) -> None:
    """Put src/ on the path of the environment, so that its Python finds Hengke from any folder."""
    purelib = subprocess.run(
        [layout.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    write_whole(Path(purelib) / "hengke.pth", f"{layout.root / 'src'}\n")


_PURPOSE_TEXTS = {
    "runtime": (
        "正在安装依赖（首次约需数分钟，视网速而定）",
        "Installing dependencies (the first time takes a while)",
    ),
    "test": ("正在安装测试依赖", "Installing what the tests need"),
    "uv": ("正在获取 uv（更快的安装器）", "Fetching uv (a faster installer)"),
    "node": ("未找到 Node 20+，正在从 PyPI 安装", "No Node 20+ here; installing it from PyPI"),
}
