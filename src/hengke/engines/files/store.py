"""Files under their SHA-256, in the data folder or in an object store: what a row names can always be read again.

The bytes are stored before any row can name them. What no row names is swept (`sweep`); modules say which of their
rows name files (`declare_names`).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from hengke.engines.files import remote
from hengke.kernel.errors import InputError, NotFound

BLOCK = 1 << 20
STILL_NEW = 600
"""Seconds between storing a file and writing the row that names it, at the very most."""
DIGEST = re.compile(r"[0-9a-f]{64}")
# digests -> those of them that a row names
Names = Callable[[set[str]], Iterable[str]]
_names: list[Names] = []


def declare_names(names: Names) -> None:
    """State that rows of a module name files; what nobody names is swept."""
    if names not in _names:
        _names.append(names)


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.DATA_DIR) / "files"


def path_of(digest: str) -> Path:
    """The stored file on this machine, fetched when it lies elsewhere; NotFound when it is gone."""
    path = folder() / digest
    if DIGEST.fullmatch(digest) and not path.is_file() and (place := remote.place()) is not None:
        folder().mkdir(parents=True, exist_ok=True)
        draft = folder() / f"upload-{secrets.token_hex(8)}"
        try:
            if place.get(digest, draft):
                os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    if not DIGEST.fullmatch(digest) or not path.is_file():
        raise NotFound("file_gone", "The file is no longer in the data folder.")
    return path


def store(
    blocks: Iterable[bytes],
    *,
    limit: int = 0,
    empty: bool = False,
    check: Callable[[Path], None] | None = None,
) -> str:
    """Keep a file and return its SHA-256; the bytes are on disk before any row can name them.

    `limit` in bytes, the setting MAX_UPLOAD_BYTES unless stated; `check` may look at the file and refuse it by an
    error. InputError `file_empty` (unless `empty` files are welcome) and `file_too_large`.
    """
    folder().mkdir(parents=True, exist_ok=True)
    draft = folder() / f"upload-{secrets.token_hex(8)}"
    try:
        digest = _write(draft, blocks, limit or settings.MAX_UPLOAD_BYTES, empty=empty)
        if check is not None:
            check(draft)
        if (place := remote.place()) is not None:
            place.put(digest, draft)
        os.replace(draft, folder() / digest)
    finally:
        draft.unlink(missing_ok=True)
    return digest


def store_path(path: Path) -> str:
    """Keep a copy of a file of this machine; InputError `file_not_found`."""
    try:
        with path.open("rb") as stream:
            return store(iter(lambda: stream.read(BLOCK), b""))
    except OSError as error:
        raise InputError("file_not_found", "The file {name} cannot be read.", name=path.name) from error


def remove(digest: str) -> None:
    """Delete a stored file; one that was handed in just now stays, since a row may be about to name it."""
    path = folder() / digest
    with suppress(FileNotFoundError):
        if not _is_new(path):
            path.unlink()
            if (place := remote.place()) is not None:
                place.remove(digest)


def forget(digest: str) -> None:
    """Delete a stored file at once, unless some row still names it."""
    if not any(digest in names({digest}) for names in _names):
        (folder() / digest).unlink(missing_ok=True)
        if (place := remote.place()) is not None:
            place.remove(digest)


def sweep() -> int:
    """Delete the files that no row names, and drafts that a killed process left; returns how many."""
    if not folder().is_dir():
        return 0
    old = [path for path in folder().iterdir() if path.is_file() and not _is_new(path)]
    drafts = [path for path in old if path.name.startswith("upload-")]
    for path in drafts:
        path.unlink(missing_ok=True)
    digests = {path.name for path in old if DIGEST.fullmatch(path.name)}
    orphans = digests.difference(*(names(digests) for names in _names)) if _names else set()
    for digest in orphans:
        remove(digest)
    return len(orphans) + len(drafts)


def _is_new(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime <= STILL_NEW
    except FileNotFoundError:
        return True


def _write(path: Path, blocks: Iterable[bytes], limit: int, *, empty: bool) -> str:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as stream:
        for block in blocks:
            size += len(block)
            if size > limit:
                raise InputError(
                    "file_too_large", "The file is larger than {limit} MB.", limit=max(1, limit >> 20)
                )
            digest.update(block)
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    if not size and not empty:
        raise InputError("file_empty", "The file is empty.")
    return digest.hexdigest()
