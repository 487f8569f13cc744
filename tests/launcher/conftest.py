"""A checkout in miniature: real lock files and real wheels from a folder, no network."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from launcher import environment
from launcher.layout import Layout, here


class Checkout:
    """A folder with lock files, and a folder of wheels that pip's settings point to."""

    def __init__(self, base: Path) -> None:
        self.layout = Layout(base / "house")
        self.wheels = base / "wheels"
        (self.layout.root / "src").mkdir(parents=True)
        self.wheels.mkdir()

    def lock(self, purpose: str, version: str, digest: str = "") -> None:
        """Lock the package `probe` at a version; a digest other than the wheel's makes it a forged one."""
        wheel = self._wheel(version)
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        self.layout.lock(purpose).write_text(f"probe=={version} --hash=sha256:{digest}\n")

    def _wheel(self, version: str) -> Path:
        path = self.wheels / f"probe-{version}-py3-none-any.whl"
        info = f"probe-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("probe.py", f"version = {version!r}\n")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: probe\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(
                f"{info}/RECORD", f"probe.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
            )
        return path


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout that locks probe 1.0, on a machine whose pip knows only the folder of wheels."""
    made = Checkout(tmp_path)
    for name in ("PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made.wheels))
    _offer_uv(tmp_path / "programs", monkeypatch)
    made.lock("runtime", "1.0")
    return made


def _offer_uv(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the uv that the launcher found or fetched on the path: it makes environments several times faster."""
    uv = environment.find_uv(here())
    if uv:
        folder.mkdir()
        (folder / "uv").symlink_to(uv)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
