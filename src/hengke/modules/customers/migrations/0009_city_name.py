from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_instrument_facts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["city", "name", "id"], name="customer_city_name"),
        ),
    ]
