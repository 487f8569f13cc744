"""Workbooks by calamine: fast, but it lays out the rectangle of a sheet in memory. Only in the child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from hengke_analytics.warehouse.readers import limits, merged
from hengke_analytics.warehouse.readers.cells import as_text
from hengke_analytics.warehouse.readers.inspection import LOOK_AHEAD

Unreadable = CalamineError


def look(path: Path) -> Iterator[dict[str, Any]]:
    """Every visible sheet with its first rows."""
    with CalamineWorkbook.from_path(path) as book:
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        visible = [sheet for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] or sheets
        for found in visible[: limits.MOST_SHEETS]:
            sheet = book.get_sheet_by_name(found.name)
            first = []
            for row in _rows(sheet):
                first.append(row)
                if len(first) > LOOK_AHEAD:
                    break
            lines = (sheet.end or (-1, 0))[0] + 1
            spans = merged.spans_of(sheet.merged_cell_ranges or ())
            count = sum(map(len, spans.values()))
            yield {"name": found.name, "rows": first, "lines": lines, "exact": True, "merged": count}


def read(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The sheet's rows."""
    with CalamineWorkbook.from_path(path) as book:
        yield from _rows(book.get_sheet_by_name(sheet))


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    spans = merged.spans_of(sheet.merged_cell_ranges or ())
    if not spans:
        return _plain_rows(sheet)
    return merged.spread(_plain_rows(sheet), spans, merged.amounts_of(_plain_rows(sheet), spans))


def _plain_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    # Blank rows above the table are given, blank columns left of it are not.
    left = [""] * (sheet.start or (0, 0))[1]
    for line, cells in enumerate(sheet.iter_rows(), 1):
        texts = left + [cell if type(cell) is str else as_text(cell) for cell in cells]
        if any(texts):
            yield line, texts
