from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "hengke.modules.customers"
    label = "customers"
