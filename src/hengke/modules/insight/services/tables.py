"""The product's one reader of files, lent to the records engine for its list imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hengke.engines.records.importing.tables import Head


class TableReader:
    """Reads csv and xlsx through the warehouse's guarded readers."""

    def head(self, path: Path, name: str) -> Head:
        """Columns, first rows and what the file is written in; InputError for what is no table."""
        from hengke_analytics.warehouse import reading

        found = reading.inspect(path, name=name)
        return Head(found.headers, found.sample, found.encoding_label)

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """(line number, cells) below the headers."""
        from hengke_analytics.warehouse import reading

        return reading.rows(path, reading.inspect(path, name=name))
