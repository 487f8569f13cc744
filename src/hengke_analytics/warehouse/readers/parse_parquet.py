"""Parquet by pyarrow, in the child: a kilobyte can claim a billion values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers.cells import as_text
from hengke_analytics.warehouse.readers.limits import SAMPLE_ROWS

BATCH = 4_096


def look(path: Path) -> Iterator[dict[str, Any]]:
    """The one table; its columns have names of their own."""
    file = _open(path)
    first = list(islice(_rows(file), SAMPLE_ROWS))
    yield {"name": "", "rows": first, "lines": file.metadata.num_rows, "headers": file.schema_arrow.names}


def read(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """All rows."""
    yield from _rows(_open(path))


def _rows(file: pq.ParquetFile) -> Iterator[tuple[int, list[str]]]:
    line = 0
    try:
        for batch in file.iter_batches(BATCH, use_threads=False):
            columns = [[as_text(value) for value in column.to_pylist()] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                line += 1
                yield line, list(cells)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged() from error


def _open(path: Path) -> pq.ParquetFile:
    pa.set_cpu_count(1)
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged() from error


def _damaged() -> InputError:
    return InputError("damaged_parquet", "The Parquet file is damaged: write it again.")
