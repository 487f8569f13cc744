"""Personal data in files: found whatever the encoding, replaced row by row, or the file is dropped."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from hengke.engines.records.privacy import places
from hengke.engines.records.privacy.places import Person

BLOCK = 1 << 20
ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")


def needles(words: Iterable[str]) -> list[bytes]:
    """How words stand in files: in every encoding that ledgers come in, plain, escaped and quoted."""
    found: dict[bytes, None] = {}
    for word in filter(None, words):
        for form in places.forms(word):
            for encoding in ENCODINGS:
                found[form.encode(encoding, "ignore")] = None
    return [needle for needle in found if len(needle) >= 2]


def holds(path: Path, person: Person) -> bool:
    """Whether a file, a gzipped one or the members of a zip (xlsx is one) hold a value or the name."""
    wanted = needles((*person.values, person.name))
    with path.open("rb") as stream:
        if _has(stream, wanted):
            return True
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return any(_member_has(archive, name, wanted) for name in archive.namelist())
        with gzip.open(path) as unpacked:
            return _has(unpacked, wanted)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError):
        return False


def _member_has(archive: zipfile.ZipFile, name: str, wanted: list[bytes]) -> bool:
    with archive.open(name) as member:
        return _has(member, wanted)


def _has(stream: IO[bytes] | gzip.GzipFile, wanted: list[bytes]) -> bool:
    """Whether one of the needles is in the stream; blocks overlap by the longest."""
    longest, kept = max(map(len, wanted), default=0), b""
    while block := stream.read(BLOCK):
        block = kept + block
        if any(needle in block for needle in wanted):
            return True
        kept = block[-longest:]
    return False


def overwrite(path: Path, person: Person) -> int:
    """Cover every occurrence in a plain file in place by as many asterisks; the file may be open elsewhere."""
    wanted, count = needles((*person.values, person.name)), 0
    data = path.read_bytes()
    for needle in wanted:
        count += data.count(needle)
        data = data.replace(needle, b"*" * len(needle))
    if count:
        with path.open("r+b") as file:
            file.write(data)
    return count


def rewrite_text(
    source: IO[bytes], target: IO[bytes], person: Person, pseudonym: str, *, encoding: str, delimiter: str
) -> None:
    """Copy a delimited text without the person; every other byte stays as it is."""
    codec = encoding
    for record, cells in _records(_decoded(source, encoding), delimiter):
        text = _clean(record, cells, person, pseudonym)
        target.write(text.encode(codec, "surrogateescape"))
        # Codecs with a mark write it at every call, so only the first line may.
        codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def _decoded(raw: IO[bytes], encoding: str) -> Iterator[str]:
    yield from io.TextIOWrapper(raw, encoding, errors="surrogateescape", newline="")


def _records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """(the text of a record as it stands, its cells)."""
    taken: list[str] = []

    def noting() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    for cells in csv.reader(noting(), delimiter=delimiter or ","):
        yield "".join(taken), cells
        taken.clear()
    if taken:
        yield "".join(taken), []


def _clean(record: str, cells: list[str], person: Person, pseudonym: str) -> str:
    return places.blanked(record, person, pseudonym, with_name=is_theirs(cells, person))


def is_theirs(cells: Iterable[Any], person: Person) -> bool:
    """Whether a row is about the person: it holds a value of theirs, or their customer."""
    texts = [str(cell) for cell in cells if cell is not None]
    return any(value in text for value in person.values for text in texts) or any(
        text.strip() in person.aliases for text in texts
    )


def rewrite_book(source: Path, target: IO[bytes], person: Person, pseudonym: str) -> None:
    """Copy a workbook without the person; formulas become the values that they last had."""
    import openpyxl

    with source.open("rb") as stream:  # a path without ".xlsx" would be refused
        book = openpyxl.load_workbook(stream, data_only=True)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            theirs = is_theirs((cell.value for cell in row), person)
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = places.blanked(cell.value, person, pseudonym, with_name=theirs)
                elif isinstance(cell.value, int | float) and _digits(cell.value) in person.values:
                    cell.value = places.MARK
    book.save(target)


def _digits(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)
