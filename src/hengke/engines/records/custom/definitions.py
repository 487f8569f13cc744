"""The custom fields that hold now, read once per process and anew as soon as their number has changed.

Every request learns the number together with the person (`access.carried`), every job when it begins; so a
field that an administrator adds is there in all processes with the next click, for no query of its own.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from hengke.engines.access import prepared
from hengke.engines.records.custom.columns import path_of
from hengke.engines.records.custom.computed import Computed
from hengke.engines.records.custom.kinds import OFFERS
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import MADE_SLUG
from hengke.engines.records.schema.declarations import Field, Panel, RecordType, Section

if TYPE_CHECKING:
    from hengke.engines.records.custom.layouts import Layout

log = logging.getLogger("hengke.records")
OTHER = _("Other facts")
NEVER = -1


@dataclass(frozen=True)
class Known:
    """What holds under one number: custom fields and sections by slug of the record type."""

    stamp: int = NEVER
    fields: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    sections: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)
    panels: dict[str, tuple[Panel, ...]] = field(default_factory=dict)
    layouts: dict[tuple[str, str], Layout] = field(default_factory=dict)


_known = Known()


def renew() -> None:
    """Make every process read the definitions anew; call it in the transaction that changes them."""
    from hengke.engines.records.models import Definitions

    # Random, so that neither a rolled-back change nor a restored back-up gives a known number another meaning.
    Definitions.objects.update_or_create(pk=1, defaults={"stamp": secrets.randbits(62) + 1})


def stamp_query() -> Subquery:
    """The number, to be read together with the person asking."""
    from hengke.engines.records.models import Definitions

    return Subquery(Definitions.objects.filter(pk=1).values("stamp"))


def refresh(stamp: int | None = None) -> None:
    """Read the definitions unless they are those of `stamp`, which is asked for when not given."""
    from hengke.engines.records.models import Definitions

    global _known
    if stamp is None:
        stamp = Definitions.objects.filter(pk=1).values_list("stamp", flat=True).first() or 0
    if stamp != _known.stamp:
        _known = _read(stamp)


def forget() -> None:
    """Know of no custom field or object until the next refresh."""
    global _known
    _known = Known()
    registry.set_made({})


def known() -> Known:
    """What holds now."""
    return _known


def fields_of(slug: str) -> tuple[Field, ...]:
    """The live custom fields of a record type, in their order."""
    return _known.fields.get(slug, ())


def panels_of(slug: str) -> tuple[Panel, ...]:
    """Lists of what refers to an object of this record type by custom fields."""
    return _known.panels.get(slug, ())


def with_sections(slug: str, declared: tuple[Section, ...]) -> tuple[Section, ...]:
    """The declared sections and the custom ones; custom fields whose section has a declared name join it."""
    own = _known.sections.get(slug)
    if not own:
        return declared
    found = {str(section.label): section for section in declared}
    unnamed = str(declared[0].label if MADE_SLUG.fullmatch(slug) else OTHER)
    for words, names in own:
        label = words or unnamed
        if label in found:
            found[label] = replace(found[label], fields=(*found[label].fields, *names))
        else:
            found[label] = Section(f"custom-{len(found)}", words or OTHER, names)
    return tuple(found.values())


def _read(stamp: int) -> Known:
    from hengke.engines.records.custom import made, referring
    from hengke.engines.records.custom.layouts import Layout
    from hengke.engines.records.custom.models import RecordLayout
    from hengke.engines.records.models import CustomField

    # First the objects, for a field may refer to one.
    registry.set_made(_objects())
    fields: dict[str, list[Field]] = {}
    sections: dict[str, dict[str, list[str]]] = {}
    usable: list[CustomField] = []
    there = [record.slug for record in registry.all_records()]
    for row in CustomField.objects.filter(deleted_at=None, record__in=there):
        one = _made(row)
        if one is not None:
            usable.append(row)
            fields.setdefault(row.record, []).append(one)
            sections.setdefault(row.record, {}).setdefault(row.section, []).append(one.name)
    moved = [made.scope(record.slug, fields.get(record.slug, ())) for record in registry.made()]
    if any(moved):
        prepared.forget_all()
    return Known(
        stamp,
        {slug: tuple(found) for slug, found in fields.items()},
        {slug: tuple((s, tuple(names)) for s, names in found.items()) for slug, found in sections.items()},
        referring.panels_of(usable),
        {(row.record, row.role): Layout.of(row) for row in RecordLayout.objects.all()},
    )


def _objects() -> dict[str, RecordType]:
    from hengke.engines.records.custom import made
    from hengke.engines.records.custom.models import CustomObject

    found: dict[str, RecordType] = {}
    for row in CustomObject.objects.all():
        try:
            # A removed one still needs its model: events and journals name it.
            record = made.record_of(row)
        except Exception:
            log.exception("the object %s (%s) cannot be used", row.slug, row.name)
            continue
        if row.deleted_at is None:
            found[row.slug] = record
    return found


def _made(row: Any) -> Field | None:
    try:
        return made_field(row)
    except Exception:
        # One definition that no longer makes sense must not take every page down with it.
        log.exception("the custom field %s (%s) cannot be used", row.key, row.name)
        return None


def made_field(row: Any) -> Field:
    """The field that a definition describes."""
    offer = OFFERS[row.kind]
    common = {"blank": not row.required, "null": True, "verbose_name": row.name, "help_text": row.help,
              "db_index": row.filter and not offer.worked}  # fmt: skip
    column = offer.column(row.options, common)
    kind = offer.kind(row.options)
    return Field(
        row.key, path=path_of(row.key, column), computed=_computed(row, column), kind=kind, label=row.name,
        column=column, list=row.list, filter=row.filter,
        sort=row.filter and not kind.many and kind.control not in ("reference", "area", "file"),
        search=2 if row.search and offer.searched else 0, sensitivity=row.sensitivity, write=not offer.worked,
        inline=offer.inline, group=row.filter and (not kind.numeric if offer.worked else offer.grouped),
    )  # fmt: skip


def _computed(row: Any, column: Any) -> Computed | None:
    """How a formula or roll-up is worked out; None for what people enter."""
    from hengke.engines.records.custom.formula.field import binder
    from hengke.engines.records.custom.rollup import Rollup

    digits = int(row.options.get("digits") or 0)
    if row.kind == "formula":
        return Computed(binder(row.options["text"], digits), column)
    if row.kind == "rollup":
        return Computed(Rollup.from_options(row.options).binder(digits), column)
    return None
