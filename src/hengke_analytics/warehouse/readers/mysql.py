"""MySQL and MariaDB servers, read only, by a driver in plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits

SCHEMES = ("mysql://", "mariadb://")
PORT = 3306
_WRITES_FILES = re.compile(r"\binto\s+(?:outfile|dumpfile)\b", re.I)


class RefusedError(Exception):
    """What the server, or the driver before it, objects to."""


class Database:
    """One connection; rows stay on the server until they are asked for."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursors: list[Any] = []

    def prepare(self, *, limited: bool) -> None:
        """Read only, in one snapshot; with `limited`, not for long."""
        import pymysql

        with self._connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            if limited:
                # Seconds in MariaDB, milliseconds in MySQL; each refuses the other's word.
                for words in ("max_statement_time = %s", "max_execution_time = %s * 1000"):
                    with suppress(pymysql.MySQLError):
                        cursor.execute(f"SET SESSION {words}", (limits.SQL_SECONDS,))
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")

    def execute(self, sql: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
        """Column names and streaming rows."""
        if _WRITES_FILES.search(sql):
            # A transaction that only reads does not keep a server from writing files.
            raise InputError("bad_query", "Name a table, or write one query that begins with SELECT or WITH.")
        cursor = self._connection.cursor()
        self._cursors.append(cursor)
        cursor.execute(sql)
        return tuple(column[0] for column in cursor.description or ()), iter(cursor)

    def abandon(self) -> None:
        """Close without fetching what nobody asked for: the driver would read a million rows to their end."""
        for cursor in self._cursors:
            if (result := cursor._result) is not None:
                result.unbuffered_active = False
        self._connection.close()


def is_address(url: str) -> bool:
    """Whether `url` names such a server."""
    return url.startswith(SCHEMES)


@contextmanager
def connected(url: str, *, limited: bool) -> Iterator[Database]:
    """A read-only connection in one snapshot; `limited` ends its queries after a preview's time.

    RefusedError carries the server's own words, or the driver's about the address.
    """
    try:
        import pymysql
    except ImportError as error:
        raise InputError(
            "no_mysql", "MySQL and MariaDB sources need the extra package: install hengke[mysql]."
        ) from error
    try:
        database = Database(_opened(urlsplit(url), limited=limited))
        try:
            database.prepare(limited=limited)
            yield database
        finally:
            database.abandon()
    except (pymysql.MySQLError, ValueError) as error:
        raise RefusedError(str(error.args[-1] if error.args else error)) from error


def _opened(place: SplitResult, *, limited: bool) -> Any:
    import pymysql
    from pymysql.cursors import SSCursor

    return pymysql.connect(
        host=place.hostname or "localhost",
        port=place.port or PORT,
        user=unquote(place.username or ""),
        password=unquote(place.password or ""),
        database=unquote(place.path.lstrip("/")) or None,
        charset="utf8mb4",
        connect_timeout=10,
        read_timeout=limits.SQL_SECONDS * 3 if limited else limits.READ_SECONDS,
        local_infile=False,
        cursorclass=SSCursor,
    )
