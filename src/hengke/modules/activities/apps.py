from django.apps import AppConfig
from django.db.models import Q


class ActivitiesConfig(AppConfig):
    name = "hengke.modules.activities"
    label = "activities"

    def ready(self) -> None:
        from hengke.engines.records.privacy import places

        places.declare_scope(
            "activities.activity", lambda person: Q(customer=person.party) | Q(contact=person.key)
        )
