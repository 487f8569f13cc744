"""What people chose about reading a source; addresses of databases are encrypted from here on."""

from typing import Any

from django.db import migrations, models

from hengke.modules.insight.services import sealing


def seal(apps: Any, schema_editor: Any) -> None:
    for source in apps.get_model("insight", "Source").objects.all():
        said = source.connection
        if "url" in said:
            source.connection = sealing.connection_of(said["url"], said["query"])
            source.save(update_fields=["connection"])


def unseal(apps: Any, schema_editor: Any) -> None:
    for source in apps.get_model("insight", "Source").objects.all():
        said = source.connection
        if "sealed" in said:
            source.connection = {"url": sealing.unseal(said["sealed"]), "query": said["query"]}
            source.save(update_fields=["connection"])


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="source", name="reading", field=models.JSONField(blank=True, default=dict)
        ),
        migrations.RunPython(seal, unseal),
    ]
