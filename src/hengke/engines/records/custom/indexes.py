"""An index for every custom field that can be filtered: over the very expression that queries use."""

from __future__ import annotations

from typing import Any

from django.db import connection

from hengke.engines.access import labels
from hengke.engines.records.custom import definitions
from hengke.engines.records.custom.columns import typed
from hengke.engines.records.custom.definitions import made_field
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType


def create(record: RecordType, row: CustomField) -> None:
    """Make the index of one field; nothing happens when it is there."""
    field = made_field(row)
    column: Any = field.column
    if not row.filter or field.computed is not None or field.kind.many or field.kind.control == "area":
        return
    quote, meta = connection.ops.quote_name, record.model._meta
    key: Any = meta.pk
    value = typed(column, field.name, quote("extra"), connection.vendor)
    name, table = quote(_name(row)), quote(meta.db_table)
    # Names of the system's own making; PostgreSQL wants an expression within brackets of its own.
    # Rows of all made objects lie in one table, and every list of one of them begins with its kind.
    before = f"{quote('kind_id')}, " if labels.is_made(record.subject) else ""
    sql = f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({before}({value}), {quote(key.column)})"
    if connection.vendor == "postgresql":
        # It makes no index while checks of rows written before in the same transaction are waiting.
        connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute(f"ANALYZE {table}")


def drop(row: CustomField) -> None:
    """Remove the index of one field, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(_name(row))}")


def complete() -> None:
    """Make every index that is missing."""
    definitions.refresh()
    records = {record.slug: record for record in registry.all_records()}
    for row in CustomField.objects.filter(deleted_at=None, filter=True):
        if row.record in records:
            create(records[row.record], row)


def _name(row: CustomField) -> str:
    return f"custom_{row.key}"
