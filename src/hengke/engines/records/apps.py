from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "hengke.engines.records"
    label = "records"

    def ready(self) -> None:
        """Read every app's declarations (`records.py`)."""
        from hengke.engines.access import carried, grants
        from hengke.engines.jobs import queue
        from hengke.engines.records import tasks  # noqa: F401  (declares jobs)
        from hengke.engines.records.custom import (
            definitions,
            kept_privacy,
            markup,
            objects,  # noqa: F401  (declares a job)
            referring,
        )
        from hengke.engines.records.importing import job  # noqa: F401  (declares the job)
        from hengke.engines.records.reading import timeline
        from hengke.engines.records.schema import registry

        autodiscover_modules("records")
        timeline.register_timeline(registry.EVERY, referring.entries)
        _name_objects()
        kept_privacy.declare()
        carried.carry("definitions_stamp", definitions.stamp_query, definitions.refresh)
        queue.before_each(definitions.refresh)
        grants.also_for(lambda: [record.subject for record in registry.made()])
        connection_created.connect(markup.teach)
        post_migrate.connect(_complete_indexes, sender=self)
        post_migrate.connect(_analyse, sender=self)


def _complete_indexes(*, plan: Sequence[Any] = (), **_: Any) -> None:
    """A migration that makes a table of SQLite anew knows nothing of the indexes of custom fields."""
    from hengke.engines.records.custom import indexes

    if plan:
        indexes.complete()


def _analyse(*, plan: Sequence[Any] = (), **_: Any) -> None:
    """A new index without figures looks better than it is, and takes plans away from the right one."""
    from hengke.engines.records.writing import bulk

    if plan:
        bulk.analyse()


def _name_objects() -> None:
    """Let the audit name records and lead to them."""
    from hengke.engines.access.audit import words
    from hengke.engines.records.schema import naming, registry

    words.say({
        "file.kept": _("File sent for a field"),
        "object.created": _("Object of your own added"), "object.changed": _("Object of your own changed"),
        "object.deleted": _("Object of your own removed"), "object.restored": _("Object of your own brought back"),
        "layout.changed": _("Layout changed"), "layout.reset": _("Layout back to what was delivered"),
    })  # fmt: skip
    words.also_of(lambda: [record.subject for record in registry.made()])
    records = registry.all_records()
    party = next((record.subject for record in records if record.party == "pk"), "")
    words.register_objects(naming.things, *(record.subject for record in records), party=party)
