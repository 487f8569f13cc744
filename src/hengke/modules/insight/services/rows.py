"""Ledger lines between files and the table: fast writes in plain SQL, portable to both databases."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.conf import settings
from django.db import connection

from hengke.modules.insight.models import LedgerLine

if TYPE_CHECKING:
    from hengke_analytics.warehouse.translate import LedgerRow, Run

CHUNK = 5_000
"""Rows per transaction: other writers wait a quarter of a second at most, and few index pages are written twice."""

PLAIN_MARSHAL = 2
"""Without references: looking every string up costs more than writing it again."""

CHECKPOINT_PAGES = 16_000

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
_all_fields = attrgetter(*FIELDS)
_UPDATE = (
    f"UPDATE insight_ledgerline SET row_hash = %s, alias_id = CASE WHEN customer_name = %s THEN alias_id END, "  # noqa: S608
    f"{', '.join(f'{name} = %s' for name in FIELDS)} WHERE id = %s"
)


class Kept(NamedTuple):
    """A translated row on its way into the table: its place, its two hashes, its fields as SQL parameters."""

    line_no: int
    key_hash: bytes
    row_hash: bytes
    values: tuple[str | None, ...]

    @classmethod
    def of(cls, row: LedgerRow) -> Kept:
        """Days and amounts as text: SQLite's own adapters for them are deprecated."""
        values = tuple([v if v is None or type(v) is str else str(v) for v in _all_fields(row)])
        return cls(row.line_no, row.key_hash, row.row_hash, values)

    @property
    def customer_name(self) -> str:
        return self.values[0] or ""

    def fields(self) -> dict[str, Any]:
        """The fields in the types of the table."""
        return typed(zip(FIELDS, self.values, strict=True))


class Spool:
    """Translated rows set aside on disk between the first look at a file and its loading."""

    def __init__(self) -> None:
        folder = Path(settings.DATA_DIR) / "tmp"
        folder.mkdir(parents=True, exist_ok=True)
        # Nameless: a kill leaves nothing behind.
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed by __exit__)
        self._chunk: list[tuple[Any, ...]] = []
        self._sizes: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, row: LedgerRow) -> None:
        """Set a row aside."""
        self._chunk.append(tuple(Kept.of(row)))
        if len(self._chunk) == CHUNK:
            self._flush()

    def add_all(self, run: Run) -> None:
        """Set many rows aside."""
        values = zip(*map(run.plain, FIELDS), strict=True)
        self._chunk += zip(run.lines, run.key_hashes, run.row_hashes, values, strict=True)
        while len(self._chunk) >= CHUNK:
            rest = self._chunk[CHUNK:]
            del self._chunk[CHUNK:]
            self._flush()
            self._chunk = rest

    def chunks(self) -> Iterator[list[Kept]]:
        """All rows in the order in which they came, in chunks of at most CHUNK."""
        self._flush()
        self._file.seek(0)
        for size in self._sizes:
            # Written by this very process. What Kept._make does, without a Python call per line.
            yield list(map(tuple.__new__, repeat(Kept), marshal.loads(self._file.read(size))))  # noqa: S302

    def _flush(self) -> None:
        if self._chunk:
            data = marshal.dumps(self._chunk, PLAIN_MARSHAL)
            self._file.write(data)
            self._sizes.append(len(data))
            self._chunk = []


def insert(rows: Iterable[tuple[Kept, int]], *, source: int, origin: int) -> None:
    """Add lines, each with its occurrence number."""
    values = [
        (source, origin, line_no, key_hash, occurrence, row_hash, *fields)
        for (line_no, key_hash, row_hash, fields), occurrence in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, values)


@contextmanager
def fewer_checkpoints() -> Iterator[None]:
    """For the length of a block SQLite carries its write-ahead log over at 64 MB instead of 4 MB.

    Lines scatter over the pages of the index by key, so a page is written many times in few seconds. Nothing
    is less safe: what is committed stands in the log, and a process that dies leaves it to the next one.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA wal_autocheckpoint={usual}")


def update(rows: Iterable[tuple[int, Kept]]) -> None:
    """Overwrite lines, given by id; a line whose customer's name changed must be resolved anew."""
    values = [(row.row_hash, row.customer_name, *row.values, line_id) for line_id, row in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, values)


def typed(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Plain values in the types of the table's columns."""
    columns = {column.attname: column for column in LedgerLine._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in values}


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    """Field values as JSON can keep them; `typed` gives them back."""
    return {name: str(v) if isinstance(v, date | Decimal) else v for name, v in values.items()}


def in_lots(values: Sequence[int], size: int = 900) -> Iterator[Sequence[int]]:
    """Lots small enough for one statement's parameters (SQLite's floor is 999)."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
