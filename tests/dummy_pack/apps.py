from django.apps import AppConfig


class DummyPackConfig(AppConfig):
    name = "tests.dummy_pack"
    label = "dummy_pack"
