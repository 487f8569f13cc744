"""Insert and update many objects by one prepared statement each.

Django's bulk_create builds a statement as long as its rows and its bulk_update a CASE per cell; both take
several times
longer than the database does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.base import ModelState

from hengke.kernel import clock

Convert = Callable[[Any], Any]


def copies(model: type[models.Model], values: Mapping[str, Any], count: int) -> list[Any]:
    """So many objects as `model(**values)` makes them; its constructor, slower than an insert, runs once."""
    alike = vars(model(**values))
    own = [
        (c.attname, c.default)
        for c in model._meta.concrete_fields
        if c.has_default() and callable(c.default) and c.attname not in values
    ]
    made = []
    for _number in range(count):
        target = model.__new__(model)
        held = vars(target)
        held.update(alike)
        held["_state"] = ModelState()
        for name, default in own:
            held[name] = default()
        made.append(target)
    return made


def insert(model: type[models.Model], objects: Sequence[Any]) -> None:
    """Insert objects without calling save(), and give them their keys; call it inside a transaction."""
    if not objects:
        return
    columns: list[Any] = list(model._meta.concrete_fields)
    now = clock.now()
    stamped = [
        c.attname for c in columns if getattr(c, "auto_now", False) or getattr(c, "auto_now_add", False)
    ]
    for target, key in zip(objects, _new_keys(model, len(objects)), strict=True):
        target.pk = key
        for attribute in stamped:
            setattr(target, attribute, now)
        target._state.adding = False
    quote = connection.ops.quote_name
    names, places = ", ".join(quote(c.column) for c in columns), ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 (names of the model)
    _run(sql, columns, objects)


def insert_values(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Sequence[int]:
    """Insert plain values for the attributes `names`; all other columns get their defaults. Returns the keys."""
    if not rows:
        return []
    key: Any = model._meta.pk
    columns: list[Any] = [c for c in model._meta.concrete_fields if c is not key and c.attname not in names]
    usual = [column.get_db_prep_save(column.get_default(), connection) for column in columns]
    keys = _new_keys(model, len(rows))
    given: list[Any] = [next(c for c in model._meta.concrete_fields if c.attname == name) for name in names]
    quote = connection.ops.quote_name
    written = ", ".join(quote(column.column) for column in (key, *given, *columns))
    places = ", ".join(["%s"] * (1 + len(given) + len(columns)))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({written}) VALUES ({places})"  # noqa: S608 (names of the model)
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(number, *row, *usual) for number, row in zip(keys, rows, strict=True)])
    return keys


def update(model: type[models.Model], objects: Sequence[Any], attributes: Sequence[str]) -> None:
    """Write these attributes of objects that are stored already."""
    if not objects:
        return
    key: Any = model._meta.pk
    columns: list[Any] = [
        next(c for c in model._meta.concrete_fields if c.attname == name) for name in attributes
    ]
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {quote(key.column)} = %s"  # noqa: S608
    _run(sql, [*columns, key], objects)


def analyse() -> None:
    """Let the database count its rows anew, after so many came or went that its plans may not fit any more.

    All of them: with a limit, SQLite takes the thousand rows of one owner for the size of every owner. Half a second
    for 200,000 customers. SQLite's full-text index has nothing to plan; PostgreSQL plans lists by the words in its own.
    """
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    tables += ["records_words"] if connection.vendor == "postgresql" else []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def _run(sql: str, columns: Sequence[Any], objects: Sequence[Any]) -> None:
    rows = list(zip(*(_written(column, objects) for column in columns), strict=True))
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _written(column: Any, objects: Sequence[Any]) -> Iterable[Any]:
    """The values of one column as the driver takes them."""
    values = map(attrgetter(column.attname), objects)
    convert = _converter(column)
    return map(convert, values) if convert else values


def _converter(column: Any) -> Convert | None:
    """How a value becomes what the driver takes; None for those that it takes as they are."""
    if isinstance(column, (models.CharField, models.TextField, models.FloatField)):
        return None
    if isinstance(column, (models.IntegerField, models.ForeignKey)):
        return None
    known: dict[Any, Any] = {}  # most rows share most of their amounts, days and moments

    def convert(value: Any) -> Any:
        several = isinstance(value, (dict, list))
        if several and value:
            return column.get_db_prep_save(value, connection)
        key = type(value) if several else value
        if key not in known:
            known[key] = column.get_db_prep_save(value, connection)
        return known[key]

    return convert


def _new_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Keys that were never used before; the transaction keeps others from taking the same."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            key: Any = model._meta.pk
            sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sql, [table, key.column, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)
