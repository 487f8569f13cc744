"""What people do with an item: take it, act, write down what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime, make_aware

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.notices import sending
from hengke.kernel import clock
from hengke.kernel.clock import CHINA
from hengke.kernel.errors import Conflict, InputError, NotAllowed, NotFound
from hengke.modules.activities import services as activities
from hengke.modules.activities.enums import ActivityKind
from hengke.modules.insight.enums import WorkAction, WorkKind, WorkState
from hengke.modules.insight.models import WorkItem
from hengke.modules.insight.services.work.rules import ACTIONS, ACTIVITY, JUDGED, RESULTS, SUBJECT

NOTICE = "work"
LONGEST = 4_000
MORNING = time(9)


def claim(pk: int, *, actor: Actor) -> WorkItem:
    """Take an item that nobody has; Conflict names who was faster. The customer's own manager is told."""
    with transaction.atomic():
        item = _locked(pk, actor)
        _require_open(item)
        if item.owner_id == actor.user_id:
            return item
        if item.owner_id is not None:
            raise _taken(item)
        item.owner_id, item.claimed_at, item.state = actor.user_id, clock.now(), WorkState.CLAIMED
        _write(item, "work.claimed", actor, ("owner", "claimed_at", "state"))
        _tell((item.customer.owner_id,), item, actor)
    return item


def release(pk: int, *, actor: Actor) -> WorkItem:
    """Give an item back: who took it may, and who hands work over may. The one it is taken from is told."""
    with transaction.atomic():
        item = _locked(pk, actor)
        _require_open(item)
        if item.owner_id is None:
            return item
        if item.owner_id != actor.user_id and not grants.may(actor, "assign", SUBJECT):
            raise _taken(item)
        former, item.owner_id, item.claimed_at = item.owner_id, None, None
        item.state = WorkState.ACTED if item.acted_at else WorkState.OPEN
        _write(item, "work.released", actor, ("owner", "claimed_at", "state"))
        _tell((former,), item, actor)
    return item


def act(pk: int, action: str, *, plan: str, on: date | None = None, actor: Actor) -> WorkItem:
    """Do something about the customer: it becomes an activity, done already or planned for the day `on`."""
    with transaction.atomic():
        item = claim(pk, actor=actor)
        if action not in ACTIONS[WorkKind(item.kind)]:
            raise InputError("work_action", "Choose what you want to do.")
        plan = _text(plan)
        if action != WorkAction.WATCH:
            item.activity = _activity(item, action, plan, on, actor)
        item.action, item.plan, item.acted_at, item.state = action, plan, clock.now(), WorkState.ACTED
        _write(item, "work.acted", actor, ("action", "plan", "acted_at", "state", "activity"))
    return item


def close(pk: int, result: str, *, note: str, actor: Actor) -> WorkItem:
    """Write down what came of it; a judgement needs its reason."""
    with transaction.atomic():
        item = claim(pk, actor=actor)
        if result not in RESULTS[WorkKind(item.kind)]:
            raise InputError("work_result", "Choose what came of it.")
        note = _text(note)
        if item.kind in JUDGED and not note:
            raise InputError("work_reason", "Say why you judge so: others must be able to follow it.")
        item.result, item.note, item.closed_at = result, note, clock.now()
        item.closed_by_id, item.state = actor.user_id, WorkState.CLOSED
        _write(item, "work.closed", actor, ("result", "note", "closed_at", "closed_by", "state"))
    return item


def reopen(pk: int, *, actor: Actor) -> WorkItem:
    """Take a closed item up again; Conflict when the customer stands on the list once more by now."""
    with transaction.atomic():
        item = _locked(pk, actor)
        if item.closed_at is None:
            return item
        if WorkItem.objects.filter(customer=item.customer_id, kind=item.kind, closed_at=None).exists():
            raise Conflict("work_again", "This customer stands on the list again. Go on there.")
        item.result, item.closed_at, item.closed_by_id = "", None, None
        item.owner_id, item.claimed_at = actor.user_id, clock.now()
        item.state = WorkState.ACTED if item.acted_at else WorkState.CLAIMED
        _write(
            item, "work.reopened", actor, ("result", "closed_at", "closed_by", "owner", "claimed_at", "state")
        )
    return item


def _locked(pk: int, actor: Actor) -> WorkItem:
    """The item, held until the end of the transaction; NotFound out of sight, NotAllowed without the right."""
    grants.require(actor, "view", SUBJECT)
    seen = WorkItem.objects.visible_to(actor).filter(pk=pk)
    if not seen.exists():
        raise NotFound("work_not_found", "This is on no list, or it is not yours to see.")
    if not WorkItem.objects.visible_to(actor, "change").filter(pk=pk).exists():
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    return WorkItem.objects.select_related("customer").select_for_update(of=("self",)).get(pk=pk)


def _require_open(item: WorkItem) -> None:
    if item.closed_at is not None:
        raise Conflict("work_closed", "This was closed meanwhile. Reload the page.")


def _taken(item: WorkItem) -> Conflict:
    at = f"{localtime(item.claimed_at, CHINA):%m-%d %H:%M}" if item.claimed_at else ""
    name = item.owner.name if item.owner else ""
    return Conflict(
        "work_taken",
        "{name} took this ({at}). Talk to {name} before you call the customer.",
        name=name,
        at=at,
    )


def _text(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST or "\x00" in text:
        raise InputError("work_text", "Write at most {most} characters.", most=LONGEST)
    return text


def _activity(item: WorkItem, action: str, plan: str, on: date | None, actor: Actor) -> Any:
    kind = ACTIVITY.get(WorkAction(action), ActivityKind.TASK)
    label = str(WorkAction(action).label)
    at = make_aware(datetime.combine(on, MORNING), CHINA) if on and on > clock.today() else clock.now()
    return activities.log(
        actor, item.customer, kind=kind, text=plan or label, subject=f"{label} · {item.get_kind_display()}",
        starts_at=at,
    )  # fmt: skip


def _write(item: WorkItem, kind: str, actor: Actor, fields: Iterable[str]) -> None:
    item.save(update_fields=list(fields))
    said = {name: getattr(item, name) for name in ("state", "action", "result") if getattr(item, name)}
    events.record(
        kind, actor=actor, subject=item, party_id=item.customer_id, payload={"list": item.kind, **said}
    )


def _tell(people: Iterable[int | None], item: WorkItem, actor: Actor) -> None:
    wanted = [pk for pk in people if pk is not None]
    sending.send(NOTICE, wanted, actor=actor, subject=("customers.customer", item.customer_id),
                 payload={"list": item.kind})  # fmt: skip
