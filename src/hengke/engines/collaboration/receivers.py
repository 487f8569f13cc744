"""What happens to records, heard once for all types: who follows them is told, and who gets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.access.models import Event, User
from hengke.engines.collaboration.services import following
from hengke.engines.notices import kinds, sending
from hengke.engines.notices.models import Notice
from hengke.engines.notices.reading import Shown, register_reader
from hengke.engines.records.models import SavedView
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.kernel.errors import NotFound

VIEW = "records.savedview"
# What happens to a record has its noun; refusals, shares and the like are nobody's news.
OWN_NOUNS = frozenset({"file"})
# What followers are not told of.
QUIET = frozenset({"created", "exported", "imported"})


def listen() -> None:
    """Begin to hear; called once at start."""
    events.on_record(_hear)
    register_reader(_records)
    register_reader(_views)


def _hear(event: Event, actor: Actor) -> None:
    if actor.user_id is None or actor.channel in (Channel.JOB, Channel.SYSTEM):
        return
    noun, _dot, verb = event.kind.partition(".")
    if event.kind == "view.saved" and event.payload.get("shared"):
        _tell_of_view(event, actor)
    elif verb == "assigned" and event.subject_id is None:
        _tell_new_owner(event, actor)
    elif event.subject_id is not None and (record := registry.by_subject(event.subject_type)) is not None:
        place = {"subject_type": event.subject_type, "subject_id": event.subject_id}
        if noun not in OWN_NOUNS | {record.model._meta.model_name}:
            return
        if verb == "created":
            following.begin(place, [actor.user_id])
        elif verb not in QUIET:
            _tell_followers(event, actor, record.model, place)


def _tell_followers(event: Event, actor: Actor, model: Any, place: dict[str, Any]) -> None:
    path = getattr(model, "scope_paths", {}).get("owner")
    rows = model._base_manager.filter(pk=event.subject_id)
    owner = rows.values_list(path, flat=True).first() if path else None
    new = _new_owner(event)
    about = (event.subject_type, place["subject_id"])
    if new is not None:
        sending.send(kinds.ASSIGNED, [new], actor=actor, subject=about)
    people = following.followers(place, owner) - {new}
    sending.send(kinds.FOLLOWED, people, actor=actor, subject=about)


def _new_owner(event: Event) -> int | None:
    """The person to whom the event gives the object, if it does."""
    changed = event.payload.get("changes", {}).get("owner")
    new = changed[1] if isinstance(changed, list) and len(changed) == 2 else event.payload.get("owner")
    return new if isinstance(new, int) else None


def _tell_new_owner(event: Event, actor: Actor) -> None:
    """Several objects at once: one notice with their number, which names none of them."""
    noun = event.kind.partition(".")[0]
    record = next((r for r in registry.all_records() if r.model._meta.model_name == noun), None)
    owner = _new_owner(event)
    if record is not None and owner is not None:
        title = f"{record.label_plural} × {event.payload.get('count', 1)}"
        sending.send(kinds.ASSIGNED, [owner], actor=actor, payload={"title": title})


def _tell_of_view(event: Event, actor: Actor) -> None:
    """Everybody who has the list, once per view."""
    row = SavedView.objects.filter(pk=event.subject_id or 0).first()
    told = Notice.objects.filter(kind=kinds.SHARED, subject_type=VIEW, subject_id=event.subject_id)
    if row is None or told.exists():
        return
    subject = registry.by_slug(row.record).subject
    people = User.objects.filter(is_active=True).select_related("unit")
    having = [user.pk for user in people if grants.may(Actor.of(user), "view", subject)]
    sending.send(kinds.SHARED, having, actor=actor, subject=row)


def _records(actor: Actor, subject: str, pks: Sequence[int]) -> dict[int, Shown] | None:
    """Names of records within the actor's rights; one query."""
    record = registry.by_subject(subject)
    if record is None:
        return None
    catalogue, title = Catalogue(record, actor), record.title_field
    if title.name not in catalogue.fields:
        return {}
    rows = catalogue.rows().filter(pk__in=pks).order_by().values_list("pk", title.path)
    return {pk: (str(name), address(record.slug, "page", pk)) for pk, name in rows}


def _views(actor: Actor, subject: str, pks: Sequence[int]) -> dict[int, Shown] | None:
    if subject != VIEW:
        return None
    found: dict[int, Shown] = {}
    for row in SavedView.objects.filter(pk__in=pks, shared=True, deleted_at=None):
        try:
            record = registry.by_slug(row.record)
        except NotFound:
            continue
        if grants.may(actor, "view", record.subject):
            title = f"{record.label_plural} · {row.name}"
            found[row.pk] = (title, f"{address(record.slug, 'list')}?view=s{row.pk}")
    return found
