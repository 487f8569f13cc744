"""The full-text table and the order by weight."""

from typing import Any

from django.db import migrations, models


def make(apps: Any, schema_editor: Any) -> None:
    from hengke.engines.records.search.words import PostgresWords, SqliteWords

    kind = PostgresWords if schema_editor.connection.vendor == "postgresql" else SqliteWords
    for statement in kind().create():
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE records_words")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["-weight"], name="search_entry_weight"),
        ),
        migrations.RunPython(make, drop),
    ]
