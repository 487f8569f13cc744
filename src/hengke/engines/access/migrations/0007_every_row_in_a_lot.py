"""No row of the journal without a lot; and rows are found by the object that they are about."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


class Settle(migrations.AlterField):
    """A column that may no longer be empty; on SQLite the copy that 0006 made has it so, and needs no further one."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        if schema_editor.connection.vendor != "sqlite" or not _is_settled(schema_editor, model, column):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def _is_settled(schema_editor: Any, model: Any, column: str) -> bool:
    """Whether the column refuses NULL and has no default of its own."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            'SELECT name, "notnull", dflt_value FROM pragma_table_info(%s)', [model._meta.db_table]
        )
        return (column, 1, None) in cursor.fetchall()


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_lots_of_old_rows"),
    ]

    operations = [
        Settle(
            model_name="rowjournal",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="access.journallot"
            ),
        ),
        Settle(model_name="rowjournal", name="digest", field=models.CharField(max_length=32)),
        migrations.AddIndex(
            model_name="rowjournal", index=models.Index(fields=["model", "row_id"], name="journal_row")
        ),
    ]
