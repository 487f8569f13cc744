"""The recall."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.actions import Input, action
from hengke.engines.records.schema.declarations import Field, RecordType, Section, Values, View
from hengke.engines.records.schema.kinds import Date, Number, Text
from hengke.engines.records.schema.lifecycle import Lifecycle
from hengke.kernel.errors import Conflict
from hengke.kernel.filters import And, Condition
from hengke.modules.orders.enums import RecallAnswer, RecallState
from hengke.modules.orders.models import RECALL_NUMBER, RecallProposal
from hengke.modules.orders.records.commissions import BY_NUMBER
from hengke.modules.orders.services import recall

PROPOSED, RELEASED, ANSWERED = RecallState.PROPOSED, RecallState.RELEASED, RecallState.ANSWERED
CONVERTED, DROPPED = RecallState.CONVERTED, RecallState.DROPPED


class RecallRecord(RecordType):
    model = RecallProposal
    slug = "recalls"
    icon = "bell"
    party = "customer_id"
    fields = (
        Field("number", title=1, list=True, filter=True, sort=True, search=4, mono=True),
        Field("customer", title=2, list=True, filter=True, write=False),
        Field("customer_name", path="customer__name", label=_("customer name"), filter=True),
        Field("due_from", list=True, filter=True, sort=True, write=False),
        Field("due_to", list=True, filter=True, sort=True, write=False),
        Field("instruments", kind=Number(), list=True, filter=True, sort=True, sensitivity="institution"),
        Field("state", list=True, filter=True, write=False),
        Field("released_by", filter=True),
        Field("released_at", filter=True, sort=True),
        Field("answer", list=True, filter=True, write=False),
        Field("answered_at", filter=True, sort=True),
        Field("later_on", filter=True, sort=True, write=False),
        Field("rival", filter=True, write=False),
        Field("reason"),
        Field("commission", kind=BY_NUMBER, filter=True),
        Field("owner", list=True, filter=True, write=False),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section("recall", _("Recall"), ("number", "customer", "due_from", "due_to", "instruments", "state", "owner")),
        Section("answer", _("Answer"), (
            "released_by", "released_at", "answer", "answered_at", "later_on", "rival", "reason", "commission",
        )),
    )  # fmt: skip
    views = (
        View("proposed", _("To be released"), where=Condition("state", "eq", PROPOSED), sort="due_from"),
        View("waiting", _("Waiting for an answer"), where=Condition("state", "eq", RELEASED), sort="due_from"),
        View("comes", _("Will come"), where=And((
            Condition("state", "eq", ANSWERED), Condition("answer", "eq", RecallAnswer.COMES),
        )), sort="due_from"),
        View("lost", _("Lost to others"), where=Condition("answer", "eq", RecallAnswer.LOST), sort="-answered_at"),
    )  # fmt: skip
    lifecycle = Lifecycle("state", {
        PROPOSED: (RELEASED, DROPPED),
        RELEASED: (ANSWERED, CONVERTED, DROPPED),
        ANSWERED: (ANSWERED, CONVERTED, DROPPED),
    })  # fmt: skip
    numbers = (("number", RECALL_NUMBER),)
    sort, board, calendar = "due_from", "state", "due_from"
    search_subtitle = "{customer.name}"

    def create(self, *, actor: Actor, values: Values) -> models.Model:
        """Recalls are proposed from what becomes due."""
        raise Conflict("made_elsewhere", "A recall is proposed from what becomes due: open the recall page.")


@action("recalls", "release", _("Release"), icon="mail", when=lambda row: row.state == PROPOSED)
def release(record: RecordType, *, actor: Actor, target: Any) -> None:
    """It was looked through: the customer is told."""
    recall.release([target.pk], actor=actor)


def _answered(key: str, label: Any, icon: str, answer: str, *inputs: Input) -> None:
    def run(record: RecordType, *, actor: Actor, target: Any, **given: Any) -> None:
        """Write down what the customer said."""
        recall.answer(target.pk, answer, actor=actor, **given)

    action(
        "recalls", key, label, icon=icon, inputs=inputs, when=lambda row: row.state in (RELEASED, ANSWERED)
    )(run)


_answered("comes", _("Will come"), "check", RecallAnswer.COMES)
_answered(
    "later",
    pgettext_lazy("recall", "Later"),
    "clock",
    RecallAnswer.LATER,
    Input("later_on", Date(), _("When"), required=True),
)
_answered("scrapped", _("Scrapped"), "trash", RecallAnswer.SCRAPPED)
_answered(
    "lost", _("Lost to others"), "x", RecallAnswer.LOST,
    Input("rival", Text(), _("Lost to"), required=True), Input("reason", Text(), pgettext_lazy("recall", "Reason")),
)  # fmt: skip


@action(
    "recalls", "commission", _("Make the commission"), icon="clip",
    when=lambda row: row.state in (RELEASED, ANSWERED) and row.answer in ("", RecallAnswer.COMES),
)  # fmt: skip
def convert(record: RecordType, *, actor: Actor, target: Any) -> None:
    """A commission with all its instruments at once."""
    recall.convert(target.pk, actor=actor)
