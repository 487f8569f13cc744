"""Stored files: their name is their content, and an object store stands behind the data folder."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from hengke.engines.files import remote, store
from hengke.kernel.errors import InputError, NotFound


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data" / "files"


class Elsewhere:
    """An object store in a folder: what `Place` asks for, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def put(self, digest: str, path: Path) -> None:
        shutil.copyfile(path, self.folder / digest)

    def get(self, digest: str, path: Path) -> bool:
        there = (self.folder / digest).is_file()
        if there:
            shutil.copyfile(self.folder / digest, path)
        return there

    def remove(self, digest: str) -> None:
        (self.folder / digest).unlink()


def test_stores_under_the_digest_once(folder: Path) -> None:
    first, second = store.store([b"ab", b"c"]), store.store([b"abc"])
    assert first == second == hashlib.sha256(b"abc").hexdigest()
    assert [path.name for path in folder.iterdir()] == [first]
    assert store.path_of(first).read_bytes() == b"abc"


@pytest.mark.parametrize("digest", ["../hengke.sqlite3", "", "0" * 64, "upload-0123", "ABC", "0" * 63 + "\n"])
def test_nothing_but_a_stored_digest_has_a_path(digest: str) -> None:
    with pytest.raises(NotFound):
        store.path_of(digest)


def test_empty_and_large_files_are_refused_unless_welcome(folder: Path) -> None:
    with pytest.raises(InputError, match="empty"):
        store.store([])
    with pytest.raises(InputError, match="larger"):
        store.store([b"abc"], limit=2)
    assert list(folder.iterdir()) == []
    assert store.path_of(store.store([], empty=True)).stat().st_size == 0


def test_object_store_has_what_the_folder_lost(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Elsewhere(tmp_path / "bucket")
    monkeypatch.setattr(remote, "place", lambda: place)
    digest = store.store([b"far away"])
    (folder / digest).unlink()
    assert store.path_of(digest).read_bytes() == b"far away"
    with pytest.raises(NotFound):
        store.path_of("1" * 64)
    assert sorted(path.name for path in folder.iterdir()) == [digest]


def test_nothing_is_stored_when_the_object_store_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def put(self, digest: str, path: Path) -> None:
            raise OSError("no network")

    monkeypatch.setattr(remote, "place", Broken)
    with pytest.raises(OSError, match="no network"):
        store.store([b"x"])
    assert list(folder.iterdir()) == []
