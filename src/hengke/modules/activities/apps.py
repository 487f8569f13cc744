from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "hengke.modules.activities"
    label = "activities"
