"""Plans to lift customers into a higher tier: made, watched, brought to an end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.kernel.money import to_cents
from hengke.kernel.texts import is_usable
from hengke.modules.customers.enums import Tier
from hengke.modules.insight.enums import PlanState
from hengke.modules.insight.models import LedgerLine, UpgradePlan
from hengke.modules.insight.services import reach

SUBJECT = "insight.upgradeplan"
LONGEST = 4_000
LARGEST = Decimal(10) ** 12
FARTHEST = timedelta(days=5 * 366)
YEAR = timedelta(days=365)
AMOUNTS = ("goal", "expected", "budget")


def start(customer: int, values: Mapping[str, Any], *, actor: Actor) -> UpgradePlan:
    """Make a plan; Conflict while another one of the customer runs, InputError for what cannot be.

    Values: tier, target, potential, before, goal, expected, budget, contact_plan, until.
    """
    target = reach.customer(customer, actor=actor, subject=SUBJECT)
    order = [tier.value for tier in Tier]
    tier, aim = values.get("tier", ""), values.get("target", "")
    if tier not in order or aim not in order or order.index(aim) >= order.index(tier):
        raise InputError("plan_tier", "The target must be a higher tier than the present one.")
    until = values.get("until")
    if not isinstance(until, date) or not clock.today() < until <= clock.today() + FARTHEST:
        raise InputError("plan_until", "Enter a day in the future, at most five years from now.")
    amounts = {name: _amount(values.get(name)) for name in AMOUNTS}
    contact_plan = _text(values.get("contact_plan", ""))
    if not contact_plan:
        raise InputError(
            "plan_contacts", "Write how the customer will be contacted: by whom, when, with what."
        )
    with transaction.atomic():
        if UpgradePlan.objects.filter(customer=target, state=PlanState.RUNNING).exists():
            raise Conflict("plan_runs", "A plan for this customer is running already. End it first.")
        row = UpgradePlan.objects.create(
            customer=target, tier=tier, target=aim, potential=values.get("potential"), until=until,
            before=values.get("before") or Decimal(0), contact_plan=contact_plan, owner_id=actor.user_id, **amounts,
        )  # fmt: skip
        payload = {"target": aim, **{name: str(amount) for name, amount in amounts.items()}}
        events.record("plan.saved", actor=actor, subject=row, party_id=target.pk, payload=payload)
    return row


def end(pk: int, state: str, note: str, *, actor: Actor) -> UpgradePlan:
    """Say how a plan ended."""
    if state not in (PlanState.REACHED, PlanState.MISSED, PlanState.STOPPED):
        raise InputError("plan_result", "Choose how the plan ended.")
    note = _text(note)
    with transaction.atomic():
        row = UpgradePlan.objects.visible_to(actor, "change").filter(pk=pk).first()
        if row is None:
            raise NotFound("plan_unknown", "This plan does not exist, or is not yours to change.")
        if row.state != PlanState.RUNNING:
            raise Conflict("plan_ended", "This plan has ended already. Reload the page.")
        row.state, row.note = state, note
        row.save(update_fields=["state", "note"])
        events.record(
            "plan.ended", actor=actor, subject=row, party_id=row.customer_id, payload={"state": state}
        )
    return row


def reached(actor: Actor, plan: UpgradePlan) -> Decimal:
    """What was billed to the customer in the last twelve months, from the lines that the actor sees."""
    since = clock.today() - YEAR
    lines = LedgerLine.objects.visible_to(actor).filter(
        alias__customer=plan.customer_id, submitted_on__gt=since
    )
    found: Decimal | None = lines.aggregate(whole=Sum("billed"))["whole"]
    return found or Decimal(0)


def _amount(given: Any) -> Decimal:
    text = str(given if given is not None else "").strip().replace(",", "")
    try:
        amount = Decimal(text or 0) if is_usable(text) else Decimal("NaN")
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise InputError("plan_amount", "Goal, profit and budget are amounts in yuan, for example 12000.")
    return to_cents(amount)


def _text(given: Any) -> str:
    text: str = str(given).strip()
    if len(text) > LONGEST or not is_usable(text):
        raise InputError("work_text", "Write at most {most} characters.", most=LONGEST)
    return text
