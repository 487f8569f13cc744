from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hengke.engines.jobs"
    label = "jobs"
