"""The one read door: `Model.objects.visible_to(actor, action)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact, In

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.unindexed import Unindexed
from hengke.kernel.errors import InputError
from hengke.kernel.filters import And, Condition, Filter, Not, Or, within

M = TypeVar("M", bound=models.Model)

_LOOKUPS = {
    "eq": "exact", "lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte", "in": "in",
    "contains": "contains", "startswith": "startswith",
}  # fmt: skip
# An empty Q() vanishes inside | and ~, so "everything" and "nothing" are said outright.
NO_ROW = Q(pk__in=())
EVERY_ROW = ~NO_ROW


@dataclass(frozen=True)
class UnitOf:
    """Where the word "unit" is found: the column with the unit's key. Its path is compared by a short list of keys,
    so that an index on the column serves; a comparison through a join could use none.
    """

    column: str
    walked: bool = False

    def q(self, lookup: str, value: Any) -> Q:
        """The condition on the unit's path, as one on the column."""
        from hengke.engines.access.models import OrgUnit

        units = OrgUnit.objects.filter(**{f"path__{lookup}": value}).values("pk").order_by()
        if self.walked:
            return Q(In(Unindexed(F(self.column)), units.query))
        return Q(**{f"{self.column}__in": units})


@dataclass(frozen=True)
class AnyOf:
    """A path to several rows of another table: inside an alternative or a negation it must not multiply rows."""

    path: str
    model: str


@dataclass(frozen=True)
class Walked:
    """A column of the model itself, taken from the row instead of found by its index (records/plans says when)."""

    column: str

    def q(self, lookup: str, value: Any) -> Q:
        """The condition on the column; only what scopes say of own columns."""
        column = Unindexed(F(self.column))
        return Q(In(column, value) if lookup == "in" else Exact(column, value))


Path = str | UnitOf | AnyOf | Walked
Paths = Mapping[str, Path]


def to_q(tree: Filter, paths: Paths, *, alone: bool = True, negated: bool = False) -> Q:
    """Compile a filter to `Q`; `paths` is the catalogue: field name -> ORM path, anything else is unknown.

    `alone`: nothing stands beside the tree but what also must hold. `negated`: it stands inside a negation.
    """
    match tree:
        case Condition(field, op, value):
            return _condition(field, op, value, paths, alone, negated)
        case Not(part):
            return ~to_q(part, paths, alone=False, negated=True)
        case And(parts):
            found = (to_q(p, paths, alone=alone, negated=negated) for p in parts)
            return reduce(and_, found) if parts else EVERY_ROW
        case Or(parts):
            found = (to_q(p, paths, alone=False, negated=negated) for p in parts)
            return reduce(or_, found) if parts else NO_ROW


def _condition(field: str, op: str, value: Any, paths: Paths, alone: bool, negated: bool) -> Q:
    path = paths.get(field)
    if path is None:
        raise InputError("unknown_field", "Unknown field: {field}.", field=field)
    if op == "in" and not value:
        return NO_ROW
    if op == "ne":
        return ~_condition(field, "eq", value, paths, alone=False, negated=True)
    if isinstance(path, AnyOf):
        return _any_of(path, Q(**{f"{path.path}__{_LOOKUPS[op]}": value}), alone)
    column = path if isinstance(path, str) else path.column
    if op == "empty":
        return Q(**{f"{column}__isnull": bool(value)})
    q = Q(**{f"{column}__{_LOOKUPS[op]}": value}) if isinstance(path, str) else path.q(_LOOKUPS[op], value)
    # Django guards a negation against NULL only where it knows of it, and forgets a join that it makes outer later.
    guarded = negated and ("__" in column or not isinstance(path, str))
    return q & Q(**{f"{column}__isnull": False}) if guarded else q


def _any_of(path: AnyOf, condition: Q, alone: bool) -> Q:
    if alone:
        return condition
    model: Any = apps.get_model(path.model)
    return Q(pk__in=model._base_manager.filter(condition).values("pk"))


def rights_q(model: Any, tree: Filter, *, walking: bool = False) -> Q:
    """The condition of a tree of rights on a scoped model; alternatives with words it does not know show nothing.

    `walking`: the rows are read in the order of another index, so the scope must not choose one of its own.
    """
    paths: Paths = {model._meta.label_lower: "pk"} | model.scope_paths
    if walking:
        paths = {word: _walked(path) for word, path in paths.items()}
    return to_q(within(tree, paths), paths)


def _walked(path: Path) -> Path:
    if isinstance(path, UnitOf) and "__" not in path.column:
        return UnitOf(path.column, walked=True)
    return Walked(path) if isinstance(path, str) and "__" not in path and path != "pk" else path


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that knows whose eyes it is read with."""

    def visible_to(self, actor: Actor, action: str = "view", *, walking: bool = False) -> Self:
        """Only live rows on which the actor may do `action`; a model without the scope's word yields nothing."""
        model: Any = self.model
        tree = grants.row_filter(actor, model._meta.label_lower, action)
        return self.filter(model.live, rights_q(model, tree, walking=walking))

    def within(self, tree: Filter) -> Self:
        """Only live rows of a tree of rights that `grants.row_filter` gave: what queries prepared for it begin with."""
        model: Any = self.model
        return self.filter(model.live, rights_q(model, tree))


class Scoped(models.Model):
    """A model with rows of different people; states where the words of scopes are found.

    Words: owner (a person's key), unit (`UnitOf`), laboratory, those of `scopes.WHERE_WORDS`, and by its subject the
    key of a record which brings its own rows along when it is shared.
    """

    scope_paths: ClassVar[dict[str, Path]] = {}
    live: ClassVar[Q] = Q()
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
