"""Comma, tab, semicolon or bar separated text, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import math
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import encoding
from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.readers.inspection import (
    DETECT,
    LOOK_AHEAD,
    Inspection,
    Numbered,
    Problem,
    ReadAs,
    sheet_of,
)

BLOCK = 1 << 20
DELIMITERS = ",\t;|"


class GuardedGzip(gzip.GzipFile):
    """A gzip stream that stops when it unpacks to far more than a table would."""

    packed = 0

    def read1(self, size: int = -1) -> bytes:
        """The next bytes, checked."""
        data = super().read1(size)
        if self.tell() > max(limits.RATIO_FLOOR, limits.MOST_RATIO * self.packed):
            raise InputError(
                "gz_bomb", "The compressed file unpacks to far more than a table would: it is refused."
            )
        return data


def inspect(path: Path, name: str, *, compressed: bool, read_as: ReadAs = DETECT) -> Inspection:
    """Encoding, delimiter, header and first rows of a text file. Raises InputError for what is no table."""
    with _reported(), path.open("rb") as raw:
        stream = _unpacked(raw, compressed=compressed)
        seen = encoding.scan(
            iter(lambda: stream.read1(BLOCK), b""), limit=limits.SCAN_BYTES, chosen=read_as.encoding
        )
        share = raw.tell() / path.stat().st_size
    if seen.nul:
        raise _nul_bytes()
    delimiter = _delimiter(path, seen.encoding, compressed=compressed)
    first = list(islice(_records(path, seen.encoding, delimiter, compressed=compressed), LOOK_AHEAD + 1))
    lines = seen.lines if seen.complete else round(seen.lines / share)
    exact = seen.complete and not seen.encoding.startswith("utf-16")
    header_line = read_as.header_of("", default=True)
    sheet = sheet_of("", first, lines=lines, exact=exact, header_line=header_line)
    if not first:
        raise InputError("empty_file", "The file holds no rows.")
    return Inspection(
        name=name,
        kind="tsv" if delimiter == "\t" else "csv",
        size=path.stat().st_size,
        sheets=(sheet,),
        encoding=seen.encoding,
        encoding_label=seen.label,
        compressed=compressed,
        delimiter=delimiter,
        problems=_problems(seen),
    )


def rows(path: Path, inspection: Inspection) -> Iterator[Numbered]:
    """All lines with anything in them."""
    return _records(path, inspection.encoding, inspection.delimiter, compressed=inspection.compressed)


def _records(path: Path, codec: str, delimiter: str, *, compressed: bool) -> Iterator[Numbered]:
    with _lines(path, codec, compressed=compressed) as lines:
        reader = csv.reader(lines, delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if len(cells) > limits.MOST_COLUMNS:
                    raise _too_wide(line, len(cells))
                if any(cells):
                    yield line, tuple(cells)
                line = reader.line_num + 1
        except csv.Error as error:
            # The csv module refuses fields above 131,072 characters: a quote without its end, or an attack.
            raise InputError(
                "cell_too_long",
                "Line {line} has a cell that does not end: look for a lone quotation mark, or shorten it.",
                line=line,
            ) from error


@contextmanager
def _lines(path: Path, codec: str, *, compressed: bool) -> Iterator[Iterator[str]]:
    with _reported(), path.open("rb") as raw:
        stream = _unpacked(raw, compressed=compressed)
        yield _bounded(io.TextIOWrapper(stream, codec, errors="replace", newline=""))


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    limit = limits.LONGEST_LINE
    while line := text.readline(limit):
        if len(line) == limit:
            raise InputError(
                "line_too_long", "A line is longer than {limit} characters: this is no table.", limit=limit
            )
        if "\0" in line:
            raise _nul_bytes()
        yield line


def _unpacked(raw: io.BufferedReader, *, compressed: bool) -> io.BufferedReader | GuardedGzip:
    if not compressed:
        return raw
    stream = GuardedGzip(fileobj=raw)
    stream.packed = os.fstat(raw.fileno()).st_size
    return stream


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            "damaged_gz", "The compressed file is cut off or damaged: fetch or compress it again."
        ) from error


def _delimiter(path: Path, codec: str, *, compressed: bool) -> str:
    """The sign that cuts most lines into the same number of cells, at least two; a single column counts as
    comma."""
    with _lines(path, codec, compressed=compressed) as lines:
        sample = list(islice(lines, LOOK_AHEAD))
    return max(DELIMITERS, key=lambda sign: _regularity(sample, sign))


def _regularity(sample: list[str], sign: str) -> float:
    try:
        widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=sign) if cells)
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, lines = widths.most_common(1)[0]
    return lines / widths.total() * math.sqrt(width - 1)


def _problems(seen: encoding.Scan) -> tuple[Problem, ...]:
    broken = Problem(
        "broken_characters",
        "{count} characters could not be read as {encoding} and show as “�”.",
        {"count": seen.broken, "encoding": seen.label},
    )
    other = Problem(
        "other_encoding",
        "The characters look like {found}, but {encoding} was chosen: compare the rows below.",
        {"found": encoding.LABELS.get(seen.looks_like, ""), "encoding": seen.label},
    )
    differs = seen.looks_like and not seen.encoding.startswith(seen.looks_like)
    return (*((broken,) if seen.broken else ()), *((other,) if differs else ()))


def _too_wide(line: int, width: int) -> InputError:
    return InputError(
        "too_wide",
        "Line {line} has {width} cells, but a table has {limit} at most.",
        line=line,
        width=width,
        limit=limits.MOST_COLUMNS,
    )


def _nul_bytes() -> InputError:
    return InputError("nul_bytes", "The text holds NUL bytes, so it is damaged or no text: export it again.")
