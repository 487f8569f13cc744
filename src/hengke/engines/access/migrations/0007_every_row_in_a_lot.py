"""No row of the journal without a lot; and rows are found by the object that they are about."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_lots_of_old_rows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rowjournal",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="access.journallot"
            ),
        ),
        migrations.AlterField(model_name="rowjournal", name="digest", field=models.CharField(max_length=32)),
        migrations.AddIndex(
            model_name="rowjournal", index=models.Index(fields=["model", "row_id"], name="journal_row")
        ),
    ]
