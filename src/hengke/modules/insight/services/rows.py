"""Ledger lines between files and the table: fast writes in plain SQL, portable to both databases."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from hengke_analytics.warehouse.translate import LedgerRow

CHUNK = 2_000

FIELDS = (
    "customer_name", "contact", "phone", "address", "code", "order_no", "submitted_on", "instrument_name", "model",
    "serial", "laboratory", "project_group", "service_kind", "item", "done_on", "valid_until", "list_price",
    "discount", "billed", "received", "received_on", "cost", "handler", "remark",
)  # fmt: skip
"""What a line says; the same names in files (LedgerRow) and in the table (LedgerLine)."""

_OWN = ("source_id", "origin_id", "line_no", "key_hash", "occurrence", "row_hash")
_INSERT = (
    f"INSERT INTO insight_ledgerline ({', '.join((*_OWN, *FIELDS))}) "  # noqa: S608
    f"VALUES ({', '.join(['%s'] * (len(_OWN) + len(FIELDS)))})"
)
_UPDATE = (
    f"UPDATE insight_ledgerline SET row_hash = %s, alias_id = CASE WHEN customer_name = %s THEN alias_id END, "  # noqa: S608
    f"{', '.join(f'{name} = %s' for name in FIELDS)} WHERE id = %s"
)


class Spool:
    """Translated rows set aside on disk between the first look at a file and its loading."""

    def __init__(self) -> None:
        folder = Path(settings.DATA_DIR) / "tmp"
        folder.mkdir(parents=True, exist_ok=True)
        # Nameless: a kill leaves nothing behind.
        self._file = tempfile.TemporaryFile(dir=folder)
        self._chunk: list[LedgerRow] = []
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, row: LedgerRow) -> None:
        """Set a row aside."""
        self._chunk.append(row)
        if len(self._chunk) == CHUNK:
            self._flush()

    def chunks(self) -> Iterator[list[LedgerRow]]:
        """All rows in the order in which they came, in chunks of at most CHUNK."""
        self._flush()
        self._file.seek(0)
        for _ in range(self._written):
            yield pickle.load(self._file)  # noqa: S301  (written by this very process)

    def _flush(self) -> None:
        if self._chunk:
            pickle.dump(self._chunk, self._file, pickle.HIGHEST_PROTOCOL)
            self._chunk, self._written = [], self._written + 1


def insert(rows: Iterable[tuple[LedgerRow, int]], *, source: int, origin: int) -> None:
    """Add lines, each with its occurrence number."""
    values = [
        (source, origin, row.line_no, row.key_hash, occurrence, row.row_hash, *plain(row)) for row, occurrence in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, values)


def update(rows: Iterable[tuple[LedgerRow, int]]) -> None:
    """Overwrite lines, each given with its id; a line whose customer's name changed must be resolved anew."""
    values = [(row.row_hash, row.customer_name, *plain(row), line_id) for row, line_id in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, values)


def plain(row: object) -> tuple[Any, ...]:
    """The fields of a row as SQL parameters, cut to what the columns hold."""
    return tuple(_parameter(getattr(row, name)) for name in FIELDS)


def _parameter(value: Any) -> Any:
    # SQLite's own adapters for days and decimals are deprecated.
    return str(value) if isinstance(value, date | Decimal) else value


def in_lots(values: Sequence[int], size: int = 900) -> Iterator[Sequence[int]]:
    """Lots small enough for one statement's parameters (SQLite's floor is 999)."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def texts(row: object) -> tuple[str, ...]:
    """The fields of a row as text, "" for none."""
    return tuple("" if value is None else str(value) for value in plain(row))


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    """Field values as JSON can keep them; `from_json` gives them back."""
    return {name: _parameter(value) for name, value in values.items()}
