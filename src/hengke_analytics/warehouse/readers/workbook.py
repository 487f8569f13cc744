"""xlsx workbooks, always parsed in the limited child: calamine first, openpyxl where calamine gives up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hengke_analytics.warehouse.readers import isolated, limits
from hengke_analytics.warehouse.readers.inspection import DETECT, Inspection, Numbered, ReadAs

ENGINES = ("calamine", "openpyxl")
STREAMING = ("openpyxl",)


def inspect(path: Path, name: str, read_as: ReadAs = DETECT) -> Inspection:
    """Sheets with headers and first rows; of a large workbook the row count is what it says of itself."""
    engines = ENGINES if path.stat().st_size <= limits.LARGE_WORKBOOK else STREAMING
    return isolated.look("xlsx", engines, path, name, read_as)


def rows(path: Path, sheet: str) -> Iterator[Numbered]:
    """All rows of a sheet; the line number is the row's number in the workbook."""
    return isolated.rows("xlsx", ENGINES, path, sheet)
