"""Many changed rows written under one event: version, time, journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hengke.engines.access import journal
from hengke.engines.access.models import Event
from hengke.engines.records.writing import bulk
from hengke.kernel import clock


def store(
    event: Event, rows: Sequence[Any], before: Mapping[int, journal.State], attributes: Sequence[str]
) -> None:
    """Write these attributes of records of one model; `before` are their states; nothing else was changed."""
    if not rows:
        return
    now, model = clock.now(), type(rows[0])
    for row in rows:
        row.version, row.updated_at = row.version + 1, now
    bulk.update(model, rows, (*attributes, "version", "updated_at"))
    journal.write(event, model, dict(before), journal.states(rows))
