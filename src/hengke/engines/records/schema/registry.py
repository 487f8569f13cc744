"""Every declared record type, its panels and other parts that modules above bring; checked at start."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from hengke.engines.access import table
from hengke.kernel.errors import NotFound

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import Panel, RecordType

_records: dict[str, RecordType] = {}
_made: dict[str, RecordType] = {}
_panels: dict[str, list[Panel]] = {}
EVERY = "*"
"""Instead of a slug: on every record type, also on those declared later."""


def declaration_error(record: type[RecordType], what: str, mend: str) -> ImproperlyConfigured:
    """An error that names file, object and mend."""
    return ImproperlyConfigured(f"{inspect.getsourcefile(record)}: {record.__name__}: {what}; {mend}.")


def register(record: RecordType) -> None:
    """Add a record type; ImproperlyConfigured when its declaration does not hold together."""
    _check(record)
    _records[record.slug] = record
    if record.rights_like:
        table.alike(record.subject, record.rights_like)


def set_made(records: Mapping[str, RecordType]) -> None:
    """Put these in the place of all record types that were made while the product runs."""
    global _made
    _made = dict(records)


def made() -> list[RecordType]:
    """The record types that an institution made."""
    return list(_made.values())


def all_records() -> list[RecordType]:
    """Every record type: the declared ones in their order, then those an institution made."""
    return [*_records.values(), *_made.values()]


def by_slug(slug: str) -> RecordType:
    """The record type with this address; NotFound when there is none."""
    record = _records.get(slug) or _made.get(slug)
    if record is None:
        raise NotFound("record_type_unknown", 'There are no records called "{slug}".', slug=slug)
    return record


def by_subject(subject: str) -> RecordType | None:
    """The record type of a model label such as "customers.customer"."""
    return next((record for record in all_records() if record.subject == subject), None)


def register_panel(slug: str, panel: Panel) -> None:
    """Show `panel` on the page of every object of the record type `slug`, or of EVERY type; a second one of the
    same key replaces.
    """
    others = [other for other in _panels.get(slug, ()) if other.key != panel.key]
    _panels[slug] = sorted([*others, panel], key=lambda p: (p.order, p.key))


def panels(slug: str) -> list[Panel]:
    """The panels of a record type, in their order."""
    from hengke.engines.records.custom import definitions

    found = [*_panels.get(slug, ()), *_panels.get(EVERY, ()), *definitions.panels_of(slug)]
    return sorted(found, key=lambda panel: (panel.order, panel.key))


def _check(record: RecordType) -> None:
    kind = type(record)
    names = [field.name for field in record.fields]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise declaration_error(kind, f"declares {sorted(twice)} twice", "keep one of them")
    if record.slug in _records and type(_records[record.slug]) is not kind:
        raise declaration_error(kind, f'the slug "{record.slug}" is taken', "choose another")
    if sum(field.title == 1 for field in record.fields) != 1:
        raise declaration_error(kind, "has no single field with title=1", "give the name field title=1")
    used = {name: "sections" for section in record.sections for name in section.fields}
    used |= {view.sort.lstrip("-"): "views" for view in record.views if view.sort}
    used |= {name: "upsert_by" for key in record.upsert_by for name in key}
    used |= dict.fromkeys(record.place, "place")
    shapes = {"board": record.board, "calendar": record.calendar, "calendar_end": record.calendar_end}
    used |= {name: shape for shape, name in shapes.items() if name}
    used[record.sort.lstrip("-")] = "sort"
    for name, where in used.items():
        if name not in names:
            raise declaration_error(kind, f'{where} names the unknown field "{name}"', "declare it in fields")
    if not record.field(record.sort.lstrip("-")).sort:
        raise declaration_error(
            kind, f'the sort field "{record.sort}" cannot be sorted by', "give it sort=True"
        )
