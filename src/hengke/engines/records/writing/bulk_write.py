"""Many changes of one record type under one event and one journal, so that one undo takes all of them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models, transaction

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.declarations import RecordType
from hengke.engines.records.writing import services
from hengke.kernel.errors import HengkeError

LIMIT = 1_000


@dataclass(frozen=True)
class Change:
    """One thing to do: `run` does it within the transaction and gives back the object."""

    key: str
    run: Callable[[], models.Model]


@dataclass
class Outcome:
    """What became of the changes, by key; `event` is None when none was made."""

    event: int | None = None
    done: dict[str, models.Model] = field(default_factory=dict)
    failed: dict[str, HengkeError] = field(default_factory=dict)


def write(
    record: RecordType,
    changes: Sequence[Change],
    *,
    actor: Actor,
    asked: Mapping[str, int],
    all_or_nothing: bool,
) -> Outcome:
    """Make the changes one after the other; a failed one leaves nothing behind, nor does any of them when one fails
    and `all_or_nothing`. Every change is tried, so that all that is wrong is known at once.
    """
    outcome = Outcome()
    with transaction.atomic(), services.together(record, actor=actor, asked=asked) as bundle:
        for change in changes:
            try:
                with transaction.atomic():
                    outcome.done[change.key] = change.run()
            except HengkeError as error:
                outcome.failed[change.key] = error
        if not outcome.done or (outcome.failed and all_or_nothing):
            transaction.set_rollback(True)
            outcome.done = {}
        else:
            bundle.finish()
            outcome.event = bundle.event.pk
    return outcome
