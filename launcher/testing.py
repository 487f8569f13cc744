"""`./hengke test`: fetch what the tests need, run them, and say aloud what could not be tested."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from launcher import environment, frontend, system
from launcher.layout import Layout
from launcher.say import LauncherError, warn


def run(arguments: Sequence[str], layout: Layout) -> int:
    """Run pytest with these arguments; its exit code is ours."""
    environment.ensure(layout, "runtime", "test")
    frontend.ensure(layout)
    _fetch_browser()
    for name, remedy in system.missing_parts(layout.root).items():
        warn(
            f"缺少 {name}，相关测试将跳过并计数：{remedy}",
            f"{name} is missing, its tests are skipped and counted: {remedy}",
        )
    command = [str(layout.python), "-m", "pytest", *(arguments or _all())]
    return subprocess.run(
        command, cwd=layout.root, env=os.environ | _browser_variable(), check=False
    ).returncode


def _all() -> list[str]:
    """Everything, shared among as many processes as there are processors; a file stays in one of them."""
    return ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile", "--no-loadscope-reorder"]


def _fetch_browser() -> None:
    wanted = [] if system.chromium() else ["chromium"]
    wanted += [] if _draws_chinese() else ["fonts-noto-cjk"]
    if wanted and system.can_install_packages():
        try:
            system.install_packages(*wanted)
        except LauncherError as failure:
            warn(f"未能安装：{failure}", f"Could not install: {failure}")


def _draws_chinese() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def _browser_variable() -> dict[str, str]:
    found = system.chromium()
    return {"HENGKE_CHROMIUM": str(found)} if found else {}
