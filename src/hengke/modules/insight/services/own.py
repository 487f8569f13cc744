"""What an institution added itself, for the warehouse: fields of customers, and objects of its own with their fields.

A process may feed the warehouse long after it last heard of definitions, so they are asked for each time.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from hengke.engines.records.custom import definitions
from hengke.engines.records.custom.columns import ReferenceColumn
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field
from hengke.modules.customers.models import Customer

CUSTOMERS = "customers"


def is_word(field: Field) -> bool:
    """Whether the values of a field are members that facts can be grouped by: choices, yes or no, texts, people and
    references. What is worked out, or is of each customer alone (amounts, days, files, long texts), is not.
    """
    if field.computed is not None or field.column is None or field.kind.many:
        return False
    return field.kind.control in ("text", "choice", "reference")


def queries() -> dict[str, str]:
    """The feeds beside those of the star: `own` by customer, and one for each object."""
    definitions.refresh()
    words = [field for field in definitions.fields_of(CUSTOMERS) if is_word(field)]
    found = {"own": _customers(words)}
    for record in registry.made():
        stored = [f for f in definitions.fields_of(record.slug) if f.computed is None]
        number = int(record.slug.removeprefix("o"))
        found[f"object_{record.slug}"] = _object(number, stored)
    return found


def _customers(fields: Iterable[Field]) -> str:
    columns = "".join(f", {_text(field, 'c')} AS {field.name}" for field in fields)
    return (
        f"SELECT c.id AS customer_id{columns} FROM customers_customer c "  # noqa: S608 (keys of our own making)
        "WHERE c.id IN (SELECT customer_id FROM customers_customername)"
    )


def _object(number: int, fields: Iterable[Field]) -> str:
    columns = "".join(f", {_column(field)}" for field in fields)
    return (
        "SELECT r.id AS row_id, r.name, r.number, r.owner_id, coalesce(u.path, '') AS unit_path, "  # noqa: S608
        f"CAST(r.created_at AS TEXT) AS created_at{columns} "
        "FROM records_customrecord r LEFT JOIN access_orgunit u ON u.id = r.unit_id "
        f"WHERE r.kind_id = {number} AND r.deleted_at IS NULL"
    )


def _column(field: Field) -> str:
    """A typed column by the name that the warehouse reads its type from."""
    if isinstance(field.column, ReferenceColumn) and field.column.to is Customer:
        return f"{_key(field, 'r')} AS {field.name}_customer_id"
    word = str(getattr(field.column, "type_word", "s"))
    typed = word if word[0] in "ndtb" else word[0]
    return f"{_text(field, 'r')} AS {field.name}_{typed}"


def _text(field: Field, table: str) -> str:
    """A value as text; '' for none."""
    if connection.vendor == "postgresql":
        return f"coalesce({table}.extra ->> '{field.name}', '')"
    value = f"json_extract({table}.extra, '$.{field.name}')"
    if getattr(field.column, "type_word", "") == "b":  # JSON's true is a number here
        value = f"CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    return f"coalesce(CAST({value} AS TEXT), '')"


def _key(field: Field, table: str) -> str:
    if connection.vendor == "postgresql":
        return f"CAST({table}.extra ->> '{field.name}' AS BIGINT)"
    return f"json_extract({table}.extra, '$.{field.name}')"
