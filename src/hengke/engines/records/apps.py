from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class RecordsConfig(AppConfig):
    name = "hengke.engines.records"
    label = "records"

    def ready(self) -> None:
        """Read every app's declarations (`records.py`)."""
        from hengke.engines.records import tasks  # noqa: F401  (declares jobs)
        from hengke.engines.records.importing import job  # noqa: F401

        autodiscover_modules("records")
        _name_objects()
        post_migrate.connect(_analyse, sender=self)


def _analyse(*, plan: Sequence[Any] = (), **_: Any) -> None:
    """A new index without figures looks better than it is, and takes plans away from the right one."""
    from hengke.engines.records import bulk

    if plan:
        bulk.analyse()


def _name_objects() -> None:
    """Let the audit name records and lead to them."""
    from hengke.engines.access.audit import words
    from hengke.engines.records import naming, registry

    records = registry.all_records()
    party = next((record.subject for record in records if record.party == "pk"), "")
    words.register_objects(naming.things, *(record.subject for record in records), party=party)
