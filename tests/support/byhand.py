"""Statements as somebody with the database at hand would write them: references are not checked."""

from __future__ import annotations

import pytest
from django.db import connection

_UNCHECKED = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}


def sql(statement: str, *values: object) -> None:
    """Run one statement within the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCHECKED[connection.vendor])
        cursor.execute(statement, values)


WITHOUT_GAPS = connection.vendor == "sqlite"
gapless = pytest.mark.skipif(not WITHOUT_GAPS, reason="PostgreSQL leaves gaps in its numbers")
"""For what is only noticed where numbers have no gaps."""
