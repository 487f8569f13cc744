"""Rows that were journalled before lots get theirs: what is sealed from now on is what stands there now.

A journal of years is the largest table. SQLite would copy it whole for each changed column, and blank the old copy, so
it is copied once, with lots and digests on the way and the columns as 0007 wants them; PostgreSQL changes in place.
"""

import json
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import migrations

from hengke.engines.access.lots import lot_digest, row_digest, text

LOT = 2_000
TELL_EVERY = 5.0  # seconds
# Key, event, model, row, before and after as text.
Row = tuple[int, int, str, int, str | None, str | None]

_READ = "SELECT id, event_id, model, row_id, before, after FROM access_rowjournal WHERE id > %s ORDER BY id LIMIT %s"
_NEW = (
    'CREATE TABLE "new__access_rowjournal" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, '
    '"model" varchar(60) NOT NULL, "row_id" bigint NOT NULL, '
    '"before" text NULL CHECK ((JSON_VALID("before") OR "before" IS NULL)), '
    '"after" text NULL CHECK ((JSON_VALID("after") OR "after" IS NULL)), '
    '"event_id" bigint NOT NULL REFERENCES "access_event" ("id") DEFERRABLE INITIALLY DEFERRED, '
    '"lot_id" bigint NOT NULL REFERENCES "access_journallot" ("id") DEFERRABLE INITIALLY DEFERRED, '
    '"digest" varchar(32) NOT NULL)'
)
_COPY = (
    "INSERT INTO new__access_rowjournal (id, event_id, model, row_id, before, after, lot_id, digest) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_IN_PLACE = (
    "DROP TABLE access_rowjournal",
    "ALTER TABLE new__access_rowjournal RENAME TO access_rowjournal",
    "CREATE INDEX access_rowjournal_event_id_b57782ec ON access_rowjournal (event_id)",
    "CREATE INDEX access_rowjournal_lot_id_93747603 ON access_rowjournal (lot_id)",
)
_UPDATE = "UPDATE access_rowjournal SET lot_id = %s, digest = %s WHERE id = %s"


def give_lots(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    lots = apps.get_model("access", "JournalLot").objects.using(connection.alias)
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for rows, lot, digests in _lots(cursor, lots):
                found = zip(rows, digests, strict=True)
                cursor.executemany(_UPDATE, [(lot, digest, row[0]) for row, digest in found])
            return
        cursor.execute(_NEW)
        for rows, lot, digests in _lots(cursor, lots):
            found = zip(rows, digests, strict=True)
            cursor.executemany(_COPY, [(*row, lot, digest) for row, digest in found])
        for sql in _IN_PLACE:
            cursor.execute(sql)


def _lots(cursor: Any, lots: Any) -> Iterator[tuple[Sequence[Row], int, Sequence[str]]]:
    """Rows of one event with the key of their new lot and their digests."""
    for piece in _pieces(cursor):
        for event, entries in groupby(piece, key=itemgetter(1)):
            rows, salt = list(entries), secrets.token_hex(16)
            digests = [row_digest(salt, (*row[1:4], _said(row[4]), _said(row[5]))) for row in rows]
            digest = lot_digest(salt, digests)
            yield (
                rows,
                lots.create(event_id=event, count=len(rows), salt=salt, digest=digest).pk,
                digests,
            )


def _pieces(cursor: Any) -> Iterator[list[Row]]:
    """The journal in the order of its keys; tells how far it is when that takes long."""
    cursor.execute("SELECT max(id) FROM access_rowjournal")
    last, after, told = cursor.fetchone()[0] or 0, 0, time.monotonic()
    while after < last:
        cursor.execute(_READ, (after, LOT))
        piece: list[Row] = cursor.fetchall()
        after = piece[-1][0]
        yield piece
        if time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            sys.stderr.write(f"access.0006: {after / last:.0%}\n")


def _said(stored: str | None) -> str | None:
    """A state in the form that digests are made from; the database holds it in one of its own."""
    return None if stored is None else text(json.loads(stored))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_journal_lots"),
    ]

    operations = [
        migrations.RunPython(give_lots, migrations.RunPython.noop),
    ]
