"""Another kind for a field that holds values already: look first, then convert; what does not fit is kept aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hengke.engines.access import grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.custom import definitions, indexes, services
from hengke.engines.records.custom.controls import check
from hengke.engines.records.custom.services import SUBJECT, Draft
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema.declarations import Field, RecordType
from hengke.engines.records.writing import bulk
from hengke.kernel import clock
from hengke.kernel.errors import HengkeError, InputError

SHOWN = 20
REFERRING = ("reference", "person", "file")


@dataclass(frozen=True)
class Preview:
    """How many values fit the new kind, how many do not, and some of these in words."""

    fitting: int
    unfitting: int
    examples: tuple[str, ...]


def preview(record: RecordType, row: CustomField, draft: Draft) -> Preview:
    """What a change of kind would do; reads every value once."""
    old, new = _fields(record, row, draft)
    fitting, unfitting, examples = 0, 0, dict[str, None]()
    for rows in services.chunks(services.holders(record, row)):
        for target in rows:
            if _converted(old, new, target) is None:
                unfitting += 1
                if len(examples) < SHOWN:
                    examples[old.kind.plain(old.key_of(target))[:80]] = None
            else:
                fitting += 1
    return Preview(fitting, unfitting, tuple(examples))


def convert(record: RecordType, row: CustomField, draft: Draft, *, actor: Actor) -> Event:
    """Change the kind and every value; one event takes all of it back, what did not fit included."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        row = CustomField.objects.select_for_update().get(pk=row.pk)
        old, new = _fields(record, row, draft)
        before = journal.states((row,))
        for name, value in services.checked(record, draft, row).items():
            setattr(row, name, value)
        row.save()
        event = services.tell("converted", row, actor)
        journal.write(event, CustomField, before, journal.states((row,)))
        # The index goes first: it would not take a value of the new kind.
        indexes.drop(row)
        for rows in services.chunks(services.holders(record, row)):
            states = journal.states(rows)
            for target in rows:
                new.put(target, _converted(old, new, target))
                target.version, target.updated_at = target.version + 1, clock.now()
            bulk.update(record.model, rows, ("extra", "version", "updated_at"))
            journal.write(event, record.model, states, journal.states(rows))
        services.changed(record, row, actor)
    return event


def possible(row: CustomField) -> list[str]:
    """The kinds that a field can become; what is referred to cannot be guessed from words, and what
    is worked out holds no values."""
    from hengke.engines.records.custom.kinds import OFFERS

    if row.kind in REFERRING or OFFERS[row.kind].worked:
        return []
    return [key for key, offer in OFFERS.items() if key not in REFERRING and not offer.worked]


def _fields(record: RecordType, row: CustomField, draft: Draft) -> tuple[Field, Field]:
    if draft.kind not in possible(row):
        raise InputError("field_conversion", "A field of this kind cannot become one of that kind.")
    values = services.checked(record, draft, row)
    changed = CustomField(pk=row.pk, record=row.record, **values)
    return definitions.made_field(row), replace(definitions.made_field(changed), name=row.key)


def _converted(old: Field, new: Field, target: Any) -> Any:
    """The value as the new kind has it; None when it does not fit."""
    try:
        return check(new, new.kind.parse(old.kind.plain(old.key_of(target)).strip()))
    except (HengkeError, ValidationError):
        return None
