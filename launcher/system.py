"""What the machine offers: programs, Debian packages, and what tests would miss."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from launcher.say import LauncherError, note, pick, run_step

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def answers(command: Sequence[str | Path]) -> bool:
    """Whether the command runs and ends well."""
    try:
        return (
            subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode
            == 0
        )
    except OSError:
        return False


def chromium() -> Path | None:
    """The browser for tests: HENGKE_CHROMIUM, else the first that stands on the path."""
    chosen = os.environ.get("HENGKE_CHROMIUM")
    found = chosen or next(filter(None, map(shutil.which, _CHROMIUM)), None)
    return Path(found) if found and Path(found).exists() else None


def postgres_bin() -> Path | None:
    """The folder of PostgreSQL's server programs; Debian keeps it off the path. The newest version wins."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _number(path.parent.name))
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((path for path in reversed(folders) if (path / "initdb").exists()), None)


def mariadb_server() -> Path | None:
    """MariaDB's server program, which Debian keeps where only root looks."""
    found = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def shared_data(root: Path) -> Path | None:
    """The folder with the shared data sets: HENGKE_SHARED, else beside the checkout."""
    folder = Path(os.environ.get("HENGKE_SHARED") or root.parent / "shared")
    return folder if (folder / "data").is_dir() else None


def missing_parts(root: Path) -> dict[str, str]:
    """What the tests cannot use on this machine, with the way to get it; empty when all is there."""
    parts = {
        "chromium": (
            chromium(),
            "browser tests: apt-get install chromium fonts-noto-cjk, or set HENGKE_CHROMIUM",
        ),
        "postgresql": (postgres_bin(), "PostgreSQL tests: apt-get install postgresql"),
        "mariadb": (mariadb_server(), "MySQL and MariaDB tests: apt-get install mariadb-server"),
        "shared": (shared_data(root), "known answers: set HENGKE_SHARED to the folder that holds data/"),
    }
    return {name: remedy for name, (found, remedy) in parts.items() if found is None}


def can_install_packages() -> bool:
    """Whether Debian packages can be installed without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(*names: str) -> None:
    """Install Debian packages; only where `can_install_packages`."""
    note(f"正在安装系统软件包 {' '.join(names)}", f"Installing system packages {' '.join(names)}")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run_step(["apt-get", "update", "-q"], env=env)
    run_step(["apt-get", "install", "-q", "-y", "--no-install-recommends", *names], env=env)


def require_package(name: str) -> None:
    """Install one Debian package, or say which one the person has to install."""
    if not can_install_packages():
        raise LauncherError(
            pick(f"请先安装系统软件包：{name}", f"Please install this system package first: {name}")
        )
    install_packages(name)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
