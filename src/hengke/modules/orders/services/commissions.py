"""Take a commission: header, lines, prices, labels, all in one transaction; review it; keep its sums."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.schema import lifecycle, registry
from hengke.engines.records.search import index
from hengke.engines.records.writing import bulk, journalled
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.catalog.models import ServiceItem
from hengke.modules.catalog.pricing import words
from hengke.modules.catalog.pricing.terms import Priced, PricedLine
from hengke.modules.catalog.services import quoting
from hengke.modules.catalog.services.quoting import Wanted
from hengke.modules.customers.models import Customer, Instrument
from hengke.modules.orders.enums import LINE_DONE, CommissionState, LineState
from hengke.modules.orders.models import Commission, CommissionLine, Passage
from hengke.modules.orders.services import instruments

SUBJECT, LINES = "orders.commission", "orders.commissionline"
MOST_LINES = 2_000
NOT_SERIAL = frozenset({"", "/", "-", "—", "无", "N/A"})
# Read aloud and typed by hand: no letters or digits that look alike.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass
class Entry:
    """One line as it is entered; `item` and `instrument` are keys, found by `pasting.match` or chosen by hand."""

    name: str
    model: str = ""
    serial: str = ""
    maker: str = ""
    quantity: int = 1
    accessories: str = ""
    condition: str = ""
    laboratory: str = ""
    project_group: str = ""
    item: int | None = None
    instrument: int | None = None
    options: tuple[str, ...] = ()
    by_hand: Decimal | None = None
    remark: str = ""
    wrong: list[str] = field(default_factory=list)


def code(length: int = 8) -> str:
    """A code that nobody guesses, for asking without a log-in."""
    return "".join(secrets.choice(CODE_LETTERS) for _n in range(length))


def create(
    *, actor: Actor, values: Mapping[str, Any], entries: Sequence[Entry], received: bool = False
) -> Commission:
    """A commission with its lines, priced and labelled; with `received` the instruments are handed in already.

    `values` by field name of the commission. Unknown instruments with a serial number become the customer's.
    InputError without lines or with more than 2,000.
    """
    if not entries or len(entries) > MOST_LINES:
        raise InputError(
            "lines_missing", "A commission has between 1 and {most} lines.", most=str(MOST_LINES)
        )
    grants.require(actor, "add", LINES)
    customer = (
        Customer.objects.visible_to(actor).filter(pk=values.get("customer") or 0, deleted_at=None).first()
    )
    if customer is None:
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    record = registry.by_slug("commissions")
    with transaction.atomic():
        made: Any = record.create(actor=actor, values={"received_on": clock.today(), **values})
        commission: Commission = made
        # Two desks that take orders of one customer at once do not make the same instrument twice.
        Customer.objects.select_for_update().get(pk=customer.pk)
        _know_instruments(customer, entries)
        priced = _price(customer, commission, entries)
        lines = _lines(commission, entries, priced, received=received)
        event = events.record(
            "commission.lines_added",
            actor=actor,
            subject=commission,
            party_id=customer.pk,
            payload={"count": len(lines), "amount": priced.total if priced else 0},
        )
        store_lines(lines, event, actor)
        keep_sums([commission.pk], event, promise=not values.get("promised_on"), steps=priced)
    commission.refresh_from_db()
    return commission


def store_lines(lines: Sequence[CommissionLine], event: Event, actor: Actor) -> None:
    """Insert lines with their journal, passages, search entries, and what follows for their instruments."""
    bulk.insert(CommissionLine, lines)
    journal.write(event, CommissionLine, {}, journal.states(lines))
    note_passages(lines, actor)
    index.add_records(registry.by_slug("commission-lines"), lines)
    instruments.follow(lines, event)


def note_passages(lines: Sequence[CommissionLine], actor: Actor) -> None:
    """Write down that lines came to their present state now."""
    rows = [(line.pk, line.state, clock.now(), actor.user_id) for line in lines]
    bulk.insert_values(Passage, ("line_id", "state", "at", "actor_id"), rows)


def keep_sums(
    ids: Collection[int], event: Event, *, promise: bool = False, steps: Priced | None = None
) -> None:
    """Bring amounts, counts and state of commissions in line with their lines, under the event's journal."""
    rows = list(Commission.objects.filter(pk__in=ids))
    before = journal.states(rows)
    counts = _counts(ids)
    for row in rows:
        found = [line for line in counts if line[0] == row.pk]
        live = [line for line in found if line[1] != LineState.CANCELLED]
        row.line_count = sum(line[2] for line in live)
        row.done_count = sum(line[2] for line in live if line[1] in LINE_DONE)
        row.state = state_of(row.state, {line[1] for line in found})
        sums = CommissionLine.objects.filter(commission=row).exclude(state=LineState.CANCELLED)
        row.amount = sum((line.amount for line in sums), Decimal("0.00"))
        row.standard_amount = sum((line.standard * line.quantity for line in sums), Decimal("0.00"))
        if promise:
            row.promised_on = max((line.promised_on for line in sums if line.promised_on), default=None)
        if steps is not None:
            row.steps = words.stored(steps.steps)
    columns = (
        "line_count", "done_count", "state", "amount", "standard_amount", "promised_on", "steps",
    )  # fmt: skip
    journalled.store(event, rows, before, columns)


def state_of(state: str, lines: Collection[str]) -> str:
    """The state of a commission whose lines are in these states."""
    left = set(lines) - {LineState.CANCELLED}
    if state == CommissionState.CANCELLED or not left:
        return state
    if left <= {LineState.COLLECTED, LineState.RETURNED}:
        return CommissionState.CLOSED
    if left <= LINE_DONE:
        return CommissionState.READY
    if left & {LineState.ACCEPTED, LineState.IN_TEST, *LINE_DONE}:
        return CommissionState.IN_WORK
    return CommissionState.REVIEWED if state != CommissionState.REGISTERED else state


def review(commission: Commission, *, actor: Actor, promised_on: date | None, conditions: str) -> None:
    """The contract review: what is promised stands from now on; Conflict when it is past that point."""
    record = registry.by_slug("commissions")
    lifecycle.require_step(record, actor, commission, CommissionState.REVIEWED)
    before = journal.states([commission])
    commission.state = CommissionState.REVIEWED
    commission.reviewed_by_id, commission.reviewed_at = actor.user_id, clock.now()
    commission.promised_on = promised_on or commission.promised_on
    commission.conditions = conditions or commission.conditions
    commission.version += 1
    commission.save()
    told = {
        "promised_on": commission.promised_on,
        "conditions": commission.conditions,
        "lines": commission.line_count,
    }
    event = events.record(
        "commission.reviewed", actor=actor, subject=commission, party_id=commission.customer_id, payload=told
    )
    journal.write(event, Commission, before, journal.states([commission]))


def _counts(ids: Collection[int]) -> list[tuple[int, str, int]]:
    found = CommissionLine.objects.filter(commission_id__in=ids, deleted_at=None)
    return list(found.values_list("commission_id", "state").annotate(count=Count("pk")))


def _know_instruments(customer: Customer, entries: Sequence[Entry]) -> None:
    """Give every line with a serial number its instrument, made when the customer has none like it."""
    open_ones = [e for e in entries if e.instrument is None and e.serial not in NOT_SERIAL]
    serials = {entry.serial for entry in open_ones}
    known = {
        (row.name, row.model, row.serial): row.pk
        for row in Instrument.objects.filter(customer=customer, deleted_at=None, serial__in=serials)
    }
    items = _intervals(entries)
    new: dict[tuple[str, str, str], Instrument] = {}
    for entry in open_ones:
        key = (entry.name, entry.model, entry.serial)
        if key not in known and key not in new:
            new[key] = Instrument(
                customer=customer, name=entry.name, model=entry.model, serial=entry.serial, maker=entry.maker,
                laboratory=entry.laboratory, project_group=entry.project_group,
                interval_months=items.get(entry.item or 0),
            )  # fmt: skip
    made = list(new.values())
    bulk.insert(Instrument, made)
    index.add_records(registry.by_slug("instruments"), made)
    known |= {key: row.pk for key, row in new.items()}
    for entry in open_ones:
        entry.instrument = known[(entry.name, entry.model, entry.serial)]


def _intervals(entries: Sequence[Entry]) -> dict[int, int | None]:
    keys = {entry.item for entry in entries if entry.item}
    return dict(ServiceItem.objects.filter(pk__in=keys).values_list("pk", "interval_months"))


def _price(customer: Customer, commission: Commission, entries: Sequence[Entry]) -> Priced | None:
    wanted = [Wanted(e.item, e.quantity, e.options, e.by_hand) for e in entries if e.item]
    if not wanted:
        return None
    return quoting.price(wanted, customer=customer, on=commission.received_on, contract=commission.contract)


def _lines(
    commission: Commission, entries: Sequence[Entry], priced: Priced | None, *, received: bool
) -> list[CommissionLine]:
    days = dict(
        ServiceItem.objects.filter(pk__in={e.item for e in entries if e.item}).values_list(
            "pk", "promised_days"
        )
    )
    prices = iter(priced.lines if priced else ())
    made = []
    for position, entry in enumerate(entries, start=1):
        price: PricedLine | None = next(prices) if entry.item else None
        promised = days.get(entry.item or 0)
        line = CommissionLine(
            commission=commission, customer_id=commission.customer_id, position=position,
            label=f"{commission.number}-{position:03}", instrument_id=entry.instrument, item_id=entry.item,
            name=entry.name, model=entry.model, serial=entry.serial, maker=entry.maker, quantity=entry.quantity,
            accessories=entry.accessories, condition=entry.condition, laboratory=entry.laboratory,
            project_group=entry.project_group, options="，".join(entry.options), remark=entry.remark,
            state=LineState.RECEIVED if received else LineState.ANNOUNCED,
            promised_on=commission.promised_on
            or (commission.received_on + timedelta(days=promised) if promised else None),
        )  # fmt: skip
        if price is not None:
            line.standard, line.unit_price, line.amount = price.standard, price.unit_price, price.amount
            line.steps = words.stored(price.steps)
        elif entry.by_hand is not None:
            line.standard = line.unit_price = entry.by_hand
            line.amount = entry.by_hand * entry.quantity
        made.append(line)
    return made


def open_lines() -> Q:
    """Lines on which work is to be done."""
    return Q(deleted_at=None) & ~Q(state__in=LINE_DONE)
