"""Fixtures that every test may use; the data folder of a test run is its own and goes away with it."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = [
    "tests.support.mariadb",
    "tests.support.parts",
    "tests.support.postgres",
    "tests.support.sharing",
    "tests.support.web",
]

# Settings read the folder when they are imported, which pytest-django does before any fixture runs.
_data = tempfile.mkdtemp(prefix="hengke-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["HENGKE_DATA"] = _data

# Speed belongs in bench/: a slow machine must not fail a property.
settings.register_profile("hengke", deadline=None)
settings.load_profile("hengke")


@pytest.fixture(autouse=True)
def no_custom_fields() -> Iterator[None]:
    """Fields that a test defines go away with its transaction, and must go from memory too."""
    yield
    definitions = sys.modules.get("hengke.engines.records.custom.definitions")
    if definitions is not None:
        definitions.forget()


@pytest.fixture(autouse=True)
def words_go_with_their_entries(request: pytest.FixtureRequest) -> Iterator[None]:
    """Emptying the tables after a test with transactions of its own leaves the full-text table, which is no model."""
    marker = request.node.get_closest_marker("django_db")
    committed = marker is not None and marker.kwargs.get("transaction")
    if committed:
        request.getfixturevalue("transactional_db")  # so that this one ends first
    yield
    if committed:
        from hengke.engines.records.search.words import words

        words().clear()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data sets; tests that need it skip, and are counted, when it is absent."""
    folder = Path(os.environ.get("HENGKE_SHARED", ROOT.parent / "shared")).resolve()
    if not (folder / "data").is_dir():
        pytest.skip("shared data sets are absent: set HENGKE_SHARED to the folder that holds data/")
    return folder


@pytest.fixture(autouse=True)
def reading_is_counted_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """What people open is written down every few seconds; in a test only when it asks for it."""
    from hengke.engines.access.leaks import middleware, usage

    monkeypatch.setattr(usage, "_waiting", Counter())
    monkeypatch.setattr(usage, "WRITE_AT", float("inf"))
    monkeypatch.setattr(usage, "WRITE_AFTER", float("inf"))
    monkeypatch.setattr(middleware, "_told", {})
