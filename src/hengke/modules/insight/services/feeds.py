"""Feeds the warehouse from the operational database as Arrow, on a second connection with one snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from django.db import connection

from hengke.modules.insight.services import own

if TYPE_CHECKING:
    import pyarrow as pa

    from hengke_analytics.warehouse.build import Sums

# The same words as the `live` rows of LedgerLine: neither removed by a snapshot nor of an archived source.
_COUNTED = """
FROM insight_ledgerline l JOIN insight_source s ON s.id = l.source_id
WHERE l.removed_by_id IS NULL AND s.archived_at IS NULL
"""


def _cents(name: str) -> str:
    return f"CAST(round(l.{name} * 100) AS BIGINT) AS {name}"


def _day(name: str) -> str:
    return f"coalesce(CAST(l.{name} AS TEXT), '') AS {name}"


LINES = f"""
SELECT l.id AS line_id, l.alias_id, l.source_id, l.origin_id AS import_id, l.line_no, l.order_no,
    {_day("submitted_on")}, {_day("done_on")}, {_day("valid_until")},
    l.laboratory, l.project_group, l.service_kind, l.item, l.instrument_name, l.model, l.serial,
    {_cents("list_price")}, {_cents("billed")}, {_cents("received")}, {_day("received_on")}, {_cents("cost")},
    l.row_hash
{_COUNTED}
"""
VERSIONS = f"SELECT l.id AS line_id, l.alias_id, l.row_hash {_COUNTED}"
ALIASES = "SELECT id AS alias_id, customer_id, text AS name, variant FROM customers_customername"
CUSTOMERS = """
SELECT c.id AS customer_id, c.number, c.name, c.short_name, c.province, c.city, c.county, c.category, c.ownership,
    c.size, c.industry, c.stage, c.origin, c.owner_id, coalesce(u.path, '') AS unit_path
FROM customers_customer c LEFT JOIN access_orgunit u ON u.id = c.unit_id
WHERE c.id IN (SELECT customer_id FROM customers_customername)
"""
SOURCES = "SELECT id AS source_id, name, CAST(is_demo AS INTEGER) AS is_demo FROM insight_source"
IMPORTS = "SELECT id AS import_id, source_id, file_name, digest FROM insight_import"
SUMS = f"""
SELECT count(*) AS lines, CAST(coalesce(sum(CAST(round(l.billed * 100) AS BIGINT)), 0) AS BIGINT) AS billed,
    CAST(coalesce(sum(CAST(round(l.received * 100) AS BIGINT)), 0) AS BIGINT) AS received
{_COUNTED}
"""
_TABLES = {"alias": ALIASES, "customer": CUSTOMERS, "source": SOURCES, "import": IMPORTS}


_WHOLE = frozenset(["line_no", "variant", "is_demo", "list_price", "billed", "received", "cost", "lines"])
"""Columns of whole numbers besides ids; amounts are cents."""
_BYTES = frozenset(["row_hash"])
ROWS_PER_BATCH = 50_000
IDS_PER_QUERY = 10_000
"""Ids of lines stand in the text of a query, which has a limit of its own."""


class Reader(Protocol):
    """Queries of one moment, answered as Arrow."""

    def stream(self, query: str) -> pa.RecordBatchReader:
        """The rows, batch by batch."""

    def close(self) -> None:
        """End the moment."""


class Moment:
    """The ledger as it stands at one moment; one question at a time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def whole(self) -> dict[str, Any]:
        """All feeds; lines come as a reader (a million of them need not fit twice), the small tables whole."""
        return {**self.tables(), "line": self._reader.stream(LINES)}

    def tables(self) -> dict[str, pa.Table]:
        """All feeds but the lines."""
        queries = _TABLES | own.queries()
        return {name: self._reader.stream(query).read_all() for name, query in queries.items()}

    def versions(self) -> pa.RecordBatchReader:
        """What tells whether a line is the same as before: id, alias, content hash."""
        return self._reader.stream(VERSIONS)

    def lines_of(self, ids: list[int]) -> pa.Table:
        """These lines as the whole feed has them."""
        import pyarrow as pa

        lots = [ids[at : at + IDS_PER_QUERY] for at in range(0, len(ids), IDS_PER_QUERY)] or [[0]]
        queries = (f"{LINES} AND l.id IN ({', '.join(map(str, lot))})" for lot in lots)
        return pa.concat_tables([self._reader.stream(query).read_all() for query in queries])


@contextmanager
def opened() -> Iterator[tuple[Moment, Sums]]:
    """Give the ledger at one moment and what the database itself sums then."""
    from hengke_analytics.warehouse.build import Sums

    with closing(_reader()) as source:
        counted = source.stream(SUMS).read_all().to_pylist()[0]
        hundred = Decimal(100)
        sums = Sums(counted["lines"], counted["billed"] / hundred, counted["received"] / hundred)
        yield Moment(source), sums


def _reader() -> Reader:
    settings = connection.settings_dict
    return _Sqlite(str(settings["NAME"])) if connection.vendor == "sqlite" else _Postgresql(settings)


class _Sqlite:
    """Through Python's own SQLite, never through the copy inside ADBC's driver.

    Two copies of SQLite in one process do not know of each other's locks: when one closes the file, the
    operating system drops the locks of both, and the next process that opens it takes the write-ahead log
    of the other away, with everything written since.
    """

    def __init__(self, path: str) -> None:
        # DuckDB pulls the batches from threads of its own, one at a time.
        self._connection = sqlite3.connect(
            f"file:{quote(path)}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("BEGIN")

    def stream(self, query: str) -> pa.RecordBatchReader:
        """Columns are whole numbers, bytes or text; which, their names tell."""
        import pyarrow as pa

        cursor = self._connection.execute(query)
        names = [column[0] for column in cursor.description]
        kinds = [_kind(name) for name in names]
        schema = pa.schema(list(zip(names, kinds, strict=True)))

        def batches() -> Iterator[pa.RecordBatch]:
            while rows := cursor.fetchmany(ROWS_PER_BATCH):
                columns = zip(*rows, strict=True)
                arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
                yield pa.record_batch(arrays, schema=schema)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def close(self) -> None:
        """End the read transaction."""
        self._connection.close()


def _kind(name: str) -> pa.DataType:
    import pyarrow as pa

    if name in _BYTES:
        return pa.binary()
    return pa.int64() if name in _WHOLE or name.endswith("_id") else pa.string()


class _Postgresql:
    """Through ADBC, in a transaction that sees one state of the database."""

    def __init__(self, settings: dict[str, Any]) -> None:
        from adbc_driver_postgresql import dbapi

        self._connection = dbapi.connect(_address(settings))
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self._cursor = self._connection.cursor()

    def stream(self, query: str) -> pa.RecordBatchReader:
        """One stream at a time: the next query ends the one before."""
        self._cursor.execute(query)
        return self._cursor.fetch_record_batch()

    def close(self) -> None:
        """End the transaction."""
        self._cursor.close()
        self._connection.close()


def _address(settings: dict[str, Any]) -> str:
    """A libpq address; every part is quoted, a host may be a socket folder."""
    parts = {
        "dbname": settings["NAME"], "user": settings["USER"], "password": settings["PASSWORD"],
        "host": settings["HOST"], "port": settings["PORT"],
    }  # fmt: skip
    return "postgresql:///?" + "&".join(
        f"{key}={quote(str(value), safe='')}" for key, value in parts.items() if value
    )
