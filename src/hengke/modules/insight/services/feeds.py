"""Feeds the warehouse from the operational database as Arrow, on a second connection with one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db import connection

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
    {_cents("list_price")}, {_cents("billed")}, {_cents("received")}, {_day("received_on")}, {_cents("cost")}
{_COUNTED}
"""
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
_QUERIES = {"line": LINES, "alias": ALIASES, "customer": CUSTOMERS, "source": SOURCES, "import": IMPORTS}


@contextmanager
def opened() -> Iterator[tuple[dict[str, Any], Sums]]:
    """Give the feeds of a build and what the database itself sums, all of one moment.

    Lines come as a reader (a million of them need not fit twice), the small tables whole.
    """
    from hengke_analytics.warehouse.build import Sums

    with closing(_connect()) as source:
        _begin(source)
        counted = _read(source, SUMS).to_pylist()[0]
        feeds: dict[str, Any] = {
            name: _read(source, query) for name, query in _QUERIES.items() if name != "line"
        }
        with closing(source.cursor()) as cursor:
            cursor.execute(LINES)
            feeds["line"] = cursor.fetch_record_batch()
            hundred = Decimal(100)
            yield feeds, Sums(counted["lines"], counted["billed"] / hundred, counted["received"] / hundred)


def _read(source: Any, query: str) -> pa.Table:
    with closing(source.cursor()) as cursor:
        cursor.execute(query)
        table: pa.Table = cursor.fetch_arrow_table()
        return table


def _connect() -> Any:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        from adbc_driver_sqlite import dbapi as sqlite

        return sqlite.connect(f"file:{quote(str(settings['NAME']))}?mode=ro")
    from adbc_driver_postgresql import dbapi as postgresql

    return postgresql.connect(_address(settings))


def _begin(source: Any) -> None:
    if connection.vendor == "postgresql":
        with closing(source.cursor()) as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _address(settings: dict[str, Any]) -> str:
    """A libpq address; every part is quoted, a host may be a socket folder."""
    parts = {
        "dbname": settings["NAME"], "user": settings["USER"], "password": settings["PASSWORD"],
        "host": settings["HOST"], "port": settings["PORT"],
    }  # fmt: skip
    return "postgresql:///?" + "&".join(
        f"{key}={quote(str(value), safe='')}" for key, value in parts.items() if value
    )
