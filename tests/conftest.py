"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data sets; tests that need it skip, and are counted, when it is absent."""
    folder = Path(os.environ.get("HENGKE_SHARED", ROOT.parent / "shared")).resolve()
    if not (folder / "data").is_dir():
        pytest.skip("shared data sets are absent: set HENGKE_SHARED to the folder that holds data/")
    return folder
