"""What activities bring to the pages of other records: the composer above the timeline, and its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.engines.records.reading.timeline import PIECE, Entry, register_timeline
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Panel
from hengke.kernel import clock
from hengke.kernel.filters import Filter
from hengke.modules.activities.enums import CLOSED, ActivityKind, ActivityState
from hengke.modules.activities.models import Activity

SUBJECT = "activities.activity"
# The key that opens the composer with this kind (DESIGN-SYSTEM, keyboard).
COMPOSED = (
    (ActivityKind.NOTE, "KeyN"), (ActivityKind.CALL, "KeyL"), (ActivityKind.VISIT, ""), (ActivityKind.TASK, "KeyT"),
)  # fmt: skip
ICONS = {
    ActivityKind.TASK: "check", ActivityKind.CALL: "phone", ActivityKind.VISIT: "pin", ActivityKind.MEETING: "users",
    ActivityKind.NOTE: "edit",
}  # fmt: skip
STEPS = 6
WHERE = ("customers", "contacts", "instruments")


def composer(actor: Actor, target: Any) -> Mapping[str, Any] | None:
    """A form over the timeline for those who may write activities."""
    if not grants.may(actor, "add", SUBJECT):
        return None
    kinds = [
        {"value": kind.value, "label": kind.label, "icon": ICONS[kind], "key": key} for kind, key in COMPOSED
    ]
    return {"kinds": kinds, "url": reverse("activity-log", args=(target._meta.label_lower, target.pk))}


def about(model: type[Model], pk: int) -> Q:
    """The activities that belong on the page of an object."""
    subject = model._meta.label_lower
    if subject == "customers.customer":
        return Q(customer_id=pk)
    if subject == "customers.contact":
        return Q(contact_id=pk) | Q(about_type=subject, about_id=pk)
    return Q(about_type=subject, about_id=pk)


def entries(actor: Actor, target: Any, before: datetime | None, limit: int) -> Sequence[Entry]:
    """What was done, newest first; what is still to be done stands in the panel of next steps."""
    place = grants.row_filter(actor, SUBJECT), type(target), target.pk
    found = _newest(*place)[:limit] if before is None else list(_done(*place).filter(at__lt=before)[:limit])
    return [_entry(row) for row in found]


def _done(rights: Filter, model: type[Model], pk: int) -> QuerySet[Any]:
    done = Activity.objects.within(rights).filter(about(model, pk), state=ActivityState.DONE)
    rows = done.annotate(at=Coalesce("starts_at", "created_at", output_field=DateTimeField()))
    return rows.select_related("owner").order_by("-at", "-pk")


_newest = Prepared[Any](lambda rights, model, pk: _done(rights, model, pk)[: PIECE + 1])


def _entry(row: Any) -> Entry:
    details = [line for text in (row.text, row.outcome) for line in _lines(text) if line != row.subject]
    return Entry(
        row.at, ICONS[row.kind], f"{row.get_kind_display()} · {row.subject}", row.owner.name if row.owner else "",
        details, reverse("activities:page", args=(row.pk,)),
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [*lines[:4], "…"] if len(lines) > 4 else lines


def next_steps(actor: Actor, target: Any) -> Mapping[str, Any] | None:
    """The open activities with this object, the next first."""
    if not grants.may(actor, "view", SUBJECT):
        return None
    found = _next(grants.row_filter(actor, SUBJECT), type(target), target.pk)
    if not found:
        return None
    now = clock.now()
    steps = [
        {
            "title": row.subject,
            "icon": ICONS[ActivityKind(row.kind)],
            "who": row.owner.name if row.owner else "",
            "at": row.starts_at,
            "late": row.starts_at is not None and row.starts_at < now,
            "url": reverse("activities:page", args=(row.pk,)),
            "done_url": reverse("activities:do", args=(row.pk, "complete")),
        }
        for row in found
    ]
    return {"steps": steps}


def _open(rights: Filter, model: type[Model], pk: int) -> QuerySet[Activity]:
    rows = Activity.objects.within(rights).filter(about(model, pk)).exclude(state__in=CLOSED)
    return rows.select_related("owner").order_by("starts_at", "pk")[:STEPS]


_next = Prepared[Activity](_open)

for slug in WHERE:
    registry.register_panel(
        slug, Panel("composer", _("Write"), "activities/composer.html", composer, place="timeline")
    )
    registry.register_panel(
        slug,
        Panel("next", _("Next steps"), "activities/next_steps.html", next_steps, place="right", order=10),
    )
    register_timeline(slug, entries, instead_of=SUBJECT, group="activities", label=_("Activities"))
