"""One event in words: who, from where, what, about what, which values before and after."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hengke.engines.access import labels
from hengke.engines.access.audit import words
from hengke.engines.access.audit.words import Thing
from hengke.engines.access.models import Event, RowJournal
from hengke.engines.access.origin import device_name

_PLAIN = re.compile(r"[\d\s.,:?-]*")
SHOWN_ROWS = 100
LONGEST = 400
_NAMES = ("username", "name")
_TONES = {
    "denied": "bad",
    "failed": "bad",
    "deleted": "warn",
    "unusual": "warn",
    "exported": "info",
    "erased": "warn",
}


@dataclass(frozen=True)
class Entry:
    """A line of the audit."""

    event: Event
    what: str
    who: str
    thing: Thing | None
    tone: str
    summary: str
    device: str


@dataclass(frozen=True)
class Change:
    """One value before and after; "" for none."""

    field: str
    old: str
    new: str


def of(events: Sequence[Event]) -> list[Entry]:
    """Entries for events read with their actors; a constant number of queries."""
    keys = [(e.subject_type, e.subject_id) for e in events if e.subject_type and e.subject_id is not None]
    found = words.things(keys)
    return [_entry(event, found.get((event.subject_type, event.subject_id or 0))) for event in events]


def _entry(event: Event, thing: Thing | None) -> Entry:
    who = event.actor.name if event.actor else _("System")
    verb = event.kind.rpartition(".")[2]
    return Entry(
        event, words.of_kind(event.kind), who, thing, _TONES.get(verb, ""), _summary(event, thing),
        device_name(event.device),
    )  # fmt: skip


def _summary(event: Event, thing: Thing | None) -> str:
    """The payload's words in one line; numbers but for rows stand on the entry's own page."""
    told = []
    for key, value in _ordered(event.payload):
        if key in ("changes", "values"):
            told.append(", ".join(_label(event.subject_type, name) for name in list(value)[:6]))
        elif key == "rows" and isinstance(value, int):
            told.append(_("%(count)s rows") % {"count": f"{value:,}"})
        elif isinstance(value, str) and not _PLAIN.fullmatch(value):
            told.append(
                "" if key == "name" and thing and value in thing.title else str(words.of_value(key, value))
            )
    return " · ".join(filter(None, told))[:160]


def _ordered(payload: dict[str, Any]) -> list[tuple[str, Any]]:
    """Names first; PostgreSQL keeps no order of its own, and an entry reads the same everywhere."""
    return sorted(payload.items(), key=lambda pair: (pair[0] not in _NAMES, len(pair[0]), pair[0]))


def changes(event: Event) -> list[Change]:
    """What the payload says of fields: before and after, or the values of something new."""
    pairs = event.payload.get("changes")
    if isinstance(pairs, dict):
        return [_change(event.subject_type, name, *pair) for name, pair in pairs.items()
                if isinstance(pair, list) and len(pair) == 2]  # fmt: skip
    given = event.payload.get("values")
    if isinstance(given, dict):
        return [_change(event.subject_type, name, None, value) for name, value in given.items() if value]
    return []


def facts(event: Event) -> list[tuple[str, str]]:
    """The rest of the payload, name and value."""
    plain = ((name, value) for name, value in _ordered(event.payload) if name not in ("changes", "values"))
    return [(words.of_fact(name), _text(words.of_value(name, value))) for name, value in plain]


def rows(event: Event) -> tuple[list[tuple[str, list[Change]]], int]:
    """Journalled rows: name and the columns that changed, at most SHOWN_ROWS; and how many there are. Two queries."""
    found = RowJournal.objects.filter(event=event).order_by("pk")
    shown = [(f"{words.of_type(row.model)} #{row.row_id}", _columns(row)) for row in found[:SHOWN_ROWS]]
    return [row for row in shown if row[1]], found.count()


def _columns(row: RowJournal) -> list[Change]:
    before, after = row.before or {}, row.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    quiet = {"updated_at", "version", "created_at"}
    return [
        _change(row.model, name, before.get(name), after.get(name)) for name in names if name not in quiet
    ]


def _change(label: str, name: str, old: Any, new: Any) -> Change:
    return Change(_label(label, name), _text(old), _text(new))


def _label(label: str, name: str) -> str:
    try:
        column: Any = labels.model_of(label)._meta.get_field(name.removesuffix("_id"))
        return capfirst(str(column.verbose_name))
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return name


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:LONGEST]
