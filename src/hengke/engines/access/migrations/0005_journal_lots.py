"""Rows of the journal come under seal, in lots."""

import django.db.models.deletion
from django.db import migrations, models


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
        migrations.AddField(
            model_name="rowjournal", name="digest", field=models.CharField(default="", max_length=32)
        ),
    ]
