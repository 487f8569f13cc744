from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "hengke.modules.catalog"
    label = "catalog"
