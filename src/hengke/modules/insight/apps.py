from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "hengke.modules.insight"
    label = "insight"

    def ready(self) -> None:
        from hengke.modules.insight import tasks  # noqa: F401  (declares the jobs)
