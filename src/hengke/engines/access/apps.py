from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hengke.engines.access"
    label = "access"
