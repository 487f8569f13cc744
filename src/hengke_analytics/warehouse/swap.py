"""Warehouse files and the pointer to the one that readers use.

A build writes a file of its own and then moves the pointer in one step, so a reader sees the old or the new
warehouse, never a mixture, and a build that is killed leaves nothing behind but a draft that the next one
removes.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hengke.kernel.errors import NotFound
from hengke_analytics import engine

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

POINTER = "current"
KEPT = 2
_FILE = re.compile(r"warehouse-(\d+)\.duckdb")
_mine = threading.local()
_lock = threading.Lock()
_files: dict[Path, tuple[int, Backend]] = {}


def numbers(folder: Path) -> list[int]:
    """Numbers of the warehouse files in `folder`, oldest first."""
    found = (_FILE.fullmatch(path.name) for path in folder.glob("warehouse-*.duckdb"))
    return sorted(int(match[1]) for match in found if match)


def current_number(folder: Path) -> int | None:
    """The number that the pointer names; None before the first build."""
    try:
        match = _FILE.fullmatch((folder / POINTER).read_text("utf-8").strip())
    except FileNotFoundError:
        return None
    return int(match[1]) if match else None


@contextmanager
def draft(folder: Path) -> Iterator[tuple[int, Path]]:
    """Give (number, path) of a file to write; published when the block ends well, removed when it does not.

    Only one build runs at a time (the worker sees to it), so drafts of others are left-overs of a kill.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("draft-*"):
        left.unlink(missing_ok=True)
    number = max([*numbers(folder), current_number(folder) or 0]) + 1
    path = folder / f"draft-{number}.duckdb"
    try:
        yield number, path
        publish(folder, number, path)
    finally:
        path.unlink(missing_ok=True)


def publish(folder: Path, number: int, path: Path) -> None:
    """Put a finished file in its place, move the pointer to it, drop all but the last two."""
    final = folder / f"warehouse-{number}.duckdb"
    _flush(path)
    os.replace(path, final)
    _flush(folder)
    pointer = folder / f"{POINTER}.{os.getpid()}"
    pointer.write_text(final.name, "utf-8")
    _flush(pointer)
    os.replace(pointer, folder / POINTER)
    _flush(folder)
    for old in numbers(folder)[:-KEPT]:
        (folder / f"warehouse-{old}.duckdb").unlink(missing_ok=True)


def drop_older(folder: Path) -> int:
    """Remove every warehouse but the current one; returns how many. Readers that have one open keep it."""
    older = [number for number in numbers(folder) if number != current_number(folder)]
    for number in older:
        (folder / f"warehouse-{number}.duckdb").unlink(missing_ok=True)
    return len(older)


def open_current(folder: Path) -> Backend:
    """The current warehouse, read-only and sealed; opened once per process, with a connection for each
    thread.

    DuckDB connections must not be shared by threads; those of one process share the file's cache.
    Raises NotFound `warehouse_missing` before the first build.
    """
    number = current_number(folder)
    if number is None:
        raise NotFound("warehouse_missing", "No warehouse has been built yet: import a ledger first.")
    kept: dict[Path, tuple[int, Backend]] = _mine.__dict__.setdefault("kept", {})
    if folder not in kept or kept[folder][0] != number:
        kept[folder] = number, engine.another(_shared(folder, number))
    return kept[folder][1]


def _shared(folder: Path, number: int) -> Backend:
    """The process's own connection; one to an older file is dropped and closes with the last thread
    that reads it.
    """
    with _lock:
        if folder not in _files or _files[folder][0] != number:
            _files[folder] = number, _connect(folder, number)
        return _files[folder][1]


def _connect(folder: Path, number: int) -> Backend:
    import duckdb

    try:
        return engine.connect(folder / f"warehouse-{number}.duckdb")
    except duckdb.IOException:
        # Two builds may have ended since the pointer was read; the file it names now is there.
        newer = current_number(folder)
        if newer is None or newer == number:
            raise
        return engine.connect(folder / f"warehouse-{newer}.duckdb")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
