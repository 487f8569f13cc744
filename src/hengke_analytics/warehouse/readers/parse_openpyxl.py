"""Workbooks by openpyxl: slow, but it streams, so far-off cells cost nothing. Only in the child."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.readers.cells import as_text
from hengke_analytics.warehouse.readers.inspection import LOOK_AHEAD


def look(path: Path) -> Iterator[dict[str, Any]]:
    """Every visible sheet with its first rows; the number of lines is what the sheet says."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    for sheet in visible[: limits.MOST_SHEETS]:
        lines = sheet.max_row or 0
        first = list(islice(_rows(sheet), LOOK_AHEAD + 1))
        yield {"name": sheet.title, "rows": first, "lines": lines, "exact": len(first) <= LOOK_AHEAD}


def read(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The sheet's rows."""
    yield from _rows(openpyxl.load_workbook(path, read_only=True, data_only=True)[sheet])


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # The stated dimensions may be the whole grid, and then every row would be filled up to column XFD.
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if cells:
            texts = [as_text(cell) for cell in cells]
            if any(texts):
                yield line, texts
