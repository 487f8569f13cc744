"""Files that people hand in, as tables. Who reads them safely registers here; the engine never opens one
itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from hengke.kernel.errors import InputError, NotFound

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Head:
    """What a file is: its columns, some first rows, and what it is written in."""

    headers: Sequence[str]
    sample: Sequence[tuple[int, Sequence[str]]]
    note: str = ""


class TableReader(Protocol):
    """Reads csv and xlsx; raises InputError for anything that is no table or would harm the server."""

    def head(self, path: Path, name: str) -> Head:
        """Columns and at most 50 rows; `name` is what the person calls the file."""

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, Sequence[str]]]:
        """(line number in the file, cells as text) below the headers."""


_reader: list[TableReader] = []


def register_reader(reader: TableReader) -> None:
    """Let `reader` read all files handed in."""
    _reader[:] = [reader]


def reader() -> TableReader:
    """The registered reader."""
    if not _reader:
        raise InputError("no_reader", "This installation cannot read files.")
    return _reader[0]


def store(blocks: Iterable[bytes], user_id: int | None) -> str:
    """Keep an upload under a name that only its owner can use; returns the name."""
    token = secrets.token_hex(16)
    path, size = _path(token, user_id), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for block in blocks:
            size += len(block)
            if size > MAX_BYTES:
                path.unlink()
                raise InputError(
                    "file_too_big", "The file is larger than {n} MB. Split it.", n=MAX_BYTES >> 20
                )
            file.write(block)
    return token


def stored(token: str, user_id: int | None) -> Path:
    """Where an upload of this person lies; NotFound for anybody else's."""
    path = _path(token, user_id)
    if len(token) != 32 or not token.isalnum() or not path.is_file():
        raise NotFound("upload_not_found", "This file is not there any more. Hand it in again.")
    return path


def _path(token: str, user_id: int | None) -> Path:
    return Path(settings.DATA_DIR) / "uploads" / f"records-{user_id or 0}-{token}"
