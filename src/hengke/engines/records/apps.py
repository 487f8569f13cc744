from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RecordsConfig(AppConfig):
    name = "hengke.engines.records"
    label = "records"

    def ready(self) -> None:
        """Read every app's declarations (`records.py`)."""
        from hengke.engines.records.importing import job  # noqa: F401  (declares the job)

        autodiscover_modules("records")
