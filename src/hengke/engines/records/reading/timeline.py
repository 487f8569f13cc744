"""What happened to an object, newest first, in words: its events, and entries that modules above bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.access.audit import words as audit
from hengke.engines.access.models import Event
from hengke.engines.access.prepared import Prepared
from hengke.engines.records.reading import referred, together
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.keyset import unreadable
from hengke.engines.records.reading.together import Part
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType
from hengke.engines.records.schema.kinds import Reference
from hengke.kernel.period import YEARS

PIECE = 20
Names = dict[tuple[Any, int], str]
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
    """One piece, with `show` of that group only; two queries for events and what each source takes."""
    entries = _changes_of(catalogue, target, before) if show in ("", CHANGES) else []
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


def _changes_of(catalogue: Catalogue, target: Any, before: datetime | None) -> list[Entry]:
    """What changed the object, alone or among others; names of what was referred to, one query for each model."""
    events = _events(catalogue, target, before)
    parts = together.parts(catalogue, target.pk, before, PIECE + 1)
    told = [one for event in events if (one := _told(catalogue.actor, event)) is not None]
    told += [found for part in parts for found in _told_together(part, before)]
    names = _names(catalogue.actor, told)
    return [_entry(one, names) for one in told]


def _events(catalogue: Catalogue, target: Any, before: datetime | None) -> list[Event]:
    record, laboratory, pk = catalogue.record, catalogue.laboratory, target.pk
    if before:
        return list(_about(record, laboratory, pk).filter(at__lt=before)[: PIECE + 1])
    return _of_laboratory(record, laboratory, pk) if laboratory else _whole(record, pk)


def _about(record: RecordType, laboratory: str, pk: int) -> QuerySet[Event]:
    """The events of an object that somebody sees who sees one laboratory only, or, with "", everything."""
    about = Q(subject_type=record.subject, subject_id=pk)
    if record.party == "pk":
        about |= Q(party_id=pk) & ~Q(subject_type__in=_told_by_sources - {record.subject})
    # Who opened or marked a record is told in the audit only.
    found = Event.objects.filter(about).exclude(kind__startswith="record.").select_related("actor")
    if laboratory:
        found = found.filter(audience__in=("", laboratory))
    return found.order_by("-pk")


_whole = Prepared[Event](lambda record, pk: _about(record, "", pk)[: PIECE + 1])
_of_laboratory = Prepared[Event](lambda record, laboratory, pk: _about(record, laboratory, pk)[: PIECE + 1])


@dataclass(frozen=True)
class Told:
    """What one event changed, before it is put in words."""

    at: datetime
    icon: str
    text: str
    who: str
    changes: Sequence[tuple[Any, Any, Any]] = ()


def _told(actor: Actor, event: Event) -> Told | None:
    record = registry.by_subject(event.subject_type)
    changes = _changes(Catalogue(record, actor), event) if record is not None else []
    if event.kind.partition(".")[2] == "changed" and not changes:
        return None  # only fields that do not exist for this person were changed
    return Told(event.at, icon(event), sentence(event), _who(event), changes)


def _told_together(part: Part, before: datetime | None) -> list[Told]:
    """The part of one object in a change of many, and its way back, which is younger."""
    event, told = part.event, []
    if part.changes or part.verb not in ("edited", "changed"):
        kind = f"{event.kind.partition('.')[0]}.{part.verb}"
        one = Event(kind=kind, payload=event.payload)
        told.append(Told(event.at, icon(one), sentence(one), _who(event), part.changes))
        if part.undone_at and (before is None or part.undone_at < before):
            words = _("A change was undone")
            told.append(Told(part.undone_at, _ICONS["undone"], words, part.undone_by or str(_("System"))))
    return told


def _who(event: Event) -> str:
    who = event.actor.name if event.actor else str(_("System"))
    if stood_in := event.payload.get("for"):
        who = _("%(who)s for %(absent)s") % {"who": who, "absent": stood_in.get("name", "")}
    return who


def _entry(told: Told, names: Names) -> Entry:
    blank = _("empty")
    details = [
        f"{known.label}: {_plain(known, old, names) or blank} → {_plain(known, new, names) or blank}"
        for known, old, new in told.changes
    ]
    return Entry(told.at, told.icon, told.text, told.who, details)


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
    if verb not in sentences:
        return audit.of_kind(event.kind)  # what the module that told it calls it
    return sentences[verb] % {"what": what, "name": name, "count": count}


def _changes(catalogue: Catalogue, event: Event) -> list[tuple[Any, Any, Any]]:
    """Every changed field that exists for the person, with the values before and after."""
    found = []
    for name, pair in event.payload.get("changes", {}).items():
        known = catalogue.fields.get(name)
        if known is not None and isinstance(pair, list) and len(pair) == 2:
            found.append((known, *pair))
    return found


def _names(actor: Actor, told: Sequence[Told]) -> Names:
    """The names of the objects that changes name by their keys, as far as the person may see them."""
    wanted: dict[Any, set[int]] = {}
    for known, *values in (change for one in told for change in one.changes):
        if isinstance(known.kind, Reference):
            keys = {value for value in values if isinstance(value, int)}
            wanted.setdefault((known.kind.model, known.kind.by), set()).update(keys)
    found: Names = {}
    for (model, by), keys in wanted.items():
        rows = referred.visible(actor, model).filter(pk__in=keys) if keys else ()
        found |= {(model, row.pk): str(getattr(row, by)) for row in rows}
    return found


def _plain(field: Any, value: Any, names: Names) -> str:
    """A change keeps values as JSON; a choice is shown by its word, a reference by the name of its object."""
    if field.masked:
        return str(field.kind.plain(value))
    if isinstance(field.kind, Reference):
        return names.get((field.kind.model, value), f"#{value}") if value is not None else ""
    return (
        ""
        if value is None
        else field.kind.label(value)
        if hasattr(field.kind, "label")
        else field.kind.said(value)
    )
