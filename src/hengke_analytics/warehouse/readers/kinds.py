"""What a file is, by its first bytes."""

from __future__ import annotations

import gzip
import re
import zlib
from contextlib import suppress
from pathlib import Path, PurePath

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.encoding import utf16
from hengke_analytics.warehouse.readers import dbf
from hengke_analytics.warehouse.readers.inspection import Problem

HEAD = 4096
_GZIP = b"\x1f\x8b"
_TABLES = ((b"PK\x03\x04", "xlsx"), (b"PAR1", "parquet"), (b"SQLite format 3\0", "sqlite"))
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACCESS = re.compile(rb"\x00\x01\x00\x00Standard (?:Jet|ACE) DB")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
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
_HTML = re.compile(r"<(?:!doctype html|html|head|body|table|meta|style|div)[\s>]", re.I)
_FIRST_ELEMENT = re.compile(r"<([^\W\d][\w.:-]*)")
_HTML_ELEMENTS = frozenset(["html", "head", "body", "table", "meta", "style", "div"])
_MAIL = re.compile(r"MIME-Version:|Content-Type: multipart", re.I)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")
# Control characters other than tab, line ends, form feed, escape and NUL (which UTF-16 is full of).
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.02

_EXTENSIONS = {
    ".csv": {"csv", "tsv"},
    ".tsv": {"tsv", "csv"},
    ".txt": {"csv", "tsv"},
    ".xlsx": {"xlsx"},
    ".xlsm": {"xlsx"},
    ".xls": {"xls"},
    ".dbf": {"dbf"},
    ".json": {"json"},
    ".jsonl": {"json"},
    ".ndjson": {"json"},
    ".xml": {"xml"},
    ".html": {"html"},
    ".htm": {"html"},
    ".parquet": {"parquet"},
    ".db": {"sqlite"},
    ".sqlite": {"sqlite"},
    ".sqlite3": {"sqlite"},
}


def of(path: Path) -> tuple[str, bool]:
    """(kind as in `Inspection`, "text" for csv and tsv; whether it is gzipped text). InputError for all else."""
    head, compressed = _head(path)
    if not head:
        raise InputError("empty_file", "The file is empty.")
    kind = _kind(head)
    if kind == "text":
        _refuse(head)
    elif compressed:
        raise InputError("packed_table", "Only text may be gzipped: unpack the file first.")
    if kind == "xls":
        _refuse_encrypted(path)
    return kind, compressed


def misnamed(name: str, kind: str) -> tuple[Problem, ...]:
    """A notice when the name promises another kind."""
    path = PurePath(name.lower())
    extension = PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if kind in _EXTENSIONS.get(extension, {kind}):
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


def _kind(head: bytes) -> str:
    for mark, kind in _TABLES:
        if head.startswith(mark):
            return kind
    if head.startswith(_OLD_OFFICE):
        return "xls"
    if dbf.is_dbf(head):
        return "dbf"
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str:
    text = head.decode(utf16(head) or "latin-1", "replace").removeprefix("ï»¿").removeprefix("\ufeff")
    if text.lstrip().startswith("<"):
        # Elements of data may be called <table> too: the first one decides, comments and declarations apart.
        first = _FIRST_ELEMENT.search(text)
        is_html = first is None or first[1].lower() in _HTML_ELEMENTS
        return "html" if is_html else "xml"
    if _HTML.search(text[:1024]) and not _MAIL.search(text[:1024]):
        return "html"
    return "json" if _JSON.match(text) else "text"


def _refuse_encrypted(path: Path) -> None:
    """A workbook with a password lies in the same kind of container; its directory stands anywhere in it."""
    with suppress(OSError), path.open("rb") as file:
        before = b""
        while block := file.read(1 << 20):
            if _ENCRYPTED in before + block:
                raise InputError("password", "The workbook has a password: save it without one.")
            before = block[-len(_ENCRYPTED) :]


def _refuse(head: bytes) -> None:
    if _ACCESS.match(head):
        raise InputError(
            "access_file",
            "This is an Access database: open it in Access, export the table as .xlsx or csv (External Data, "
            "Export) and hand in that file.",
        )
    for mark, kind in _OTHERS:
        if head.startswith(mark):
            raise InputError("not_a_table", "This is a {kind} file, not a table.", kind=kind)
    if _MAIL.search(head[:1024].decode("latin-1")):
        raise InputError(
            "web_archive", "This is a web archive (.mht): open it in Excel or WPS and save it as .xlsx."
        )
    if not utf16(head) and len(_CONTROL.findall(head)) > MOST_CONTROL * len(head):
        raise InputError("binary_file", "The file holds no text and is no known kind of table.")
