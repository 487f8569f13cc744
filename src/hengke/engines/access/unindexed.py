"""A column whose own index must stay out of SQLite's choice, because another index serves the order."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Transform
from django.db.models.sql.compiler import SQLCompiler


@models.CharField.register_lookup
class Unindexed(Transform):
    """The column's value, taken from the row."""

    lookup_name = "unindexed"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """Just the column; other databases need no help."""
        return compiler.compile(self.lhs)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, Any]:
        sql, parameters = compiler.compile(self.lhs)
        return f"+{sql}", parameters
