"""Value assessments: what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.money import ZERO, to_cents
from hengke.kernel.texts import is_usable
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import AssessedBy, ValueSide
from hengke.modules.insight.models import AssessmentItem, ValueAssessment
from hengke.modules.insight.services import reach

SUBJECT = "insight.valueassessment"
MOST_ITEMS = 40
LONGEST = {"with_whom": 120, "expectation": 4_000, "conclusion": 4_000}
LARGEST = Decimal(10) ** 12


class Item(NamedTuple):
    """One benefit or cost as it was entered."""

    side: str
    what: str
    basis: str
    amount: Decimal


def save(
    customer: int, values: Mapping[str, Any], items: Sequence[Item], *, actor: Actor, pk: int | None = None
) -> ValueAssessment:
    """Keep an assessment with its items and sums; `pk` changes a former one. InputError for what cannot be."""
    target = customer_of(customer, actor)
    texts = {name: _text(values.get(name, ""), longest) for name, longest in LONGEST.items()}
    day, how = values.get("assessed_on"), values.get("how", "")
    if not isinstance(day, date) or day > clock.today() or day.year < 1990:
        raise InputError("assessment_day", "Enter the day of the assessment; it cannot lie in the future.")
    if how not in AssessedBy.values:
        raise InputError("assessment_how", "Choose how the assessment came about.")
    _require_items(items)
    sums = {side: sum((i.amount for i in items if i.side == side), ZERO) for side in ValueSide.values}
    with transaction.atomic():
        row = _row(target, pk, actor)
        row.assessed_on, row.how, row.actor_id = day, how, actor.user_id
        for name, value in {**texts, **sums}.items():
            setattr(row, name, value)
        row.save()
        row.items.all().delete()
        AssessmentItem.objects.bulk_create(AssessmentItem(assessment=row, **item._asdict()) for item in items)
        payload = {"day": day.isoformat(), **{side: str(amount) for side, amount in sums.items()}}
        events.record("assessment.saved", actor=actor, subject=row, party_id=target.pk, payload=payload)
    return row


def customer_of(customer: int, actor: Actor, action: str = "change") -> Customer:
    """The customer, if the actor may assess it."""
    return reach.customer(customer, actor=actor, subject=SUBJECT, action=action)


def _row(target: Customer, pk: int | None, actor: Actor) -> ValueAssessment:
    if pk is None:
        return ValueAssessment(customer=target)
    found = ValueAssessment.objects.visible_to(actor, "change").filter(pk=pk, customer=target).first()
    if found is None:
        raise NotFound("assessment_unknown", "This assessment does not exist, or is not yours to change.")
    return found


def _text(given: Any, longest: int) -> str:
    text: str = str(given).strip()
    if len(text) > longest or not is_usable(text):
        raise InputError("work_text", "Write at most {most} characters.", most=longest)
    return text


def _require_items(items: Sequence[Item]) -> None:
    if not items:
        raise InputError("assessment_items", "Enter at least one benefit or cost with its amount a year.")
    if len(items) > MOST_ITEMS:
        raise InputError("assessment_many", "At most {most} items fit into one assessment.", most=MOST_ITEMS)
    for item in items:
        if item.side not in ValueSide.values or not 0 < len(item.what) <= 200 or len(item.basis) > 300:
            raise InputError("assessment_item", "Each item needs a side, a name and an amount.")
        if not is_usable(item.what) or not is_usable(item.basis):
            raise InputError("assessment_item", "Each item needs a side, a name and an amount.")
        if not 0 <= item.amount < LARGEST or to_cents(item.amount) != item.amount:
            raise InputError("assessment_amount", "An amount is written in yuan with at most two places.")
