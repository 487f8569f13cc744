"""Asks the child process that parses, and survives whatever becomes of it."""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.readers.inspection import (
    DETECT,
    Inspection,
    Numbered,
    Problem,
    ReadAs,
    Sheet,
    sheet_of,
    table_of,
)

_SOURCE_ROOT = Path(__file__).resolve().parents[3]
LONGEST_FRAME = 64 * limits.MEGABYTE
_MERGED = Problem(
    "merged_cells",
    "Cells merged over several rows count for each of these rows; a merged amount counts once, in the first.",
)


class ChildDiedError(Exception):
    """The child ended without an answer: memory, time, or an abort inside a parser."""


class BrokenFileError(Exception):
    """The parser refused the file."""


def look(kind: str, engines: Sequence[str], path: Path, name: str, read_as: ReadAs = DETECT) -> Inspection:
    """The inspection of a file by the first engine that survives it."""
    frames = _first_survivor(kind, engines, path, None)
    found = [sheet for frame in frames for sheet in frame["sheets"]]
    first = next((place for place, sheet in enumerate(found) if sheet["rows"]), 0)
    sheets = tuple(
        _sheet(sheet, read_as.header_of(sheet["name"], default=place == first))
        for place, sheet in enumerate(found)
    )
    if not any(sheet.sample for sheet in sheets):
        raise InputError("empty_file", "The file holds no rows.")
    problems = (_MERGED,) if any(sheet.get("merged") for sheet in found) else ()
    return Inspection(
        name=name, kind=kind, size=path.stat().st_size, sheets=sheets,
        encoding_label=found[first].get("encoding", ""), problems=problems,
    )  # fmt: skip


def rows(kind: str, engines: Sequence[str], path: Path, sheet: str) -> Iterator[Numbered]:
    """All rows of a sheet by the first engine that survives it."""
    for frame in _first_survivor(kind, engines, path, sheet):
        for line, cells in frame["rows"]:
            yield line, tuple(cells)


def _sheet(found: dict[str, Any], header_line: int | None) -> Sheet:
    first = [(line, tuple(cells)) for line, cells in found["rows"]]
    if "headers" in found:
        if header_line is not None:
            raise InputError(
                "no_such_choice",
                "An encoding can be chosen for text files only, a header row for text files and workbooks only.",
            )
        return table_of(found["name"], found["headers"], iter(first), found["lines"])
    lines, exact = found["lines"], found["exact"]
    return sheet_of(found["name"], first, lines=lines, exact=exact, header_line=header_line)


def _first_survivor(
    kind: str, engines: Sequence[str], path: Path, sheet: str | None
) -> Iterator[dict[str, Any]]:
    failure: InputError | None = None
    for engine in engines:
        answered = False
        try:
            for frame in _frames(kind, engine, path, sheet):
                answered = True
                yield frame
            return
        except ChildDiedError:
            failure = InputError(
                "too_large",
                "The file needs too much memory or time: delete empty rows and columns, or save it as CSV.",
            )
        except BrokenFileError:
            failure = InputError(
                f"damaged_{kind}", "The file is damaged: open it and save it again, or as CSV."
            )
        if answered:  # what was handed out cannot be taken back
            break
    assert failure is not None
    raise failure


def _frames(kind: str, engine: str, path: Path, sheet: str | None) -> Iterator[dict[str, Any]]:
    module = "hengke_analytics.warehouse.readers.child"
    question = [kind, engine, str(path.resolve()), *([sheet] if sheet is not None else [])]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *question],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    try:
        while (frame := _frame(child)) is not None:
            if "error" in frame:
                code, template, params = frame["error"]
                raise InputError(code, template, **params)
            if "broken" in frame:
                raise BrokenFileError
            yield frame
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def _environment() -> dict[str, str]:
    """Nothing of the server's secrets; one arena, since every thread's arena counts as address space."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(_SOURCE_ROOT),
        "MALLOC_ARENA_MAX": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def _frame(child: subprocess.Popen[bytes]) -> dict[str, Any] | None:
    deadline = time.monotonic() + limits.CHILD_SILENCE
    (length,) = struct.unpack("<L", _exactly(child, 4, deadline))
    if length > LONGEST_FRAME:
        raise ChildDiedError
    frame: dict[str, Any] | None = json.loads(_exactly(child, length, deadline))
    return frame


def _exactly(child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
    assert child.stdout is not None
    handle, data = child.stdout.fileno(), bytearray()
    while len(data) < count:
        ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
        block = os.read(handle, count - len(data)) if ready else b""
        if not block:
            raise ChildDiedError
        data += block
    return bytes(data)
