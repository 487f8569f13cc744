"""`./hengke lock`: resolve the dependencies of pyproject.toml anew; for maintainers, needs uv."""

from __future__ import annotations

import os
from collections.abc import Sequence

from launcher import environment, pipconf
from launcher.layout import Layout
from launcher.say import LauncherError, done, pick, run_step

_COMPILE = (
    *("pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"),
)
_EXTRAS = ("--extra", "postgres", "--extra", "mysql", "pyproject.toml")
_SOURCES = {
    "runtime": _EXTRAS,
    "test": ("--extra", "test", "-c", "requirements.lock", *_EXTRAS),
    "uv": ("--group", "uv"),
    "node": ("--group", "node"),
}


def run(arguments: Sequence[str], layout: Layout) -> int:
    """Write every lock file; `--upgrade` lets versions rise, without it only what must change does."""
    uv = environment.find_uv(layout)
    if uv is None:
        raise LauncherError(pick("需要 uv", "This needs uv"))
    env = pipconf.uv_environment(pipconf.read(environment.BASE_PYTHON), os.environ)
    for purpose, sources in _SOURCES.items():
        run_step(
            [uv, *_COMPILE, *arguments, *sources, "-o", layout.lock(purpose).name], env=env, cwd=layout.root
        )
        done(layout.lock(purpose).name, layout.lock(purpose).name)
    return 0
