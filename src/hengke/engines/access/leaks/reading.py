"""Reading that leaves a trace: records marked sensitive."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import usage
from hengke.engines.access.leaks.models import SensitiveRecord
from hengke.engines.access.prepared import Prepared

SUBJECT = "access.protection"


def told(actor: Actor, target: models.Model) -> bool:
    """Count that the actor opened a record, and record it when it is marked sensitive; one query. True if so."""
    usage.opened(actor)
    if not is_sensitive(target):
        return False
    # Without the customer: only what changes something says that people keep it as it is.
    events.record("record.read", actor=actor, subject=target, payload={"name": str(target)})
    return True


def is_sensitive(target: models.Model) -> bool:
    """Whether every opening of the record is recorded."""
    return bool(_marks(target._meta.label_lower, target.pk))


_marks = Prepared[int](
    lambda subject, pk: SensitiveRecord.objects.filter(subject_type=subject, subject_id=pk).values_list(
        "pk", flat=True
    )
)


def mark(target: models.Model, *, sensitive: bool, actor: Actor) -> None:
    """Say whether openings of a record are recorded from now on."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        if sensitive:
            SensitiveRecord.objects.get_or_create(**_key(target))
        else:
            SensitiveRecord.objects.filter(**_key(target)).delete()
        kind = "record.marked" if sensitive else "record.unmarked"
        events.record(kind, actor=actor, subject=target, payload={"name": str(target)})


def _key(target: models.Model) -> dict[str, Any]:
    return {"subject_type": target._meta.label_lower, "subject_id": target.pk}
