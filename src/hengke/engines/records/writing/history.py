"""What a person did lately and can take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal
from hengke.engines.records.reading import timeline
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.writing import services
from hengke.kernel import clock

DAYS = 30
LIMIT = 200


@dataclass(frozen=True)
class Entry:
    """One change: when, in words, what it was about, where that is, and where it is taken back."""

    at: datetime
    icon: str
    text: str
    name: str
    url: str
    undo_url: str
    undone: bool


def read(actor: Actor) -> list[Entry]:
    """The newest changes of the last 30 days; one query, and one per record type for the names."""
    undone = Event.objects.filter(kind="undone", subject_type="access.event", subject_id=OuterRef("pk"))
    found = (
        Event.objects.filter(actor_id=actor.user_id, at__gte=clock.now() - timedelta(days=DAYS))
        .exclude(kind="undone")
        .filter(Exists(RowJournal.objects.filter(event=OuterRef("pk"))))
        .annotate(is_undone=Exists(undone))
        .order_by("-pk")[:LIMIT]
    )
    events: list[Event] = list(found)
    names = _names(events, actor)
    return [_entry(event, names) for event in events]


def _names(events: list[Event], actor: Actor) -> dict[tuple[str, int], str]:
    """The names of what the events are about, of what the person may see now."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.subject_id is not None:
            wanted.setdefault(event.subject_type, set()).add(event.subject_id)
    found = {}
    for subject, ids in wanted.items():
        record = registry.by_subject(subject)
        if record is not None:
            rows = record.model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
            for pk, name in rows.filter(pk__in=ids).values_list("pk", record.title_field.path):
                found[subject, pk] = str(name)
    return found


def _entry(event: Event, names: dict[tuple[str, int], str]) -> Entry:
    name = names.get((event.subject_type, event.subject_id or 0), "")
    record = registry.by_subject(event.subject_type)
    return Entry(
        at=event.at,
        icon=timeline.icon(event),
        text=timeline.sentence(event),
        name=name or str(event.payload.get("name", "")),
        url=address(record.slug, "page", event.subject_id) if record is not None and name else "",
        undo_url=reverse(services.way_back(event), args=(event.pk,)),
        undone=event.is_undone,  # type: ignore[attr-defined]
    )
