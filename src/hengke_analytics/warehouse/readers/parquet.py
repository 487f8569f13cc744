"""Parquet files, parsed in the limited child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hengke_analytics.warehouse.readers import isolated
from hengke_analytics.warehouse.readers.inspection import Inspection, Numbered


def inspect(path: Path, name: str) -> Inspection:
    """Columns and first rows."""
    return isolated.look("parquet", ("parquet",), path, name)


def rows(path: Path, sheet: str) -> Iterator[Numbered]:
    """All rows, numbered from 1."""
    return isolated.rows("parquet", ("parquet",), path, sheet)
