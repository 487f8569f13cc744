"""Where things lie: one place that knows the folders and files of a checkout."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folders of one checkout of the repository."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def marker(self) -> Path:
        """States whether the environment is whole; see `environment`."""
        return self.venv / "hengke.json"

    @property
    def cache(self) -> Path:
        return self.root / ".cache"

    @property
    def built(self) -> Path:
        return self.root / "src" / "hengke" / "faces" / "static" / "built"

    def lock(self, name: str) -> Path:
        """The hash-locked requirements of one purpose: runtime, test, uv or node."""
        return self.root / ("requirements.lock" if name == "runtime" else f"requirements-{name}.lock")

    def version(self) -> str:
        """The version that pyproject.toml states."""
        found = re.search(
            r'^version = "(.+)"', (self.root / "pyproject.toml").read_text("utf-8"), re.MULTILINE
        )
        return found[1] if found else "?"


def here() -> Layout:
    """The checkout that this launcher belongs to."""
    return Layout(Path(__file__).resolve().parent.parent)


def data_folder(option: str | None, layout: Layout, environ: Mapping[str, str] = os.environ) -> Path:
    """The data folder: `--data`, else HENGKE_DATA, else ./var of the checkout."""
    return Path(option or environ.get("HENGKE_DATA") or layout.root / "var").expanduser().absolute()
