"""The one read door: `Model.objects.visible_to(actor, action)`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.kernel.filters import And, Condition, Filter, Not, Or

M = TypeVar("M", bound=models.Model)

_LOOKUPS = {
    "eq": "exact", "lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte", "in": "in",
    "contains": "contains", "startswith": "startswith",
}  # fmt: skip
# An empty Q() vanishes inside | and ~, so "everything" and "nothing" are said outright.
NO_ROW = Q(pk__in=())
EVERY_ROW = ~NO_ROW


def to_q(tree: Filter, paths: Mapping[str, str]) -> Q:
    """Compile a filter to `Q`; `paths` is the catalogue: field name -> ORM path, anything else is unknown."""
    match tree:
        case Condition(field, op, value):
            return _condition(field, op, value, paths)
        case Not(part):
            return ~to_q(part, paths)
        case And(parts):
            return reduce(and_, (to_q(p, paths) for p in parts)) if parts else EVERY_ROW
        case Or(parts):
            return reduce(or_, (to_q(p, paths) for p in parts)) if parts else NO_ROW


def _condition(field: str, op: str, value: Any, paths: Mapping[str, str]) -> Q:
    path = paths.get(field)
    if path is None:
        raise InputError("unknown_field", "Unknown field: {field}.", field=field)
    if op == "empty":
        return Q(**{f"{path}__isnull": bool(value)})
    if op == "ne":
        return ~Q(**{f"{path}__exact": value})
    return Q(**{f"{path}__{_LOOKUPS[op]}": value})


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that knows whose eyes it is read with."""

    def visible_to(self, actor: Actor, action: str = "view") -> Self:
        """Only live rows on which the actor may do `action`; a model without the scope's word yields nothing."""
        model: Any = self.model
        tree = grants.row_filter(actor, model._meta.label_lower, action)
        try:
            return self.filter(model.live, to_q(tree, model.scope_paths))
        except InputError:
            return self.none()


class Scoped(models.Model):
    """A model with rows of different people; states where the words owner, unit and laboratory are found."""

    scope_paths: ClassVar[dict[str, str]] = {}
    live: ClassVar[Q] = Q()
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
