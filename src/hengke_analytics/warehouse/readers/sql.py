"""SQLite files and SQL servers, read only: a table, or a query that a declared source names."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits, mysql
from hengke_analytics.warehouse.readers.cells import as_text
from hengke_analytics.warehouse.readers.inspection import Inspection, Numbered, Sheet, table_of

FETCH = 2_000
_TABLE = re.compile(r"(?:\w+\.)?\w[\w $-]*")
_READS = frozenset(
    [sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE]
)


@dataclass(frozen=True, slots=True)
class SqlSource:
    """A database and what to read from it: `sqlite:///path`, `postgresql://…` or `mysql://…`, a table's name
    or one SELECT.

    A query should ORDER BY something stable, so that an interrupted import goes on where it stopped.
    """

    url: str = field(repr=False)
    table_or_query: str

    @property
    def sql(self) -> str:
        """The SELECT to run."""
        text = self.table_or_query.strip().rstrip(";")
        if re.match(r"(?:select|with)\s", text, re.I):
            return text
        if not _TABLE.fullmatch(text):
            raise InputError("bad_query", "Name a table, or write one query that begins with SELECT or WITH.")
        mark = "`" if mysql.is_address(self.url) else '"'
        return _select(*text.split("."), mark=mark)


def inspect(source: Path | SqlSource, name: str | None = None) -> Inspection:
    """A SQLite file's tables and views, or the result of a declared source's query."""
    if isinstance(source, Path):
        found = SqlSource(f"sqlite:///{source.resolve()}", "sqlite_master")
        with _connected(found.url, limited=True) as database:
            tables = _tables(database)
        sheets = tuple(_sheet(found.url, table, _select(table)) for table in tables)
        if not sheets:
            raise InputError("empty_file", "The database holds no tables.")
        return Inspection(name or source.name, "sqlite", source.stat().st_size, sheets)
    kind = "sqlite" if _is_sqlite(source.url) else "mysql" if mysql.is_address(source.url) else "postgres"
    return Inspection(name or source.table_or_query[:60], kind, 0, (_sheet(source.url, "", source.sql),))


def rows(source: Path | SqlSource, sheet: str) -> Iterator[Numbered]:
    """All rows in the order in which the database gives them, numbered from 1."""
    if isinstance(source, Path):
        source = SqlSource(f"sqlite:///{source.resolve()}", sheet)
    sql = source.sql if not sheet else _select(sheet)
    with _connected(source.url, limited=False) as database:
        yield from _numbered(database.execute(sql)[1])


class _Database(Protocol):
    def execute(self, sql: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
        """Column names and streaming rows."""


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
        cursor = self._connection.execute(sql)
        return tuple(column[0] for column in cursor.description), iter(cursor)


class _Postgres:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
        # A named cursor stays on the server: a million rows do not travel at once.
        cursor = self._connection.cursor(name="hengke_source")
        cursor.itersize = FETCH
        cursor.execute(sql)
        return tuple(column.name for column in cursor.description), iter(cursor)


@contextmanager
def _connected(url: str, *, limited: bool) -> Iterator[_Database]:
    """A read-only connection; `limited` ends its queries after a preview's time."""
    if _is_sqlite(url):
        with _sqlite(Path(unquote(urlsplit(url).path)), limited=limited) as database:
            yield database
    elif url.startswith(("postgresql://", "postgres://")):
        with _postgres(url, limited=limited) as database:
            yield database
    elif mysql.is_address(url):
        try:
            with mysql.connected(url, limited=limited) as database:
                yield database
        except mysql.RefusedError as error:
            raise _refused(error, url) from None
    else:
        raise _unknown(url)


@contextmanager
def _sqlite(path: Path, *, limited: bool) -> Iterator[_Database]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = _text
            connection.execute("pragma trusted_schema = off")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * limits.MEGABYTE)
            connection.set_authorizer(_reads_only)
            if limited:
                end = time.monotonic() + limits.SQL_SECONDS
                connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
            yield _Sqlite(connection)
    except (sqlite3.Error, ValueError) as error:
        raise _refused(error) from error


@contextmanager
def _postgres(url: str, *, limited: bool) -> Iterator[_Database]:
    try:
        import psycopg
    except ImportError as error:
        raise InputError(
            "no_postgres", "PostgreSQL sources need the extra package: install hengke[postgres]."
        ) from error
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            connection.read_only = True
            # One snapshot for the whole read, whatever others write meanwhile.
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            if limited:
                connection.execute(f"set statement_timeout = {limits.SQL_SECONDS * 1000}")
            yield _Postgres(connection)
    except psycopg.Error as error:
        raise _refused(error, url) from None


def _sheet(url: str, name: str, sql: str) -> Sheet:
    with _connected(url, limited=True) as database:
        headers, found = database.execute(sql)
        sample = tuple(_numbered(islice(found, limits.SAMPLE_ROWS)))
    count = _count(url, sql)
    return table_of(name, headers, iter(sample), count or len(sample), exact=count is not None)


def _count(url: str, sql: str) -> int | None:
    """Rows of the result, or None when counting takes too long."""
    try:
        with _connected(url, limited=True) as database:
            return int(str(next(database.execute(f"select count(*) from ({sql}) as counted")[1])[0]))  # noqa: S608
    except InputError:
        return None


def _tables(database: _Database) -> list[str]:
    own = "name glob 'sqlite_*'"
    sql = f"select name from sqlite_master where type in ('table', 'view') and not {own} order by 1"  # noqa: S608
    return [str(name) for (name,) in islice(database.execute(sql)[1], limits.MOST_SHEETS)]


def _numbered(found: Iterator[tuple[object, ...]]) -> Iterator[Numbered]:
    for line, values in enumerate(found, 1):
        yield line, tuple(as_text(value) for value in values)


def _select(*name: str, mark: str = '"') -> str:
    quoted = ".".join(mark + part.replace(mark, mark * 2) + mark for part in name)
    return f"select * from {quoted}"  # noqa: S608 - quoted above


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:///")


def _reads_only(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _text(data: bytes) -> str:
    """Old programs put GB18030 bytes into SQLite, which never checks."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _unknown(url: str) -> InputError:
    if url.startswith(("mssql", "sqlserver", "access")):
        return InputError(
            "database_by_export",
            "SQL Server and Access are not read directly: export the table as csv or xlsx there (SQL Server: "
            "Tasks, Export Data; Access: External Data, Export) and hand in the file.",
        )
    return InputError(
        "unknown_database",
        "Give an address that begins with sqlite:///, postgresql://, mysql:// or https://.",
    )


def _refused(error: Exception, url: str = "") -> InputError:
    """The database's own words; some drivers repeat the address, and with it the password."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    # Not by urlsplit: it may be the address itself that is wrong.
    secret = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    for part in (url, secret, unquote(secret)):
        reason = reason.replace(part, "…") if part else reason
    return InputError("database_refused", "The database refuses: {reason}", reason=reason)
