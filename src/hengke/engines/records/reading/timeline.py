"""What happened to an object, newest first, in words: its events, and entries that modules above bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.keyset import unreadable
from hengke.engines.records.schema import registry
from hengke.kernel.period import YEARS

PIECE = 20
_ICONS = {
    "created": "plus", "changed": "edit", "deleted": "trash", "assigned": "user", "merged": "merge", "split": "split",
    "imported": "import", "undone": "undo", "exported": "export", "restored": "undo", "edited": "edit",
    "removed": "trash",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of a timeline: when, an icon's name, words, who, and details; `all_day`: its source knows no time.

    A source that draws more than lines of text names a `template`, which finds `context` under the name `it`.
    """

    at: datetime
    icon: str
    text: str
    who: str = ""
    details: Sequence[str] = ()
    url: str = ""
    all_day: bool = False
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """Some entries, and the address part that leads to older ones."""

    entries: Sequence[Entry]
    older: str


# (actor, object, before, limit) -> at most `limit` entries before that moment, newest first, in constant
# queries.
TimelineSource = Callable[[Actor, Any, datetime | None, int], Sequence[Entry]]
_sources: dict[str, list[tuple[TimelineSource, str]]] = {}
_told_by_sources: set[str] = set()
CHANGES = "changes"
_groups: dict[str, Any] = {CHANGES: gettext_lazy("Changes")}
_said: dict[str, tuple[str, Any]] = {}


def register_timeline(
    slug: str, source: TimelineSource, *, instead_of: str = "", group: str = "", label: Any = ""
) -> None:
    """Mix the entries of `source` into the timeline of every object of the record type `slug`, or of EVERY type.

    `instead_of` names a subject whose events the source tells itself on other objects' pages. With `group`, called
    `label`, a person can have these entries alone.
    """
    if instead_of:
        _told_by_sources.add(instead_of)
    if group and label:
        _groups[group] = label
    if all(source is not known for known, _group in _sources.setdefault(slug, [])):
        _sources[slug].append((source, group))


def say(kind: str, icon: str, words: Any) -> None:
    """Declare what events of a kind look like; `words` may have the place %(name)s."""
    _said[kind] = icon, words


def groups(slug: str) -> dict[str, Any]:
    """The parts of a timeline that can be had alone, with their labels."""
    used = {group for _source, group in _of(slug)} | {CHANGES}
    return {key: label for key, label in sorted(_groups.items()) if key in used}


def _of(slug: str) -> list[tuple[TimelineSource, str]]:
    return [*_sources.get(slug, ()), *_sources.get(registry.EVERY, ())]


def read(catalogue: Catalogue, target: Any, *, before: datetime | None = None, show: str = "") -> Piece:
    """One piece, with `show` of that group only; one query for events and what each source takes."""
    entries = _events(catalogue, target, before) if show in ("", CHANGES) else []
    for source, group in _of(catalogue.record.slug):
        if show in ("", group):
            entries += source(catalogue.actor, target, before, PIECE + 1)
    entries.sort(key=lambda entry: entry.at, reverse=True)
    older = entries[PIECE - 1].at.isoformat() if len(entries) > PIECE else ""
    return Piece(entries[:PIECE], older)


def moment(text: str) -> datetime | None:
    """The moment in an address; InputError when it is none."""
    if not text:
        return None
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at.year not in YEARS:
        raise unreadable()
    return at


def _events(catalogue: Catalogue, target: Any, before: datetime | None) -> list[Entry]:
    about = Q(subject_type=catalogue.record.subject, subject_id=target.pk)
    if catalogue.record.party == "pk":
        about |= Q(party_id=target.pk) & ~Q(subject_type__in=_told_by_sources - {catalogue.record.subject})
    # Who opened or marked a record is told in the audit only.
    found = Event.objects.filter(about).exclude(kind__startswith="record.").select_related("actor")
    if catalogue.laboratory:
        found = found.filter(audience__in=("", catalogue.laboratory))
    if before:
        found = found.filter(at__lt=before)
    entries = (_entry(catalogue.actor, event) for event in found.order_by("-pk")[: PIECE + 1])
    return [entry for entry in entries if entry is not None]


def _entry(actor: Actor, event: Event) -> Entry | None:
    record = registry.by_subject(event.subject_type)
    verb = event.kind.partition(".")[2]
    details = _changes(Catalogue(record, actor), event) if record is not None else []
    if verb == "changed" and not details:
        return None  # only fields that do not exist for this person were changed
    who = event.actor.name if event.actor else str(_("System"))
    if stood_in := event.payload.get("for"):
        who = _("%(who)s for %(absent)s") % {"who": who, "absent": stood_in.get("name", "")}
    return Entry(event.at, icon(event), sentence(event), who, details)


def icon(event: Event) -> str:
    """The name of the icon of what an event did."""
    if event.kind in _said:
        return _said[event.kind][0]
    noun, _dot, verb = event.kind.partition(".")
    return _ICONS.get(verb or noun, "history")


def sentence(event: Event) -> str:
    """What happened, in words."""
    noun, _dot, verb = event.kind.partition(".")
    name, count = str(event.payload.get("name", "")), event.payload.get("count", 0)
    if event.kind in _said:
        return str(_said[event.kind][1]) % {"name": name}
    record = next((r for r in registry.all_records() if r.model._meta.model_name == noun), None)
    what = record.label if record else noun
    sentences = {
        "created": _("%(what)s added"), "changed": _("%(what)s changed"), "deleted": _("%(what)s deleted"),
        "assigned": _("%(what)s handed over to %(name)s"), "merged": _("Merged with %(name)s"),
        "split": _("Separated into two"), "imported": _("%(what)s imported"), "restored": _("%(what)s restored"),
        "edited": _("%(what)s: %(count)s changed together"),
        "removed": _("%(what)s: %(count)s deleted together"),
    }  # fmt: skip
    if noun == "undone":
        return _("A change was undone")
    return sentences.get(verb, _("%(what)s: %(verb)s")) % {
        "what": what,
        "name": name,
        "verb": verb,
        "count": count,
    }


def _changes(catalogue: Catalogue, event: Event) -> list[str]:
    """ "City: 合肥市 → 芜湖市" for every changed field that exists for the person."""
    words = []
    for name, pair in event.payload.get("changes", {}).items():
        known = catalogue.fields.get(name)
        if known is not None and isinstance(pair, list) and len(pair) == 2:
            old, new = (_plain(known, value) for value in pair)
            blank = _("empty")
            words.append(f"{known.label}: {old or blank} → {new or blank}")
    return words


def _plain(field: Any, value: Any) -> str:
    """An event keeps values as JSON; a choice is shown by its word."""
    if field.masked:
        return str(field.kind.plain(value))
    return "" if value is None else field.kind.label(value) if hasattr(field.kind, "label") else str(value)
