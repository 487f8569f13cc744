"""Workbooks, always parsed in the limited child: calamine first, openpyxl where calamine gives up on .xlsx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hengke_analytics.warehouse.readers import isolated, limits
from hengke_analytics.warehouse.readers.inspection import DETECT, Inspection, Numbered, ReadAs

ENGINES = ("calamine", "openpyxl")
STREAMING = ("openpyxl",)
OLD = ("calamine",)


def inspect(kind: str, path: Path, name: str, read_as: ReadAs = DETECT) -> Inspection:
    """Sheets with headers and first rows; of a large workbook the row count is what it says of itself."""
    if kind == "xls":
        return isolated.look(kind, OLD, path, name, read_as)
    engines = ENGINES if path.stat().st_size <= limits.LARGE_WORKBOOK else STREAMING
    return isolated.look(kind, engines, path, name, read_as)


def rows(kind: str, path: Path, sheet: str) -> Iterator[Numbered]:
    """All rows of a sheet; the line number is the row's number in the workbook."""
    return isolated.rows(kind, OLD if kind == "xls" else ENGINES, path, sheet)
