"""A journal from before lots comes under seal by migration, whichever of the migrations has run already."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from hengke.engines.access.lots import lot_digest, row_digest, text

pytestmark = pytest.mark.django_db
ALIAS = "old"
ROWS = 2_005  # of the first event: one lot and a bit
STATE = {"name": "甲厂", "city": "合肥市"}


@pytest.fixture
def old(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    """A database of its own as it was before lots, with rows of two events."""
    settings = {**connections["default"].settings_dict, "NAME": str(tmp_path / "old.sqlite3")}
    settings |= {
        "ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}, "HOST": "", "PORT": "", "USER": "", "PASSWORD": "",
    }  # fmt: skip
    connections[ALIAS] = DatabaseWrapper(settings, ALIAS)
    try:
        found = connections[ALIAS]
        _migrate(found, "0004_rights_as_rows")
        _fill(found)
        yield found
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]


def _migrate(database: DatabaseWrapper, name: str) -> None:
    MigrationExecutor(database).migrate([("access", name)])


def _fill(database: DatabaseWrapper) -> None:
    event = (
        "INSERT INTO access_event (id, at, kind, channel, subject_type, audience, payload, salt, digest, address, device)"
        " VALUES (%s, '2026-01-01 00:00:00', 'edited', 'page', '', '', '{}', '', '', '', '')"
    )
    row = (
        "INSERT INTO access_rowjournal (event_id, model, row_id, before, after) VALUES (%s, 'customers.customer', %s,"
        " NULL, %s)"
    )
    with database.cursor() as cursor:
        cursor.executemany(event, [(1,), (2,)])
        # As Django writes JSON: other spaces and escapes than digests are made from.
        cursor.executemany(row, [(1 if n < ROWS else 2, n, json.dumps(STATE)) for n in range(ROWS + 1)])


def _columns(database: DatabaseWrapper) -> set[tuple[str, int, str | None]]:
    with database.cursor() as cursor:
        cursor.execute("SELECT name, \"notnull\", dflt_value FROM pragma_table_info('access_rowjournal')")
        return set(cursor.fetchall())


def _indexed(database: DatabaseWrapper) -> set[tuple[str, ...]]:
    with database.cursor() as cursor:
        found = database.introspection.get_constraints(cursor, "access_rowjournal").values()
    return {tuple(one["columns"]) for one in found if one["index"]}


def _check_rows(database: DatabaseWrapper) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT id, event_id, count, salt, digest FROM access_journallot ORDER BY id")
        lots = cursor.fetchall()
        assert [(event, count) for _key, event, count, _salt, _digest in lots] == [(1, 2_000), (1, 5), (2, 1)]
        for key, event, _count, salt, digest in lots:
            cursor.execute(
                "SELECT row_id, after, digest FROM access_rowjournal WHERE lot_id = %s ORDER BY id", [key]
            )
            rows = cursor.fetchall()
            assert {after for _row, after, _digest in rows} == {json.dumps(STATE)}
            digests = [row_digest(salt, (event, "customers.customer", r[0], None, text(STATE))) for r in rows]
            assert [r[2] for r in rows] == digests
            assert digest == lot_digest(salt, digests)


def test_old_rows_come_under_seal_in_one_copy(old: DatabaseWrapper) -> None:
    _migrate(old, "0007_every_row_in_a_lot")
    _check_rows(old)
    assert {("lot_id", 1, None), ("digest", 1, None), ("after", 0, None)} <= _columns(old)
    assert {("event_id",), ("lot_id",), ("model", "row_id")} <= _indexed(old)


def test_a_journal_whose_lots_were_given_in_place_is_settled_afterwards(
    old: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = import_module("hengke.engines.access.migrations.0006_lots_of_old_rows")
    _migrate(old, "0005_journal_lots")
    monkeypatch.setattr(old, "vendor", "another")  # the way of PostgreSQL, and of this migration formerly
    apps = MigrationExecutor(old).loader.project_state([("access", "0005_journal_lots")]).apps
    editor = type("Editor", (), {"connection": old})
    migration.give_lots(apps, editor)
    monkeypatch.undo()
    MigrationExecutor(old).migrate([("access", "0006_lots_of_old_rows")], fake=True)
    _migrate(old, "0007_every_row_in_a_lot")
    _check_rows(old)
    assert {("lot_id", 1, None), ("digest", 1, None)} <= _columns(old)
