from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "hengke.engines.notices"
    label = "notices"

    def ready(self) -> None:
        from hengke.engines.notices import ending, work

        work.listen()
        ending.listen()
