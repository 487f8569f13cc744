"""Plain files as Arrow tables, and their columns as keys, dates and exact amounts.

Parquet keeps its types; csv, tsv and xlsx arrive as text through the guarded readers of the warehouse.
Repeating columns are parsed once per distinct value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import reading, values
from hengke_analytics.warehouse.formats import detect_formats
from hengke_analytics.warehouse.readers import kinds

MONEY = pa.decimal128(18, 2)
#: Factors of a product, such as a unit price, may have more places than money.
FACTOR = pa.decimal128(18, 6)
_SAMPLE = 1_000
_BATCH = 50_000


def read_table(paths: Sequence[Path], *, sheet: str | None = None) -> pa.Table:
    """All rows of the files below one another; they must have the same headers, in any order."""
    tables = [_read(path, sheet) for path in paths]
    headers = tables[0].column_names
    for path, table in zip(paths, tables, strict=True):
        if set(table.column_names) != set(headers):
            raise InputError(
                "headers_differ",
                "{file} has other columns than {first}.",
                file=path.name,
                first=paths[0].name,
            )
    return pa.concat_tables([table.select(headers) for table in tables], promote_options="permissive")


def keys(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Customer keys: clean text, or whole numbers when every key is written as one."""
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64())
    names = parsed(column, _key, pa.string())
    written = pc.unique(names).drop_null().to_pylist()
    return names.cast(pa.int64()) if written and all(map(_is_whole, written)) else names


def texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Clean words, null for blanks."""
    return parsed(column, lambda cell: values.clean_text(cell) or None, pa.string())


def dates(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Days; text in any format that the warehouse reads, null for what is no date."""
    if pa.types.is_temporal(column.type):
        return column.cast(pa.date32(), safe=False)
    written = column.cast(pa.string())
    guess = detect_formats({"": written.slice(0, _SAMPLE).drop_null().to_pylist()})[""]
    serials = "serial" in guess.counts

    def read(text: str) -> date | None:
        return values.parse_date(text, serials=serials, day_first=guess.day_first)

    return parsed(written, read, pa.date32())


def money(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Amounts rounded half up to cents, null for what is no amount."""
    return numbers(column, MONEY)


def product(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.ChunkedArray:
    """left x right per row, rounded half up to cents."""
    exact = pc.multiply(numbers(left, FACTOR), numbers(right, FACTOR))
    return pc.round(exact, 2, round_mode="half_towards_infinity").cast(MONEY)


def numbers(column: pa.ChunkedArray, kind: pa.Decimal128Type) -> pa.ChunkedArray:
    """Decimals of `kind`; what a binary fraction shows counts, so 1.005 is rounded to 1.01."""
    if pa.types.is_integer(column.type):
        return column.cast(pa.decimal128(19, 0)).cast(kind)
    place = Decimal(1).scaleb(-kind.scale)

    def read(cell: Any) -> Decimal | None:
        found = values.parse_money(cell) if isinstance(cell, str) else Decimal(str(cell))
        return found.quantize(place, ROUND_HALF_UP) if found is not None and found.is_finite() else None

    return parsed(column, read, kind)


def parsed(column: pa.ChunkedArray, read: Callable[[Any], Any], kind: pa.DataType) -> pa.ChunkedArray:
    """`read` of every cell as an array of `kind`, called once per distinct value."""
    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], column.type)
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    known = pa.array((None if cell is None else read(cell) for cell in encoded.dictionary.to_pylist()), kind)
    return pa.chunked_array([known.take(encoded.indices)], kind)


def _read(path: Path, sheet: str | None) -> pa.Table:
    if not path.is_file():
        raise InputError("file_missing", "There is no file {file}.", file=str(path))
    kind, _ = kinds.of(path)
    if kind == "parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path)
    found = reading.inspect(path)
    rows = reading.rows(path, found, sheet=sheet)
    headers = found.sheet(sheet).headers
    batches, cells = [], []
    for _, row in rows:
        cells.append(row)
        if len(cells) == _BATCH:
            batches.append(_batch(cells, headers))
            cells = []
    batches.append(_batch(cells, headers))
    return pa.Table.from_batches(batches)


def _batch(cells: list[tuple[str, ...]], headers: Sequence[str]) -> pa.RecordBatch:
    width = len(headers)
    even = (row if len(row) == width else (*row, *[""] * width)[:width] for row in cells)
    columns = list(zip(*even, strict=True)) or [()] * width
    return pa.record_batch([pa.array(column, pa.string()) for column in columns], names=list(headers))


def _key(cell: Any) -> str | None:
    if isinstance(cell, float):
        cell = int(cell) if cell.is_integer() else cell
    return values.clean_text(str(cell), blanks=values.BLANK_MARKS) or None


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 19
