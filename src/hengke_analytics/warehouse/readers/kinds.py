"""What a file is, by its first bytes."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path, PurePath

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.encoding import utf16
from hengke_analytics.warehouse.readers.inspection import Problem

HEAD = 4096
_GZIP = b"\x1f\x8b"
_TABLES = ((b"PK\x03\x04", "xlsx"), (b"PAR1", "parquet"), (b"SQLite format 3\0", "sqlite"))
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x05\x06", "empty zip"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
)
_MARKUP = re.compile(
    rb"\s*<(?:!doctype|\?xml|html|head|body|table|meta|style|div)|<table[\s>]|<html[\s>]", re.I
)
# Control characters other than tab, line ends, form feed, escape and NUL (which UTF-16 is full of).
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.02

_EXTENSIONS = {
    ".csv": {"csv", "tsv"},
    ".tsv": {"tsv", "csv"},
    ".txt": {"csv", "tsv"},
    ".xlsx": {"xlsx"},
    ".xlsm": {"xlsx"},
    ".parquet": {"parquet"},
    ".db": {"sqlite"},
    ".sqlite": {"sqlite"},
    ".sqlite3": {"sqlite"},
}


def of(path: Path) -> tuple[str, bool]:
    """(text, xlsx, parquet or sqlite; whether it is gzipped text). Raises InputError for everything else."""
    head, compressed = _head(path)
    if not head:
        raise InputError("empty_file", "The file is empty.")
    for mark, kind in _TABLES:
        if head.startswith(mark):
            if compressed:
                raise InputError("packed_table", "Only text may be gzipped: unpack the file first.")
            return kind, False
    _refuse(head)
    return "text", compressed


def misnamed(name: str, kind: str) -> tuple[Problem, ...]:
    """A notice when the name promises another kind."""
    path = PurePath(name.lower())
    extension = PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if kind in _EXTENSIONS.get(extension, {kind}) and extension != ".xls":
        return ()
    return (
        Problem(
            "other_kind",
            "The name ends in {extension}, but the content is {kind}: it is read as {kind}.",
            {"extension": extension, "kind": kind},
        ),
    )


def _head(path: Path) -> tuple[bytes, bool]:
    try:
        with path.open("rb") as raw:
            head = raw.read(HEAD)
            if not head.startswith(_GZIP):
                return head, False
            raw.seek(0)
            with gzip.open(raw) as unpacked:
                return unpacked.read(HEAD), True
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            "damaged_gz", "The compressed file is cut off or damaged: fetch or compress it again."
        ) from error
    except OSError as error:
        raise InputError(
            "unreadable_file", "The file cannot be opened: {reason}.", reason=error.strerror
        ) from error


def _refuse(head: bytes) -> None:
    if head.startswith(_OLD_OFFICE):
        raise InputError(
            "old_excel",
            "This is an old Excel file (.xls) or one with a password: save it as .xlsx without password.",
        )
    for mark, kind in _OTHERS:
        if head.startswith(mark):
            raise InputError("not_a_table", "This is a {kind} file, not a table.", kind=kind)
    if _MARKUP.match(head) or _MARKUP.search(head[:1024]):
        raise InputError(
            "html_table",
            "This is a web page or XML under another name: open it in Excel or WPS and save it as .xlsx.",
        )
    if not utf16(head) and len(_CONTROL.findall(head)) > MOST_CONTROL * len(head):
        raise InputError("binary_file", "The file holds no text and is no known kind of table.")
