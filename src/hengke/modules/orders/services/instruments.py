"""What a commission does to the customer's instruments: where they are, and when they are due next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hengke.engines.access import journal
from hengke.engines.access.models import Event
from hengke.engines.records.writing import journalled
from hengke.modules.customers.enums import InstrumentState
from hengke.modules.customers.models import Instrument
from hengke.modules.orders.enums import IN_HOUSE, LineState
from hengke.modules.orders.models import Certificate, CommissionLine


def follow(lines: Sequence[CommissionLine], event: Event) -> None:
    """What lies in the house is at the laboratory; what was collected or returned is in use again."""
    wanted = {}
    for line in lines:
        if line.instrument_id and line.state in IN_HOUSE:
            wanted[line.instrument_id] = InstrumentState.AT_LABORATORY
        elif line.instrument_id and line.state in (
            LineState.COLLECTED,
            LineState.RETURNED,
            LineState.CANCELLED,
        ):
            wanted[line.instrument_id] = InstrumentState.IN_USE
    rows = [
        row
        for row in Instrument.objects.filter(pk__in=wanted)
        if row.state != wanted[row.pk]
        and row.state in (InstrumentState.IN_USE, InstrumentState.AT_LABORATORY)
    ]
    before = journal.states(rows)
    for row in rows:
        row.state = wanted[row.pk]
    journalled.store(event, rows, before, ("state",))


def next_due(certificates: Iterable[Certificate], event: Event) -> None:
    """An issued certificate sets when its instrument was done last and is due next."""
    by_instrument = {c.line.instrument_id: c for c in certificates if c.line.instrument_id}
    rows = list(Instrument.objects.filter(pk__in=by_instrument))
    before = journal.states(rows)
    for row in rows:
        certificate = by_instrument[row.pk]
        row.last_done, row.due = certificate.done_on, certificate.valid_until
        row.laboratory = certificate.laboratory or row.laboratory
        row.submissions += 1
    journalled.store(event, rows, before, ("last_done", "due", "laboratory", "submissions"))
