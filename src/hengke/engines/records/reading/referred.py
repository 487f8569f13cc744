"""The names of what a record refers to, for a person who may see the record but not everything it refers to.

An activity of one's own unit may be with a customer of another. Its row is shown, the customer's name is not: every
door reads such a name through a path of its own, which holds nothing where the object is out of the person's scope.
Somebody who sees all objects of that type reads the plain path, so the rule costs nothing there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, When

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field, RecordType, column_of
from hengke.engines.records.schema.kinds import Reference
from hengke.kernel.filters import EVERYTHING

if TYPE_CHECKING:
    from hengke.engines.records.reading.catalogue import Catalogue

Names = dict[str, Any]


def beyond(catalogue: Catalogue, field: Field) -> type[models.Model] | None:
    """The model whose names the field tells, if the person sees only some of its objects; no query."""
    model = _model(catalogue.record, field)
    return model if model is not None and _is_narrow(catalogue.actor, model) else None


def path(catalogue: Catalogue, reference: Field) -> str:
    """Where the name of what a reference refers to is read; the rows must be `Catalogue.joined`."""
    if beyond(catalogue, reference) is not None:
        return _guarded(reference)
    assert isinstance(reference.kind, Reference)
    return f"{catalogue.paths[reference.name]}__{reference.kind.by}"


def guarded_path(catalogue: Catalogue, field: Field) -> str:
    """The path of a field that tells a name of another object; "" when its own path may be read."""
    return _guarded(field) if field.is_elsewhere and beyond(catalogue, field) is not None else ""


def named(catalogue: Catalogue) -> Names:
    """What `Catalogue.joined` adds to rows so that the guarded paths exist."""
    found = ((field, beyond(catalogue, field)) for field in catalogue.fields.values())
    return {_guarded(field): _name(catalogue, field, model) for field, model in found if model is not None}


def shown_of(catalogue: Catalogue, field: Field, target: Any) -> tuple[Any, Any]:
    """As `Field.shown_of`, without the name of an object out of scope; a query only for who sees some."""
    key, words = field.shown_of(target)
    model = beyond(catalogue, field) if key is not None else None
    if model is None:
        return key, words
    return key, words if _visible(catalogue.actor, model).filter(pk=key).exists() else ""


def telling(actor: Actor, record: RecordType, words: Collection[str], keys: Collection[int]) -> set[int]:
    """Those of these objects whose `words` ("customer.name") would name something out of the person's scope."""
    found: set[int] = set()
    for first in sorted({word.partition(".")[0] for word in words if "." in word}):
        column: Any = record.model._meta.get_field(first)
        if not _is_narrow(actor, column.related_model):
            continue
        rows = record.model._base_manager.filter(pk__in=keys, **{f"{first}__isnull": False})
        others = dict(rows.values_list("pk", column.attname))
        seen = _visible(actor, column.related_model).filter(pk__in=set(others.values()))
        seen_keys = set(seen.values_list("pk", flat=True))
        found |= {pk for pk, other in others.items() if other not in seen_keys}
    return found


def visible(actor: Actor, model: type[models.Model]) -> models.QuerySet[Any]:
    """The objects of a model whose names the person may read; people and units are known to everybody."""
    if registry.by_subject(model._meta.label_lower) is None:
        return model._base_manager.all()
    return _visible(actor, model)


def _guarded(field: Field) -> str:
    return f"name_of_{field.name}"


def _model(record: RecordType, field: Field) -> type[models.Model] | None:
    """The model of the business object that a field names."""
    if isinstance(field.kind, Reference):
        model = field.kind.model
    elif field.is_elsewhere and not _is_figure(record, field):
        step: Any = record.model._meta.get_field(field.path.partition("__")[0])
        model = step.related_model
    else:
        return None
    return model if model is not None and registry.by_subject(model._meta.label_lower) else None


def _is_figure(record: RecordType, field: Field) -> bool:
    return record.summary is not None and field.path.startswith(f"{record.summary.name}__")


def _is_narrow(actor: Actor, model: type[models.Model]) -> bool:
    return grants.row_filter(actor, model._meta.label_lower) != EVERYTHING


def _visible(actor: Actor, model: type[models.Model]) -> models.QuerySet[Any]:
    manager: Any = model._default_manager
    rows: models.QuerySet[Any] = manager.visible_to(actor)
    return rows


def _name(catalogue: Catalogue, field: Field, model: type[models.Model]) -> Case:
    """The name where the object behind the reference is visible, asked by its key."""
    if isinstance(field.kind, Reference):
        key, words = field.path, f"{field.path}__{field.kind.by}"
        column: Any = model._meta.get_field(field.kind.by)
    else:
        key, words = field.path.partition("__")[0], field.path
        column = column_of(type(catalogue.record), field)
    seen = _visible(catalogue.actor, model).filter(pk=OuterRef(key))
    return Case(When(Exists(seen), then=F(words)), output_field=column)
