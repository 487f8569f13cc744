"""Rows that were journalled before lots get theirs: what is sealed from now on is what stands there now."""

import secrets
from itertools import groupby
from typing import Any

from django.db import migrations

from hengke.engines.access.lots import lot_digest, row_digest, text

LOT = 2_000


def give_lots(apps: Any, schema_editor: Any) -> None:
    journal, lot_model = apps.get_model("access", "RowJournal"), apps.get_model("access", "JournalLot")
    after = 0
    columns = ("pk", "event_id", "model", "row_id", "before", "after")
    while found := list(journal.objects.filter(pk__gt=after).order_by("pk").values_list(*columns)[:LOT]):
        after = found[-1][0]
        for event, rows in groupby(found, key=lambda row: row[1]):
            salt, digests = secrets.token_hex(16), []
            for pk, event_id, model, row_id, before, now in rows:
                entry = (event_id, model, row_id, text(before), text(now))
                digests.append((pk, row_digest(salt, entry)))
            lot = lot_model.objects.create(
                event_id=event,
                count=len(digests),
                salt=salt,
                digest=lot_digest(salt, (d for _pk, d in digests)),
            )
            with schema_editor.connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE access_rowjournal SET lot_id = %s, digest = %s WHERE id = %s",
                    [(lot.pk, digest, pk) for pk, digest in digests],
                )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_journal_lots"),
    ]

    operations = [
        migrations.RunPython(give_lots, migrations.RunPython.noop),
    ]
