"""Which fields stand where on page and form, by role: an administrator's order over the shipped one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.access.people import known_roles
from hengke.engines.records.custom import definitions
from hengke.engines.records.custom.models import RecordLayout
from hengke.engines.records.custom.services import SUBJECT
from hengke.engines.records.schema.declarations import Field, RecordType, Section, column_of
from hengke.kernel.errors import InputError, NotFound

MOST_SECTIONS, LONGEST = 30, 60
OWN = "own-"


@dataclass(frozen=True)
class Layout:
    """Sections in their order, each with its label ("" for the declared one) and fields; and what is hidden."""

    sections: tuple[tuple[str, str, tuple[str, ...]], ...]
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, row: Any) -> Layout:
        """From the stored form."""
        found = tuple((s["key"], s["label"], tuple(s["fields"])) for s in row.sections)
        return cls(found, frozenset(row.hidden))

    def arranged(self, usual: Sequence[Section]) -> list[Section]:
        """The sections as they are to be shown; what came after the layout was made stands where it would without."""
        placed = {name for _key, _label, names in self.sections for name in names} | self.hidden
        by_key = {section.key: section for section in usual}
        new = {s.key: tuple(name for name in s.fields if name not in placed) for s in usual}
        found = [
            Section(key, label or (by_key[key].label if key in by_key else ""), (*names, *new.pop(key, ())))
            for key, label, names in self.sections
        ]
        found += [replace(by_key[key], fields=names) for key, names in new.items() if names]
        shown = (replace(s, fields=tuple(n for n in s.fields if n not in self.hidden)) for s in found)
        return [section for section in shown if section.fields]


def sections_for(record: RecordType, actor: Actor) -> Sequence[Section]:
    """The sections as the actor finds them."""
    layout = layout_for(record, actor)
    return layout.arranged(record.sections) if layout is not None else record.sections


def layout_for(record: RecordType, actor: Actor) -> Layout | None:
    """The layout of the actor's main role, else that of all roles, else none."""
    known = definitions.known().layouts
    return known.get((record.slug, actor.role)) or known.get((record.slug, ""))


def hidden_for(record: RecordType, actor: Actor) -> frozenset[str]:
    """The fields that page and form leave out for the actor."""
    layout = layout_for(record, actor)
    return layout.hidden if layout is not None else frozenset()


def save(record: RecordType, role: str, layout: Layout, *, actor: Actor) -> Event | None:
    """Keep a layout for a role; None when nothing differs. InputError says what is wrong with it."""
    grants.require(actor, "change", SUBJECT)
    _require_role(role)
    values = _checked(record, layout)
    with transaction.atomic():
        row = RecordLayout.objects.select_for_update().filter(record=record.slug, role=role).first()
        before = journal.states((row,)) if row is not None else {}
        if row is not None and (row.sections, row.hidden) == (values["sections"], values["hidden"]):
            return None
        row, _made = RecordLayout.objects.update_or_create(record=record.slug, role=role, defaults=values)
        event = _tell("layout.changed", record, role, actor)
        journal.write(event, RecordLayout, before, journal.states((row,)))
        _renewed()
    return event


def reset(record: RecordType, role: str, *, actor: Actor) -> Event:
    """Back to the shipped order."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        row = RecordLayout.objects.filter(record=record.slug, role=role).first()
        if row is None:
            raise NotFound("nothing_changed", "This is as delivered already.")
        before = journal.states((row,))
        row.delete()
        event = _tell("layout.reset", record, role, actor)
        journal.write(event, RecordLayout, before, {})
        _renewed()
    return event


def may_hide(record: RecordType, field: Field) -> bool:
    """What must be filled in is always shown, and so is the name."""
    column: Any = column_of(type(record), field)
    needed = field.write and (field.required or not (column.blank or column.has_default()))
    return field.title != 1 and not needed


def _checked(record: RecordType, layout: Layout) -> dict[str, Any]:
    """The stored form; fields that are unknown or named twice are left out."""
    if len(layout.sections) > MOST_SECTIONS:
        raise InputError("layout_sections", "A page has at most {n} sections.", n=MOST_SECTIONS)
    known = {field.name: field for field in record.fields}
    seen: set[str] = set()
    sections = []
    for key, label, names in layout.sections:
        if len(label) > LONGEST or (key.startswith(OWN) and not label.strip()):
            raise InputError("layout_label", "Give every new section a heading of at most 60 characters.")
        fields = [name for name in dict.fromkeys(names) if name in known and name not in seen]
        seen |= set(fields)
        sections.append({"key": key[:LONGEST], "label": label.strip(), "fields": fields})
    hidden = sorted(name for name in layout.hidden if name in known)
    if stays := [str(known[name].label) for name in hidden if not may_hide(record, known[name])]:
        raise InputError(
            "layout_hidden",
            "These fields must stay, for they must be filled in: {names}.",
            names="、".join(stays),
        )
    return {"sections": sections, "hidden": hidden}


def _require_role(role: str) -> None:
    if role and role not in known_roles():
        raise NotFound("role_unknown", "This role does not exist.")


def _tell(kind: str, record: RecordType, role: str, actor: Actor) -> Event:
    return events.record(kind, actor=actor, payload={"record": record.slug, "role": role})


def _renewed() -> None:
    definitions.renew()
    definitions.refresh()


def read_form(record: RecordType, usual: Sequence[Section], given: Mapping[str, str]) -> Layout:
    """What the page of a layout sent: per section a place and a label, per field a section, a place, a tick."""
    keys = [section.key for section in usual]
    keys += sorted(
        {name.removeprefix("label-") for name in given if name.startswith(f"label-{OWN}")} - {*keys}
    )
    fields = [name for section in usual for name in section.fields]
    asked = {name: given.get(f"in-{name}", "") for name in fields}

    def place(name: str) -> int:
        text = given.get(f"at-{name}", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 10_000

    sections = [
        (
            key,
            given.get(f"label-{key}", "").strip(),
            tuple(sorted((name for name in fields if asked[name] == key), key=place)),
        )
        for key in sorted(keys, key=lambda key: place(f"section-{key}"))
    ]
    sections = [one for one in sections if one[2] or one[0] in {section.key for section in usual}]
    return Layout(tuple(sections), frozenset(name for name in fields if f"hide-{name}" in given))
