"""Rows of the journal come under seal, in lots."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


class AddText(migrations.AddField):
    """A column of texts that are empty at first, for which SQLite need not copy the table; 0006 does so anyway."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        name, length = schema_editor.quote_name(self.name), self.field.max_length
        schema_editor.execute(
            f"ALTER TABLE {schema_editor.quote_name(table)} ADD COLUMN {name} varchar({length}) NOT NULL DEFAULT ''"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_rights_as_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalLot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("salt", models.CharField(max_length=32)),
                ("digest", models.CharField(max_length=64)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="access.event"
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="eventseal",
            name="event",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seal",
                to="access.event",
            ),
        ),
        migrations.AddField(
            model_name="eventseal",
            name="lot",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seal",
                to="access.journallot",
            ),
        ),
        migrations.AddField(model_name="eventseal", name="rows_of", field=models.BigIntegerField(null=True)),
        migrations.AddField(
            model_name="rowjournal",
            name="lot",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rows",
                to="access.journallot",
            ),
        ),
        AddText(model_name="rowjournal", name="digest", field=models.CharField(default="", max_length=32)),
    ]
