from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "hengke.modules.insight"
    label = "insight"

    def ready(self) -> None:
        from hengke.modules.insight import panels, receivers, tasks  # noqa: F401  (declare listeners and jobs)
        from hengke.modules.insight.pages import jobs

        panels.register()
        jobs.declare()
