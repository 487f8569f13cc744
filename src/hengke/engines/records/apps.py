from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "hengke.engines.records"
    label = "records"
