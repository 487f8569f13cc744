"""XML files, in the child: elements that are repeated are the records; Excel's own XML has sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits, nested
from hengke_analytics.warehouse.readers.decoding import text_of
from hengke_analytics.warehouse.readers.inspection import LOOK_AHEAD

EXCEL = "{urn:schemas-microsoft-com:office:spreadsheet}"
Path_ = tuple[str, ...]


def look(path: Path) -> Iterator[dict[str, Any]]:
    """Every kind of repeated element, or every sheet of Excel's."""
    root, label = _root(path)
    for sheet in _sheets(root) if root.tag == f"{EXCEL}Workbook" else nested.look(_document(root)):
        yield {**sheet, "encoding": label}


def read(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The records of one kind."""
    root, _ = _root(path)
    if root.tag != f"{EXCEL}Workbook":
        yield from nested.read(_document(root), sheet)
        return
    for number, each in enumerate(root.iter(f"{EXCEL}Worksheet"), 1):
        if _name(each, number) == sheet:
            yield from _cells(each)


def _root(path: Path) -> tuple[Element, str]:
    text, label = text_of(path)
    try:
        return fromstring(text.removeprefix("\ufeff").lstrip(), forbid_dtd=True), label
    except DefusedXmlException as error:
        raise InputError(
            "xml_document_type",
            "The file holds a document type or entities, which no table needs: it is refused.",
        ) from error
    except ParseError as error:
        raise InputError(
            "damaged_xml",
            "The file is cut off or no XML: line {line} cannot be read. Export it again.",
            line=error.position[0],
        ) from error


def _document(root: Element) -> Any:
    """Nested data: children that are repeated anywhere under the same path are lists everywhere."""
    repeated: set[Path_] = set()
    _find_repeated(root, (), repeated)
    return _value(root, (), repeated)


def _find_repeated(element: Element, path: Path_, found: set[Path_]) -> None:
    counts = Counter(_tag(child) for child in element)
    found |= {(*path, tag) for tag, count in counts.items() if count > 1}
    for child in element:
        _find_repeated(child, (*path, _tag(child)), found)


def _value(element: Element, path: Path_, repeated: set[Path_]) -> Any:
    words = (element.text or "").strip()
    if not len(element) and not element.attrib:
        return words
    said: dict[str, Any] = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    for child in element:
        tag = _tag(child)
        inner = _value(child, (*path, tag), repeated)
        if (*path, tag) in repeated:
            said.setdefault(tag, []).append(inner)
        else:
            said[tag] = inner
    return {**said, "text": words} if words else said


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _sheets(root: Element) -> Iterator[dict[str, Any]]:
    for number, sheet in enumerate(root.iter(f"{EXCEL}Worksheet"), 1):
        rows = list(_cells(sheet))
        yield {
            "name": _name(sheet, number),
            "rows": rows[: LOOK_AHEAD + 1],
            "lines": rows[-1][0] if rows else 0,
            "exact": True,
        }


def _name(sheet: Element, number: int) -> str:
    return sheet.get(f"{EXCEL}Name") or str(number)


def _cells(sheet: Element) -> Iterator[tuple[int, list[str]]]:
    """Rows and cells say their place only after a gap."""
    line = 0
    for row in sheet.iter(f"{EXCEL}Row"):
        line = int(row.get(f"{EXCEL}Index") or line + 1)
        cells: list[str] = []
        for cell in row.iter(f"{EXCEL}Cell"):
            place = int(cell.get(f"{EXCEL}Index") or len(cells) + 1)
            # One beyond the limit is enough to be refused; a cell at place 2 ** 31 must not be laid out.
            cells += [""] * (min(place, limits.MOST_COLUMNS + 1) - 1 - len(cells))
            data = cell.find(f"{EXCEL}Data")
            text = "" if data is None else "".join(data.itertext())
            is_day = data is not None and data.get(f"{EXCEL}Type") == "DateTime"
            cells.append(text.removesuffix("T00:00:00.000").replace("T", " ") if is_day else text)
        if any(cells):
            yield line, cells
