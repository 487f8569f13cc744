"""Find who must be told, release it, write down the answer, and make the commission of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.schema import lifecycle, registry
from hengke.engines.records.search import index
from hengke.engines.records.writing import bulk, journalled
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.customers.enums import InstrumentState
from hengke.modules.customers.models import Instrument
from hengke.modules.orders.enums import RecallAnswer, RecallState
from hengke.modules.orders.models import RECALL_NUMBER, Commission, RecallItem, RecallProposal
from hengke.modules.orders.services import commissions, pasting

SUBJECT = "orders.recallproposal"
WINDOWS = (30, 60, 90)
LONGEST = 366
LOT = 5_000
CHANGED = (
    "state", "released_by_id", "released_at", "answer", "answered_at", "later_on", "rival", "reason", "commission_id",
)  # fmt: skip

# Instruments in use that become due in the window, with nobody asked about that due day yet.
_DUE = """
SELECT i.customer_id, i.id, i.due, c.owner_id
FROM customers_instrument i JOIN customers_customer c ON c.id = i.customer_id
WHERE i.due >= %s AND i.due <= %s AND i.state = %s AND i.deleted_at IS NULL AND c.deleted_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM orders_recallitem r JOIN orders_recallproposal p ON p.id = r.proposal_id
        WHERE r.instrument_id = i.id AND r.due = i.due AND p.state <> %s AND p.deleted_at IS NULL
    )
ORDER BY i.customer_id, i.due, i.id
"""


def propose(*, actor: Actor, due_from: date, due_to: date) -> dict[str, int]:
    """One proposal for every customer with instruments due in the window; asked again, it adds what is new.

    InputError for a window of more than a year. Returns how many proposals and instruments.
    """
    grants.require(actor, "add", SUBJECT)
    if not 0 <= (due_to - due_from).days <= LONGEST:
        raise InputError("window", "Choose a window of at most one year.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [due_from, due_to, InstrumentState.IN_USE, RecallState.DROPPED])
            found = cursor.fetchall()
        owners = {row[0]: row[3] for row in found}
        counts: dict[int, int] = {}
        for row in found:
            counts[row[0]] = counts.get(row[0], 0) + 1
        made = _proposals(owners, counts, due_from, due_to)
        by_customer = {proposal.customer_id: proposal.pk for proposal in made}
        bulk.insert_values(
            RecallItem,
            ("proposal_id", "instrument_id", "due"),
            [(by_customer[r[0]], r[1], r[2]) for r in found],
        )
        if made:
            told = {"from": due_from, "to": due_to, "count": len(made), "instruments": len(found)}
            event = events.record("recallproposal.proposed", actor=actor, payload=told)
            journal.write(event, RecallProposal, {}, journal.states(made))
    return {"proposals": len(made), "instruments": len(found)}


def _proposals(
    owners: dict[int, int | None], counts: dict[int, int], due_from: date, due_to: date
) -> list[RecallProposal]:
    numbers = RECALL_NUMBER.take(len(owners))
    made = [
        RecallProposal(
            number=number, customer_id=customer, owner_id=owner, due_from=due_from, due_to=due_to,
            instruments=counts[customer],
        )
        for number, (customer, owner) in zip(numbers, owners.items(), strict=True)
    ]  # fmt: skip
    record = registry.by_slug("recalls")
    for start in range(0, len(made), LOT):
        bulk.insert(RecallProposal, made[start : start + LOT])
        index.add_records(record, made[start : start + LOT])
    return made


def release(ids: Sequence[int], *, actor: Actor) -> Event:
    """The customers of these proposals are told now."""

    def change(row: RecallProposal) -> None:
        row.released_by_id, row.released_at = actor.user_id, clock.now()

    return _move(ids, RecallState.RELEASED, change, actor)


def drop(ids: Sequence[int], *, actor: Actor) -> Event:
    """These customers are not told; the instruments may be proposed again."""
    return _move(ids, RecallState.DROPPED, lambda row: None, actor)


def answer(
    pk: int, given: str, *, actor: Actor, later_on: date | None = None, rival: str = "", reason: str = ""
) -> Event:
    """What the customer said; scrapped instruments leave the recall for good."""

    def change(row: RecallProposal) -> None:
        row.answer, row.answered_at = given, clock.now()
        row.later_on, row.rival, row.reason = later_on, rival, reason

    with transaction.atomic():
        event = _move([pk], RecallState.ANSWERED, change, actor)
        RecallItem.objects.filter(proposal_id=pk).update(answer=given)
        if given == RecallAnswer.SCRAPPED:
            _scrap(pk, event)
    return event


def _scrap(pk: int, event: Event) -> None:
    rows = list(Instrument.objects.filter(recalls__proposal_id=pk, state=InstrumentState.IN_USE))
    before = journal.states(rows)
    for row in rows:
        row.state = InstrumentState.SCRAPPED
    journalled.store(event, rows, before, ("state",))


def convert(pk: int, *, actor: Actor) -> Commission:
    """A commission with all instruments of the recall, priced; they are announced, not yet handed in."""
    with transaction.atomic():
        proposal = _found(actor).filter(pk=pk).first()
        if proposal is None:
            raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
        lifecycle.require_step(registry.by_slug("recalls"), actor, proposal, RecallState.CONVERTED)
        due = Instrument.objects.filter(recalls__proposal=proposal, deleted_at=None)
        entries = pasting.of_instruments(list(due.order_by("laboratory", "name", "pk")))
        values = {"customer": proposal.customer_id, "channel": "recall"}
        made = commissions.create(actor=actor, values=values, entries=entries)

        def change(row: RecallProposal) -> None:
            row.commission_id, row.answer = made.pk, RecallAnswer.COMES
            row.answered_at = row.answered_at or clock.now()

        _move([pk], RecallState.CONVERTED, change, actor)
    return made


def _found(actor: Actor) -> Any:
    return RecallProposal.objects.visible_to(actor, "change")


def _move(ids: Sequence[int], state: str, change: Any, actor: Actor) -> Event:
    record = registry.by_slug("recalls")
    with transaction.atomic():
        keys = list(_found(actor).filter(pk__in=ids).values_list("pk", flat=True))
        rows = list(RecallProposal.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        if not rows or len(rows) != len(set(ids)):
            raise NotFound(
                "objects_not_found", "Not all of these can be found. Reload the list and choose again."
            )
        before = journal.states(rows)
        for row in rows:
            if not (row.state == state == RecallState.ANSWERED):  # an answer may be corrected
                lifecycle.require_step(record, actor, row, state)
            change(row)
            row.state = state
        one = rows[0] if len(rows) == 1 else None
        event = events.record(
            "recallproposal.passed", actor=actor, subject=one, party_id=one.customer_id if one else None,
            payload={"state": state, "count": len(rows)},
        )  # fmt: skip
        journalled.store(event, rows, before, CHANGED)
    return event
