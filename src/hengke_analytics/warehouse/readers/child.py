"""Runs in a process of its own with little memory and time: parses what could abort or exhaust an
interpreter.

`python -m hengke_analytics.warehouse.readers.child KIND ENGINE PATH [SHEET]` writes frames to standard
output: a length of four bytes, then JSON. Without SHEET the sheets with their first rows, else all rows of
that sheet in batches, then an empty frame.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits

BATCH_ROWS = 500
BATCH_CHARACTERS = 1 << 20


class Parser(Protocol):
    """A module that parses one kind of file; cells come as text."""

    def look(self, path: Path) -> Iterator[dict[str, Any]]:
        """One dict per sheet: name, first rows, number of lines, headers where columns have names."""

    def read(self, path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """(line number, cells) of every line with anything in it."""


def main() -> None:
    """Answer the one question on the command line, or say why it cannot be answered."""
    kind, engine, path, *sheet = sys.argv[1:]
    _limit_self(limits.READ_SECONDS if sheet else limits.LOOK_SECONDS)
    try:
        parser: Any = import_module(f"hengke_analytics.warehouse.readers.parse_{engine}")
        if kind == "xlsx":
            from hengke_analytics.warehouse.readers import zip_guard

            zip_guard.check(Path(path))
        if sheet:
            _send_rows(parser.read(Path(path), sheet[0]))
        else:
            _send({"sheets": [_checked_sheet(found) for found in parser.look(Path(path))]})
        _send(None)
    except InputError as error:
        _send({"error": [error.code, error.template, error.params]})
    except MemoryError:
        sys.exit(9)
    except Exception as error:
        # Parsers fail in many ways on broken files, and none of them is this program's.
        _send({"broken": type(error).__name__})


def _limit_self(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY, limits.CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No file is ever written by a parser, whatever a workbook makes it do.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _checked_sheet(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "rows": [(line, _checked(line, cells)) for line, cells in found["rows"]]}


def _send_rows(rows: Iterator[tuple[int, list[str]]]) -> None:
    batch: list[tuple[int, list[str]]] = []
    characters = 0
    for line, cells in rows:
        batch.append((line, _checked(line, cells)))
        characters += sum(map(len, cells))
        if len(batch) == BATCH_ROWS or characters > BATCH_CHARACTERS:
            _send({"rows": batch})
            batch, characters = [], 0
    _send({"rows": batch})


def _checked(line: int, cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > limits.MOST_COLUMNS:
        raise InputError(
            "too_wide",
            "Row {line} reaches column {width} of at most {limit}: delete stray cells right of the table.",
            line=line,
            width=len(cells),
            limit=limits.MOST_COLUMNS,
        )
    if sum(map(len, cells)) > limits.LONGEST_LINE or max(map(len, cells), default=0) > limits.LONGEST_CELL:
        raise InputError(
            "cell_too_long", "Row {line} has a cell that is too long for a table: shorten it.", line=line
        )
    return cells


def _send(content: object) -> None:
    data = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    sys.stdout.buffer.write(struct.pack("<L", len(data)) + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
