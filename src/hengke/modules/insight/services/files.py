"""Handed-in files, kept under their SHA-256 in the data folder:
what was imported can always be read again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from hengke.kernel.errors import InputError, NotFound

BLOCK = 1 << 20
STILL_NEW = 600
"""Seconds between storing a file and writing the row that names it, at the very most."""


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.DATA_DIR) / "files"


def path_of(digest: str) -> Path:
    """The stored file; NotFound when it is gone from the data folder."""
    path = folder() / digest
    if not path.is_file():
        raise NotFound("file_gone", "The file of this import is no longer in the data folder.")
    return path


def store(blocks: Iterable[bytes]) -> str:
    """Keep a file and return its SHA-256; the bytes are on disk before any row can name them.

    InputError `file_empty` and `file_too_large` (setting MAX_UPLOAD_BYTES).
    """
    folder().mkdir(parents=True, exist_ok=True)
    draft = folder() / f"upload-{secrets.token_hex(8)}"
    try:
        digest = _write(draft, blocks)
        os.replace(draft, folder() / digest)
    finally:
        draft.unlink(missing_ok=True)
    return digest


def remove(digest: str) -> None:
    """Delete a stored file; one that was handed in just now stays, since a row may be about to name it."""
    path = folder() / digest
    with suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime > STILL_NEW:
            path.unlink()


def store_path(path: Path) -> str:
    """Keep a copy of a file of this machine; InputError `file_not_found`."""
    try:
        with path.open("rb") as stream:
            return store(iter(lambda: stream.read(BLOCK), b""))
    except OSError as error:
        raise InputError("file_not_found", "The file {name} cannot be read.", name=path.name) from error


def _write(path: Path, blocks: Iterable[bytes]) -> str:
    digest, size, limit = hashlib.sha256(), 0, settings.MAX_UPLOAD_BYTES
    with path.open("wb") as stream:
        for block in blocks:
            size += len(block)
            if size > limit:
                raise InputError(
                    "file_too_large", "The file is larger than {limit} MB: split it, for example by year.",
                    limit=limit >> 20,
                )  # fmt: skip
            digest.update(block)
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    if not size:
        raise InputError("file_empty", "The file is empty.")
    return digest.hexdigest()
