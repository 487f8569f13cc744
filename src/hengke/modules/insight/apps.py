from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "hengke.modules.insight"
    label = "insight"

    def ready(self) -> None:
        from hengke.engines.records.importing.tables import register_reader
        from hengke.engines.records.similar import register_similar
        from hengke.modules.insight import panels, receivers, tasks  # noqa: F401  (declare listeners and jobs)
        from hengke.modules.insight.pages import jobs
        from hengke.modules.insight.services.similar import similar_customers
        from hengke.modules.insight.services.tables import TableReader

        panels.register()
        jobs.declare()
        register_similar("customers", similar_customers)
        register_reader(TableReader())
