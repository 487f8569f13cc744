"""A record type out of an institution's own object: its model is a proxy that shows the rows of this object only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy

from hengke.engines.access import labels
from hengke.engines.access.actor import Actor
from hengke.engines.access.scopes import WHERE_WORDS
from hengke.engines.access.scoping import Path, ScopedQuerySet
from hengke.engines.records.custom.columns import ReferenceColumn
from hengke.engines.records.custom.models import CustomObject, CustomRecord
from hengke.engines.records.schema.declarations import Field, RecordType, Section, Values
from hengke.engines.records.schema.kinds import Choice, Date
from hengke.engines.records.schema.kinds_tags import Tags
from hengke.engines.records.schema.numbering import Numbering

# A registry of their own: the apps' is read by migrations, and emptying its caches disturbs other threads.
_apps = Apps()
_models: dict[int, type[CustomRecord]] = {}
_names: dict[int, tuple[str, str, str]] = {}


class _Rows(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The rows of the proxy's object."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=self.model.made_kind)


def model_of(row: CustomObject) -> type[CustomRecord]:
    """The proxy of an object, the same one for as long as the process lives."""
    if row.pk not in _models:
        meta = type("Meta", (), {
            "proxy": True, "app_label": "records", "apps": _apps,
            "base_manager_name": "objects", "default_manager_name": "objects",
            "verbose_name": _words(row.pk, 1), "verbose_name_plural": _words(row.pk, 2),
        })  # fmt: skip
        body = {"Meta": meta, "__module__": __name__, "objects": _Rows(), "made_kind": row.pk}
        _models[row.pk] = type(f"O{row.pk}", (CustomRecord,), body)
        labels.add(_models[row.pk])
    return _models[row.pk]


def scope(slug: str, fields: Iterable[Field]) -> bool:
    """Let rights find the words of places and kinds of customers at the first reference to what has them; whether that
    is new to the model.
    """
    model = _models[int(slug.removeprefix("o"))]
    found = next(
        (f for f in fields if f.filter and isinstance(f.column, ReferenceColumn) and _words_at(f)), None
    )
    paths = CustomRecord.scope_paths | (_words_at(found) if found is not None else {})
    if paths == model.scope_paths:
        return False
    model.scope_paths = paths
    return True


def _words_at(field: Field) -> dict[str, Path]:
    target: Any = field.column.to if isinstance(field.column, ReferenceColumn) else None
    own = {column.name for column in target._meta.concrete_fields}
    known = getattr(target, "scope_paths", {})
    return {word: f"{field.path}__{word}" for word in WHERE_WORDS if known.get(word) == word and word in own}


def record_of(row: CustomObject) -> RecordType:
    """The record type of an object as it is now."""
    _names[row.pk] = (row.name, row.name_en, row.plural_en)
    numbered = (("number", numbering_of(row)),) if row.pattern else ()
    body: dict[str, Any] = {
        "model": model_of(row), "slug": row.slug, "icon": row.icon, "party": "party_id", "sort": "-updated_at",
        "fields": _fields(row), "sections": (Section("facts", gettext_lazy("Basic facts"), _FACTS),),
        "upsert_by": (("number",), ("name",)) if row.pattern else (("name",),),
        "board": property(_first_choice), "calendar": property(_first_day),
        "numbers": numbered, "defaults": _defaults, "search_subtitle": "{number}" if row.pattern else "",
    }  # fmt: skip
    made: Any = type(f"O{row.pk}Record", (_Base,), body, registered=False)
    found: RecordType = made()
    return found


def numbering_of(row: CustomObject) -> Numbering:
    """How its rows are numbered. Every pattern counts for itself."""
    return Numbering(f"{row.slug}:{row.pattern}"[:60], row.pattern)


class _Base(RecordType, registered=False):
    """What all of them share."""


_FACTS = ("number", "name", "tags", "owner", "unit", "created_at", "updated_at")


def _fields(row: CustomObject) -> tuple[Field, ...]:
    title = Field("name", label=row.title_name, title=1, list=True, filter=True, sort=True, search=5)
    number = Field("number", title=2, list=True, filter=True, sort=True, search=4, mono=True, write=False)
    return (
        title,
        *((number,) if row.pattern else ()),
        Field("tags", kind=Tags(), filter=True, search=3),
        Field("owner", list=True, filter=True, write=False),
        Field("unit", filter=True, write=False),
        Field("created_at", filter=True, sort=True),
        Field("updated_at", list=True, filter=True, sort=True),
    )


def _first_choice(record: RecordType) -> str:
    """The board is made by the first choice that the administrator gave the object."""
    own = record.fields[len(record.declared) :]
    return next((f.name for f in own if f.filter and isinstance(f.kind, Choice) and not f.kind.many), "")


def _first_day(record: RecordType) -> str:
    """The calendar is made by the first day or moment."""
    own = record.fields[len(record.declared) :]
    return next((f.name for f in own if f.filter and isinstance(f.kind, Date)), "")


def _defaults(_record: RecordType, actor: Actor) -> Values:
    """Whoever makes it is responsible for it."""
    return {"owner_id": actor.user_id, "unit_id": actor.unit_id}


def _said(pk: int, number: int) -> str:
    name, name_en, plural_en = _names.get(pk, ("", "", ""))
    if not name_en or (get_language() or "zh").startswith("zh"):
        return name
    return (plural_en or name_en) if number > 1 else name_en


_words = lazy(_said, str)
