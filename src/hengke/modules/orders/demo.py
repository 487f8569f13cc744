"""What the demo's desk and laboratories have in hand: commissions at every station, recalls in every state."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel, Role
from hengke.engines.access.models import User
from hengke.kernel import clock
from hengke.modules.customers.models import Customer, Instrument
from hengke.modules.orders.enums import OrderChannel, OrderKind
from hengke.modules.orders.models import Certificate, Commission, RecallProposal
from hengke.modules.orders.services import certificates, commissions, passing, pasting, recall

CUSTOMERS = 32
MOST = 12
# How far a commission taken so many days ago has come; the rest is still where it was.
STEPS = ("review", "receive", "accept", "begin", "fill", "approve", "issue", "collect")


def make_demo_orders() -> None:
    """Commissions of the last weeks and recalls of the next ones; nothing when there are some already."""
    desk, editor, reviewer = (
        _actor(role) for role in (Role.BUSINESS_DESK, Role.DIRECTOR, Role.ADMINISTRATOR)
    )
    if Commission.objects.exists() or desk is None or editor is None or reviewer is None:
        return
    customers = Customer.objects.filter(origin="demo", deleted_at=None).exclude(owner=None).order_by("pk")
    for customer in customers[:CUSTOMERS]:
        dice = Random(customer.pk)  # the same demo at every start
        with clock.at(_moment(dice.randint(0, 40), dice)):
            made = _commission(customer, desk, dice)
        if made is not None:
            _work(made, dice, (desk, editor, reviewer))
    today = clock.today()
    recall.propose(actor=editor, due_from=today, due_to=today + timedelta(days=30))
    _answers(editor)


def _actor(role: str) -> Actor | None:
    user = User.objects.filter(role=role).order_by("pk").first()
    return Actor.of(user, Channel.COMMAND) if user else None


def _moment(days_ago: int, dice: Random) -> datetime:
    day = clock.today() - timedelta(days=days_ago)
    return datetime.combine(day, time(dice.randint(0, 8), dice.randint(0, 59)), UTC)


def _commission(customer: Customer, desk: Actor, dice: Random) -> Commission | None:
    rows = list(
        Instrument.objects.filter(customer=customer, deleted_at=None, state="in_use").order_by("pk")[:MOST]
    )
    if not rows:
        return None
    values: dict[str, Any] = {
        "customer": customer.pk,
        "kind": dice.choice((OrderKind.MANDATORY, OrderKind.THIRD_PARTY, OrderKind.THIRD_PARTY)),
        "channel": dice.choice(
            (OrderChannel.COUNTER, OrderChannel.COUNTER, OrderChannel.PHONE, OrderChannel.WEB)
        ),
    }
    return commissions.create(actor=desk, values=values, entries=pasting.of_instruments(rows))


def _work(made: Commission, dice: Random, people: tuple[Actor, Actor, Actor]) -> None:
    """Take the commission as far as its age lets it be, an hour or a day for each step."""
    desk, editor, reviewer = people
    ids = list(made.lines.values_list("pk", flat=True))
    at = datetime.combine(made.received_on, time(3), UTC)
    for step in STEPS:
        at += timedelta(hours=dice.choice((2, 5, 20, 30)))
        if at > clock.now() or dice.random() < 0.08:
            return
        with clock.at(at):
            papers = list(Certificate.objects.filter(line__in=ids).values_list("pk", flat=True))
            if step == "review":
                commissions.review(made, actor=desk, promised_on=None, conditions="")
            elif step == "receive":
                passing.advance(ids, "received", actor=desk)
            elif step == "accept":
                passing.advance(ids, "accepted", actor=editor)
            elif step == "begin":
                passing.advance(ids, "in_test", actor=editor)
            elif step == "fill":
                certificates.edit(papers, actor=editor)
            elif step == "approve":
                certificates.review(papers, actor=reviewer)
            elif step == "issue":
                certificates.issue(papers, actor=reviewer)
            else:
                certificates.collect(papers, actor=desk)


def _answers(actor: Actor) -> None:
    """Half of the recalls are released, and some customers have answered."""
    found = list(RecallProposal.objects.order_by("pk").values_list("pk", flat=True))
    told = found[: len(found) // 2]
    if not told:
        return
    recall.release(told, actor=actor)
    for place, pk in enumerate(told[: len(told) // 3]):
        given = ("comes", "comes", "later", "lost")[place % 4]
        later = clock.today() + timedelta(days=45) if given == "later" else None
        recall.answer(
            pk, given, actor=actor, later_on=later, rival="华东某检测公司" if given == "lost" else ""
        )
