"""The commission and its line."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.actions import Input, action
from hengke.engines.records.schema.declarations import Field, RecordType, Section, Values, View
from hengke.engines.records.schema.kinds import Date, LongText, Number, Reference, Text
from hengke.engines.records.schema.lifecycle import Lifecycle
from hengke.kernel import clock
from hengke.kernel.errors import Conflict
from hengke.kernel.filters import And, Condition, Not
from hengke.modules.orders.enums import LINE_DONE, CommissionState, LineState
from hengke.modules.orders.models import COMMISSION_NUMBER, Commission, CommissionLine
from hengke.modules.orders.services import commissions, passing

REGISTERED, REVIEWED, IN_WORK = CommissionState.REGISTERED, CommissionState.REVIEWED, CommissionState.IN_WORK
READY, CLOSED, CANCELLED = CommissionState.READY, CommissionState.CLOSED, CommissionState.CANCELLED
UNFINISHED = Condition("state", "in", (REGISTERED, REVIEWED, IN_WORK))

BY_NUMBER = Reference(Commission, by="number")
UNDONE = Not(Condition("state", "in", tuple(sorted(LINE_DONE))))


def promise_tone(day: date | None) -> str:
    """Red once the promised day has passed, yellow in the last two days."""
    if day is None:
        return ""
    days = (day - clock.today()).days
    return "bad" if days < 0 else "warn" if days <= 2 else ""


class CommissionRecord(RecordType):
    model = Commission
    slug = "commissions"
    icon = "clip"
    party = "customer_id"
    fields = (
        Field("number", title=1, list=True, filter=True, sort=True, search=5, mono=True),
        Field("customer", title=2, list=True, filter=True),
        Field("customer_name", path="customer__name", label=_("customer name"), filter=True),
        Field("payer", filter=True),
        Field("contact", filter=True),
        Field("kind", list=True, filter=True),
        Field("channel", filter=True),
        Field("received_on", list=True, filter=True, sort=True),
        Field("promised_on", list=True, filter=True, sort=True, tone=promise_tone),
        Field("state", list=True, filter=True, write=False),
        Field("line_count", kind=Number(), list=True, filter=True, sort=True, sensitivity="institution"),
        Field("done_count", kind=Number(), list=True, filter=True, sort=True, sensitivity="institution"),
        Field("standard_amount", filter=True, sort=True, sensitivity="money"),
        Field("amount", list=True, filter=True, sort=True, sensitivity="money"),
        Field("contract", filter=True, search=3, mono=True),
        Field("conditions"),
        Field("on_site_on", filter=True, sort=True),
        Field("on_site_at"),
        Field("reviewed_by", filter=True),
        Field("reviewed_at", filter=True, sort=True),
        Field("owner", filter=True, write=False),
        Field("unit", filter=True, write=False),
        Field("remark", search=1),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section("who", _("Customer"), ("number", "customer", "payer", "contact", "kind", "channel", "received_on")),
        Section("promise", _("What was promised"), (
            "promised_on", "contract", "conditions", "on_site_on", "on_site_at", "reviewed_by", "reviewed_at",
        )),
        Section("sum", _("How far it is"), (
            "state", "line_count", "done_count", "standard_amount", "amount", "owner", "remark",
        )),
    )  # fmt: skip
    views = (
        View("open", _("Unfinished"), where=UNFINISHED, sort="promised_on"),
        View("late", _("Past the promised day"), where=And((
            UNFINISHED, Condition("promised_on", "lt", "@today"),
        )), sort="promised_on"),
        View("review", _("To be reviewed"), where=Condition("state", "eq", REGISTERED), sort="received_on"),
        View("ready", _("Ready to collect"), where=Condition("state", "eq", READY), sort="promised_on"),
    )  # fmt: skip
    lifecycle = Lifecycle("state", {
        REGISTERED: (REVIEWED, CANCELLED),
        REVIEWED: (IN_WORK, CANCELLED),
        IN_WORK: (READY,),
        READY: (CLOSED,),
    })  # fmt: skip
    numbers = (("number", COMMISSION_NUMBER),)
    sort, board, calendar = "-received_on", "state", "promised_on"
    upsert_by = (("number",),)
    search_subtitle = "{customer.name}"

    def defaults(self, actor: Actor) -> Values:
        """Whoever takes it is responsible for it; a code for those who ask."""
        return {
            "owner_id": actor.user_id, "unit_id": actor.unit_id, "code": commissions.code(),
            "received_on": clock.today(),
        }  # fmt: skip


class CommissionLineRecord(RecordType):
    model = CommissionLine
    slug = "commission-lines"
    icon = "instrument"
    party = "customer_id"
    audience = "laboratory"
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=3),
        Field("label", title=2, list=True, filter=True, sort=True, search=5, mono=True),
        Field("commission", kind=BY_NUMBER, list=True, filter=True, write=False),
        Field("customer", list=True, filter=True, write=False),
        Field("customer_name", path="customer__name", label=_("customer name"), filter=True),
        Field("position", write=False),
        Field("model", list=True, filter=True, search=3),
        Field("serial", list=True, filter=True, search=5, mono=True),
        Field("maker", filter=True),
        Field("instrument", filter=True, write=False),
        Field("item", filter=True, write=False),
        Field("laboratory", list=True, filter=True, group=True),
        Field("project_group", filter=True, group=True),
        Field("state", list=True, filter=True, write=False),
        Field("promised_on", list=True, filter=True, sort=True, tone=promise_tone),
        Field("quantity", filter=True, write=False),
        Field("accessories"),
        Field("condition"),
        Field("options", write=False),
        Field("standard", sensitivity="money"),
        Field("unit_price", sensitivity="money"),
        Field("amount", filter=True, sort=True, sensitivity="money"),
        Field("handler", filter=True),
        Field("remark"),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section("instrument", _("Instrument"), (
            "label", "commission", "customer", "instrument", "name", "model", "serial", "maker", "accessories",
            "condition",
        )),
        Section("work", _("Work"), (
            "item", "options", "laboratory", "project_group", "state", "promised_on", "handler",
        )),
        Section("money", _("Price"), ("quantity", "standard", "unit_price", "amount", "remark")),
    )  # fmt: skip
    views = (
        View("open", _("Unfinished"), where=UNDONE, sort="promised_on"),
        View("late", _("Past the promised day"), where=And((
            UNDONE, Condition("promised_on", "lt", "@today"),
        )), sort="promised_on"),
    )  # fmt: skip
    lifecycle = Lifecycle("state", {
        LineState.ANNOUNCED: (LineState.RECEIVED, LineState.CANCELLED),
        LineState.RECEIVED: (LineState.ACCEPTED, LineState.RETURNED, LineState.CANCELLED),
        LineState.ACCEPTED: (LineState.IN_TEST, LineState.ISSUED, LineState.RETURNED),
        LineState.IN_TEST: (LineState.ISSUED, LineState.RETURNED),
        LineState.ISSUED: (LineState.COLLECTED,),
    })  # fmt: skip
    sort, board, calendar = "-updated_at", "state", "promised_on"
    search_subtitle = "{customer.name} {model} {serial}"

    def create(self, *, actor: Actor, values: Values) -> models.Model:
        """Lines are made with their commission, which prices and labels them."""
        raise Conflict("made_elsewhere", "A line is made with its commission: take an order.")


@action("commissions", "review", _("Contract review"), icon="ok", when=lambda row: row.state == REGISTERED, inputs=(
    Input("promised_on", Date(), _("Promised for")),
    Input("conditions", LongText(), _("Special conditions")),
))  # fmt: skip
def review(
    record: RecordType, *, actor: Actor, target: Any, promised_on: date | None = None, conditions: str = ""
) -> None:
    """State what is promised; the laboratories may begin."""
    commissions.review(target, actor=actor, promised_on=promised_on, conditions=conditions)


def _line_action(key: str, label: Any, icon: str, state: str, *, asks: bool = False) -> None:
    inputs = (Input("note", Text(), pgettext_lazy("line", "Reason"), required=True),) if asks else ()

    def run(record: RecordType, *, actor: Actor, target: Any, note: str = "") -> None:
        """Take the line to its next state."""
        passing.advance([target.pk], state, actor=actor, note=note)

    cycle = CommissionLineRecord.lifecycle

    def fits(row: Any) -> bool:
        return cycle is not None and state in cycle.possible(row.state)

    action("commission-lines", key, label, icon=icon, when=fits, inputs=inputs)(run)


_line_action("receive", _("Receive"), "check", LineState.RECEIVED)
_line_action("accept", _("Accept"), "check", LineState.ACCEPTED)
_line_action("begin", _("Begin the test"), "arrow-right", LineState.IN_TEST)
_line_action("return", _("Return without work"), "undo", LineState.RETURNED, asks=True)
_line_action("cancel", _("Cancel the line"), "x", LineState.CANCELLED, asks=True)
