"""What an institution added itself: words of customers, and objects of its own, each as a table of the warehouse.

Their columns are known only when the warehouse is built. A feed names a column by key and type, "c12_n2", as the
operational database does: n0 to n6 a number with so many decimals in whole units, d a day, t a moment, b yes or no;
every other column is kept as it comes. A column that ends in "_customer_id" names a customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

WORDS = "own"
"""The feed of words of customers; the table is `dim_own`."""
OBJECT = re.compile(r"object_o[0-9]+")
"""The feeds, and tables, of objects."""
_TYPED = re.compile(r"(c[0-9]+)_(n[0-6]|d|t|b)")
_NAMES = re.compile(r"(c[0-9]+)_customer_id")


def load(connection: Any, feeds: Iterable[str]) -> None:
    """Make the tables anew from the feeds that are registered under these names."""
    names = [name for name in feeds if OBJECT.fullmatch(name)]
    for name in _stored(connection):
        connection.execute(f'DROP TABLE "{name}"')
    for name in names:
        columns = ", ".join(_typed(column) for column in _columns(connection, f"feed_{name}"))
        connection.execute(f'CREATE TABLE "{name}" AS SELECT {columns} FROM "feed_{name}" ORDER BY row_id')  # noqa: S608
    if WORDS in feeds:
        connection.execute(f"CREATE TABLE dim_own AS {_words(connection, names)}")


def count_column(table: str, column: str) -> str:
    """The column of `dim_own` that counts the rows of an object whose field `column` names the customer."""
    return f"{table.removeprefix('object_')}_{column}"


def _words(connection: Any, objects: list[str]) -> str:
    """Words of customers, and beside them how many rows of each object name the customer."""
    select, joins = ["w.*"], []
    for name in objects:
        for column in _columns(connection, name):
            if found := _NAMES.fullmatch(column):
                counted = count_column(name, found[1])
                select.append(f'coalesce("{counted}".n, 0) AS "{counted}"')
                joins.append(
                    f'LEFT JOIN (SELECT "{column}" AS customer_id, count(*) AS n FROM "{name}" GROUP BY 1)'  # noqa: S608
                    f' "{counted}" USING (customer_id)'
                )
    return f"SELECT {', '.join(select)} FROM feed_own w {' '.join(joins)} ORDER BY customer_id"  # noqa: S608


def _stored(connection: Any) -> list[str]:
    found = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return [name for (name,) in found if name == "dim_own" or OBJECT.fullmatch(name)]


def _columns(connection: Any, table: str) -> list[str]:
    return [row[0] for row in connection.execute(f'DESCRIBE SELECT * FROM "{table}"').fetchall()]  # noqa: S608


def _typed(column: str) -> str:
    found = _TYPED.fullmatch(column)
    if found is None:
        return f'"{column}"'
    name, word = found[1], found[2]
    value = f"nullif(\"{column}\", '')"
    if word == "n0":
        return f'CAST({value} AS BIGINT) AS "{name}"'
    if word[0] == "n":
        digits = int(word[1:])
        # Dividing decimals yields a double; scaling the type down is exact.
        return f'CAST(CAST({value} AS DECIMAL(20,0)) * 0.{"0" * (digits - 1)}1 AS DECIMAL(20,{digits})) AS "{name}"'
    return f'CAST({value} AS {_TYPES[word]}) AS "{name}"'


_TYPES = {"d": "DATE", "t": "TIMESTAMP", "b": "BOOLEAN"}
