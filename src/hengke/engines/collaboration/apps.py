from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "hengke.engines.collaboration"
    label = "collaboration"

    def ready(self) -> None:
        from hengke.engines.collaboration import panels, privacy, receivers, tasks  # noqa: F401  (declares the job)

        panels.register()
        receivers.listen()
        privacy.declare()
