"""What is built, not committed: the islands for the browser (esbuild) and the translation catalogues."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from launcher import environment, pipconf, system
from launcher.layout import Layout
from launcher.locking import exclusive, write_whole
from launcher.say import done, note, run_step

_NODE_FLOOR = 20


def ensure(layout: Layout) -> None:
    """Build what the browser needs unless the built files are those of the present sources."""
    wanted = _sources(layout)
    if not _is_built(layout, wanted) or stale_catalogues(layout):
        with exclusive(layout.cache / "frontend.lock", on_wait=_say_waiting):
            if not _is_built(layout, wanted):
                _build(layout, wanted)
            compile_catalogues(layout)


def stale_catalogues(layout: Layout) -> list[Path]:
    """Translation sources whose compiled form is absent or older."""
    sources = (layout.root / "src").glob("**/locale/*/LC_MESSAGES/*.po")
    return [path for path in sources if not _newer(path.with_suffix(".mo"), path)]


def compile_catalogues(layout: Layout) -> None:
    """Compile stale catalogues with Babel, so that no gettext program is needed."""
    stale = stale_catalogues(layout)
    if stale:
        run_step([layout.python, layout.root / "launcher" / "catalogues.py", *stale])
        done("译文已编译", "Translations compiled")


def _newer(built: Path, source: Path) -> bool:
    return built.exists() and built.stat().st_mtime >= source.stat().st_mtime


def _say_waiting() -> None:
    note(
        "另一个 hengke 正在构建前端，等待它完成…",
        "Another hengke is building the front end; waiting for it …",
    )


def _sources(layout: Layout) -> str:
    files = [path for path in sorted((layout.root / "frontend").rglob("*")) if path.is_file()]
    return environment.fingerprint(layout.root / "package-lock.json", *files)


def _is_built(layout: Layout, wanted: str) -> bool:
    return _read(layout.built / ".stamp") == wanted


def _read(stamp: Path) -> str:
    return stamp.read_text("utf-8") if stamp.exists() else ""


def _build(layout: Layout, wanted: str) -> None:
    node, npm = _find_node(layout)
    settings = pipconf.read(layout.python) or pipconf.read(environment.BASE_PYTHON)
    env = pipconf.npm_environment(settings, os.environ)
    env["PATH"] = f"{node.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    _install_modules(layout, npm, env)
    note("正在构建前端", "Building the front end")
    draft = layout.built.with_name("built.new")
    shutil.rmtree(draft, ignore_errors=True)
    run_step([node, layout.root / "frontend" / "build.mjs", draft], env=env, cwd=layout.root)
    write_whole(draft / ".stamp", wanted)
    shutil.rmtree(layout.built, ignore_errors=True)
    draft.rename(layout.built)
    done("前端已构建", "Front end built")


def _install_modules(layout: Layout, npm: Path, env: dict[str, str]) -> None:
    stamp = layout.root / "node_modules" / ".hengke"
    wanted = environment.fingerprint(layout.root / "package-lock.json")
    if _read(stamp) == wanted:
        return
    note("正在安装前端依赖", "Installing the front end's dependencies")
    run_step([npm, "ci", "--ignore-scripts"], env=env, cwd=layout.root)
    write_whole(stamp, wanted)


def _find_node(layout: Layout) -> tuple[Path, Path]:
    """Node and npm: the machine's when new enough, else those that PyPI carries, inside `.venv`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(Path(node)) >= _NODE_FLOOR and system.answers([npm, "--version"]):
        return Path(node), Path(npm)
    environment.ensure(layout, "node")
    return layout.venv / "bin" / "node", layout.venv / "bin" / "npm"


def node_version(node: Path) -> int:
    """The major version; 0 when the program does not run."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0
