from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RecordsConfig(AppConfig):
    name = "hengke.engines.records"
    label = "records"

    def ready(self) -> None:
        """Read every app's declarations (`records.py`)."""
        autodiscover_modules("records")
