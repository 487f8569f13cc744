"""The activity, declared once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.actions import Input, action
from hengke.engines.records.schema.declarations import Field, RecordType, Section, Values, View
from hengke.engines.records.schema.kinds import LongText
from hengke.engines.records.writing.rules import Rule
from hengke.kernel import clock
from hengke.kernel.filters import And, Condition
from hengke.modules.activities import panels  # noqa: F401  (registers composer and timeline)
from hengke.modules.activities.enums import CLOSED, ActivityKind, ActivityState
from hengke.modules.activities.models import Activity

STILL_OPEN = Condition("state", "in", (ActivityState.OPEN, ActivityState.WAITING))
MINE = Condition("owner", "eq", "@me")


def is_after(end: datetime | None, begin: datetime | None) -> bool:
    """Nothing ends before it begins."""
    return end is None or begin is None or end >= begin


class ActivityRecord(RecordType):
    model = Activity
    slug = "activities"
    icon = "calendar"
    party = "customer_id"
    handed_over = STILL_OPEN
    fields = (
        Field("subject", title=1, list=True, filter=True, sort=True, search=4),
        Field("kind", list=True, filter=True),
        Field("customer", title=2, list=True, filter=True),
        Field("customer_name", path="customer__name", label=_("customer name"), filter=True),
        Field("contact", filter=True),
        Field("starts_at", list=True, filter=True, sort=True),
        Field("ends_at", filter=True, sort=True),
        Field("state", list=True, filter=True),
        Field("priority", list=True, filter=True),
        Field("owner", list=True, filter=True, write=False),
        Field("unit", filter=True, write=False),
        Field("place", filter=True, when=("kind", (ActivityKind.VISIT, ActivityKind.MEETING))),
        Field("text", search=2),
        Field("outcome", search=2),
        Field("done_at", filter=True, sort=True),
        Field("created_at", filter=True, sort=True),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section(
            "what", pgettext_lazy("activity", "What"), ("kind", "subject", "customer", "contact", "text")
        ),
        Section("when", _("When and where"), ("starts_at", "ends_at", "place", "state", "priority", "owner")),
        Section("result", _("Result"), ("outcome", "done_at")),
    )
    views = (
        View("mine", _("Mine, open"), where=And((MINE, STILL_OPEN)), sort="starts_at"),
        View("overdue", _("Overdue"), where=And((
            STILL_OPEN, Condition("starts_at", "lt", "@today"),
        )), sort="starts_at"),
        View("week", _("Next 7 days"), where=And((
            STILL_OPEN, Condition("starts_at", "gte", "@today"), Condition("starts_at", "lt", "@today+7"),
        )), sort="starts_at"),
        View("open", _("All open"), where=STILL_OPEN, sort="starts_at"),
        View("done", _("Done"), where=Condition("state", "eq", ActivityState.DONE), sort="-starts_at"),
    )  # fmt: skip
    rules = (Rule(("ends_at", "starts_at"), is_after, _("This is before the beginning.")),)
    sort = "-starts_at"
    board, calendar, calendar_end = "state", "starts_at", "ends_at"
    upsert_by = (("subject", "starts_at"),)
    search_subtitle = "{customer.name}"

    def defaults(self, actor: Actor) -> Values:
        """Whoever writes it down is responsible for it."""
        return {"owner_id": actor.user_id, "unit_id": actor.unit_id}

    def follow(self, target: models.Model, values: Values) -> Values:
        """What is done was done now; what is opened again was not."""
        if "state" in values and values["state"] != getattr(target, "state", None):
            done = values["state"] == ActivityState.DONE
            return values | {"done_at": clock.now() if done else None}
        return values


def _is_open(activity: Any) -> bool:
    return activity.state not in CLOSED


@action("activities", "complete", pgettext_lazy("action", "Done"), icon="check", when=_is_open,
        inputs=(Input("outcome", LongText(), _("Outcome")),))  # fmt: skip
def complete(record: RecordType, *, actor: Actor, target: Activity, outcome: str = "") -> models.Model:
    """Bring an activity to its end, with what came of it."""
    values: Values = {"state": ActivityState.DONE} | ({"outcome": outcome} if outcome else {})
    return record.update(actor=actor, target=target, values=values, version=target.version)


@action("activities", "reopen", _("Open again"), icon="undo", when=lambda activity: not _is_open(activity))
def reopen(record: RecordType, *, actor: Actor, target: Activity) -> models.Model:
    """Take it up again."""
    return record.update(
        actor=actor, target=target, values={"state": ActivityState.OPEN}, version=target.version
    )
