"""dBase and FoxPro tables (.dbf), which many systems of the nineties still write.

Rows have a fixed width, so nothing can be larger than it says. The layout is that of dBase III to Visual FoxPro:
a header of 32 bytes, 32 bytes for each field up to 0x0D, then records that begin with "*" when deleted.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import encoding
from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.readers.cells import as_text
from hengke_analytics.warehouse.readers.inspection import (
    DETECT,
    Inspection,
    Numbered,
    Problem,
    ReadAs,
    table_of,
)

VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x7b\x83\x8b\x8c\x8e\xcb\xe5\xf5\xfb")
CODE_PAGES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5hkscs", 0x78: "big5hkscs"}
"""Chinese code pages by the header's mark; others are so often wrong that the bytes decide."""
BLOCK = 1 << 20
MEMO = frozenset("MGPW")
JULIAN_BEFORE_YEAR_1 = 1_721_425


@dataclass(frozen=True, slots=True)
class _Field:
    name: bytes
    kind: str
    start: int
    width: int
    places: int


@dataclass(frozen=True, slots=True)
class _Layout:
    count: int
    begin: int
    width: int
    code_page: str
    fields: tuple[_Field, ...]


def is_dbf(head: bytes) -> bool:
    """Whether a file begins like one: there is no mark, only a header that fits itself."""
    if len(head) < 65 or head[0] not in VERSIONS or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return False
    begin, width = struct.unpack_from("<HH", head, 8)
    names = head[32 : min(begin, len(head)) : 32]
    return begin >= 65 and width >= 2 and (0x0D in names or begin > len(head))


def inspect(path: Path, name: str, read_as: ReadAs = DETECT) -> Inspection:
    """Fields and first rows."""
    layout = _layout(path)
    seen = encoding.scan(_texts(path, layout), limit=limits.SCAN_BYTES, chosen=read_as.encoding)
    # Bytes that are UTF-8 are so by design, whatever the header says.
    marked = "" if seen.encoding == "utf-8" else layout.code_page
    codec = read_as.encoding or marked or seen.encoding
    headers = tuple(_word(field.name, codec) for field in layout.fields)
    sample = islice(_rows(path, layout, codec), limits.SAMPLE_ROWS)
    sheet = table_of("", headers, sample, layout.count, exact=False)
    if not sheet.sample:
        raise InputError("empty_file", "The file holds no rows.")
    return Inspection(
        name=name, kind="dbf", size=path.stat().st_size, sheets=(sheet,), encoding=codec,
        encoding_label=encoding.LABELS[codec], problems=_left_out(headers, layout),
    )  # fmt: skip


def rows(path: Path, inspection: Inspection) -> Iterator[Numbered]:
    """All rows that are not deleted; the line is the record's number in the file."""
    return _rows(path, _layout(path), inspection.encoding)


def _left_out(headers: tuple[str, ...], layout: _Layout) -> tuple[Problem, ...]:
    memos = [header for header, field in zip(headers, layout.fields, strict=True) if field.kind in MEMO]
    problem = Problem(
        "memo_columns",
        "Long texts of these columns lie in another file and are left out: {columns}.",
        {"columns": ", ".join(memos)},
    )
    return (problem,) if memos else ()


def _layout(path: Path) -> _Layout:
    with path.open("rb") as file:
        head = file.read(32)
        count, begin, width = struct.unpack_from("<LHH", head, 4)
        described = file.read(begin - 32)
    fields, start = [], 1
    for at in range(0, len(described) - 31, 32):
        if described[at] == 0x0D:
            break
        name, kind, size, places = struct.unpack_from("<11sc4xBB", described, at)
        # Text may be longer than one byte tells: the second one then counts for the length.
        length = size + places * 256 if kind == b"C" else size
        fields.append(_Field(name.partition(b"\0")[0], kind.decode("latin-1"), start, length, places))
        start += length
    found = (path.stat().st_size - begin) // width
    if not fields or start > width or found < count:
        raise InputError(
            "damaged_dbf",
            "The file is cut off or damaged: it names {count} rows, {found} are there. Fetch it again.",
            count=count,
            found=max(0, found),
        )
    if len(fields) > limits.MOST_COLUMNS:
        raise InputError("damaged_dbf", "The file is damaged: open it and save it again, or as CSV.")
    return _Layout(count, begin, width, CODE_PAGES.get(head[29], ""), tuple(fields))


def _records(path: Path, layout: _Layout) -> Iterator[tuple[int, bytes]]:
    """Records that are not deleted, a block at a time."""
    several = max(1, BLOCK // layout.width)
    with path.open("rb") as file:
        file.seek(layout.begin)
        for first in range(0, layout.count, several):
            count = min(several, layout.count - first)
            block = file.read(layout.width * count)
            for number in range(count):
                record = block[number * layout.width : (number + 1) * layout.width]
                if record[:1] != b"*":
                    yield first + number + 1, record


def _texts(path: Path, layout: _Layout) -> Iterator[bytes]:
    """What may hold letters, to tell the encoding by: the names of the fields, then the texts."""
    yield b"\n".join(field.name for field in layout.fields) + b"\n"
    texts = [field for field in layout.fields if field.kind == "C"]
    for _, record in _records(path, layout):
        yield (
            b"\n".join(record[f.start : f.start + f.width].rstrip() for f in texts).replace(b"\0", b"")
            + b"\n"
        )


def _rows(path: Path, layout: _Layout, codec: str) -> Iterator[Numbered]:
    readers = [(field, _READERS.get(field.kind, _text)) for field in layout.fields]
    for line, record in _records(path, layout):
        cells = [read(record[f.start : f.start + f.width], f, codec) for f, read in readers]
        if any(cells):
            yield line, tuple(cells)


def _word(data: bytes, codec: str) -> str:
    return data.partition(b"\0")[0].decode(codec, "replace").strip()


def _text(data: bytes, _field: _Field, codec: str) -> str:
    return _word(data, codec)


def _nothing(_data: bytes, _field: _Field, _codec: str) -> str:
    return ""


def _number(data: bytes, _field: _Field, _codec: str) -> str:
    """Digits as they stand; asterisks say that the number did not fit."""
    text = data.decode("ascii", "replace").strip(" \0")
    return "" if text.startswith("*") else text


def _day(data: bytes, _field: _Field, _codec: str) -> str:
    text = data.decode("ascii", "replace").strip(" \0")
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text


def _truth(data: bytes, _field: _Field, _codec: str) -> str:
    return {"T": "TRUE", "Y": "TRUE", "F": "FALSE", "N": "FALSE"}.get(data[:1].decode("latin-1").upper(), "")


def _whole(data: bytes, _field: _Field, _codec: str) -> str:
    return str(int.from_bytes(data, "little", signed=True))


def _double(data: bytes, field: _Field, _codec: str) -> str:
    if len(data) != 8:
        return ""
    (number,) = struct.unpack("<d", data)
    return as_text(round(number, field.places) if field.places else number)


def _money(data: bytes, _field: _Field, _codec: str) -> str:
    """Currency counts ten-thousandths."""
    return as_text(Decimal(int.from_bytes(data, "little", signed=True)).scaleb(-4))


def _moment(data: bytes, _field: _Field, _codec: str) -> str:
    """A Julian day and the milliseconds of the day."""
    if len(data) != 8:
        return ""
    day, milliseconds = struct.unpack("<LL", data)
    try:
        days = date.fromordinal(day - JULIAN_BEFORE_YEAR_1)
        return as_text(datetime(days.year, days.month, days.day) + timedelta(milliseconds=milliseconds))
    except (ValueError, OverflowError):
        return ""


_Reader = Callable[[bytes, _Field, str], str]
_READERS: dict[str, _Reader] = {
    "C": _text, "N": _number, "F": _number, "D": _day, "L": _truth, "I": _whole, "+": _whole, "B": _double,
    "O": _double, "Y": _money, "T": _moment, "@": _moment, "0": _nothing, **dict.fromkeys(MEMO, _nothing),
}  # fmt: skip
