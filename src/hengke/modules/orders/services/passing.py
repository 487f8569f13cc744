"""Lines pass from state to state: at the counter, in the laboratories, one or hundreds at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.schema import lifecycle, registry
from hengke.engines.records.writing import journalled
from hengke.kernel.errors import Conflict, NotFound
from hengke.modules.orders.enums import LineState
from hengke.modules.orders.models import CommissionLine
from hengke.modules.orders.services import certificates, commissions, instruments

# Reports and hand-over come with the certificate, never without it.
BY_CERTIFICATE = frozenset({LineState.ISSUED, LineState.COLLECTED})


def advance(ids: Collection[int], state: str, *, actor: Actor, note: str = "") -> Event:
    """Take lines to `state`, all or none; the event, whose undo takes all of them back.

    NotFound when one is not the actor's to change, Conflict when the lifecycle has no such step from where it is.
    """
    grants.require(actor, "change", commissions.LINES)
    if state in BY_CERTIFICATE:
        raise Conflict("by_certificate", "Issue or hand over the certificate: the line follows it.")
    record = registry.by_slug("commission-lines")
    wanted = set(ids)
    with transaction.atomic():
        found: Any = CommissionLine.objects.visible_to(actor, "change").filter(pk__in=wanted)
        # Locked by key, because a query with rights may join.
        keys = list(found.values_list("pk", flat=True))
        rows = list(CommissionLine.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        if not wanted or len(rows) != len(wanted):
            raise NotFound(
                "objects_not_found", "Not all of these can be found. Reload the list and choose again."
            )
        for row in rows:
            lifecycle.require_step(record, actor, row, state)
        event = _pass(rows, state, actor, note)
        if state == LineState.ACCEPTED:
            certificates.draft(rows, event)
    return event


def _pass(rows: Sequence[CommissionLine], state: str, actor: Actor, note: str) -> Event:
    parties = {row.customer_id for row in rows}
    event = events.record(
        "commissionline.passed",
        actor=actor,
        subject=rows[0] if len(rows) == 1 else None,
        party_id=parties.pop() if len(parties) == 1 else None,
        audience=rows[0].laboratory if len({row.laboratory for row in rows}) == 1 else "",
        payload={"state": state, "count": len(rows), "note": note},
    )
    before = journal.states(rows)
    for row in rows:
        row.state = state
        if state == LineState.IN_TEST:
            row.handler_id = actor.user_id
        if note:
            row.remark = note
    journalled.store(event, rows, before, ("state", "handler_id", "remark"))
    commissions.note_passages(rows, actor)
    instruments.follow(rows, event)
    commissions.keep_sums({row.commission_id for row in rows}, event)
    return event
