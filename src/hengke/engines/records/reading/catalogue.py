"""What exists of a record type for one person: fields, rows, and filters over them. Everything reads through
this.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, FilteredRelation, Q

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import OrgUnit
from hengke.engines.access.scoping import to_q
from hengke.engines.records.custom import computed, layouts
from hengke.engines.records.reading import reach, referred
from hengke.engines.records.reading.seen import seen
from hengke.engines.records.schema import days, kinds_tags
from hengke.engines.records.schema.declarations import Field, RecordType, Section, Values
from hengke.engines.records.schema.kinds import Date, Reference
from hengke.engines.records.schema.kinds_tags import Tags
from hengke.kernel.errors import InputError
from hengke.kernel.filters import EVERYTHING, NOTHING, And, Condition, Filter, Not, Or, conditions

NO_LABORATORY = "-"


def unknown_field(name: str) -> InputError:
    """The same answer for a field that does not exist and for one that may not be known to exist."""
    return InputError("unknown_field", "Unknown field: {field}.", field=name[:60])


class Catalogue:
    """`record` with the eyes of `actor`: fields of hidden sensitivities do not exist, nor do rows out of
    scope.
    """

    computes: ClassVar[bool] = True

    def __init__(self, record: RecordType, actor: Actor) -> None:
        self.record = record
        self.actor = actor
        rights = grants.FieldRights(actor, record.subject)
        fields = [seen(field, rights) for field in record.fields] if rights else record.fields
        self.fields = {field.name: field for field in fields if field is not None}
        for field in [field for field in self.fields.values() if field.computed is not None]:
            self._bind(field)
        self.paths = {name: self._path(field) for name, field in self.fields.items()}

    def _bind(self, field: Field) -> None:
        """Let a computed field exist as far as the actor may read what it is worked out from."""
        bound = computed.seen(field, self) if self.computes else None
        if bound is None:
            del self.fields[field.name]
        else:
            self.fields[field.name] = bound

    def field(self, name: str, ability: str = "") -> Field:
        """The field, if it exists for the actor and can be used for `ability` (list, filter, sort, write).

        Filters alone also reach the fields of what a record refers to, "customer.city".
        """
        field = self.fields.get(name)
        if field is None and ability == "filter":
            field = reach.field(self, name)
        if field is None or (ability and not getattr(field, ability)):
            raise unknown_field(name)
        return field

    def filterable(self, name: str) -> bool:
        """Whether a filter of the actor's may speak of the field `name`."""
        field = self.fields.get(name) or reach.field(self, name)
        return field is not None and field.filter

    def with_ability(self, ability: str) -> list[Field]:
        """The fields that have an ability, in the order of declaration."""
        return [field for field in self.fields.values() if getattr(field, ability)]

    def sections(self) -> list[tuple[Section, list[Field]]]:
        """The sections as the role finds them, with those of their fields that exist; empty ones are left out."""
        ordered = layouts.sections_for(self.record, self.actor)
        found = ((s, [self.fields[name] for name in s.fields if name in self.fields]) for s in ordered)
        return [(section, fields) for section, fields in found if fields]

    def readable(self, name: str) -> bool:
        """Whether the actor may read the whole value of a field."""
        field = self.fields.get(name)
        return field is not None and not field.masked

    def veil(self, target: Any) -> Any:
        """The object with what the actor may not read in full taken out, for templates that read attributes."""
        for field in self.record.fields:
            if self.readable(field.name) or field.is_elsewhere or self.in_summary(field):
                continue
            if field.column is not None:
                target.extra = {key: value for key, value in target.extra.items() if key != field.name}
            else:
                target.__dict__[field.path] = None if field.path.endswith("_id") else ""
        return target

    @cached_property
    def laboratory(self) -> str:
        """The only laboratory that the actor sees through, or "" for somebody who sees the whole institution."""
        return grants.only_laboratory(self.actor, self.record.subject)

    @cached_property
    def every_row_has_summary(self) -> bool:
        """Whether each visible object has the summary row that the actor sees it through.

        Not so for somebody who sees rows through a laboratory and others, say shared ones, without it.
        """
        if not self.laboratory:
            return True
        tree = grants.row_filter(self.actor, self.record.subject)
        parts = tree.parts if isinstance(tree, Or) else (tree,)
        return all(any(c.field == "laboratory" for c in conditions(part)) for part in parts)

    def rows(self, action: str = "view", *, walking: bool = False) -> models.QuerySet[Any]:
        """The objects on which the actor may do `action`; `walking` as for `rights_q`."""
        manager: Any = self.record.model._default_manager
        rows: models.QuerySet[Any] = manager.visible_to(self.actor, action, walking=walking)
        return rows

    def allows(self, action: str, target: models.Model) -> bool:
        """Whether the actor, who sees this object, may do `action` with it.

        A query only where the rights to it reach other rows than the right to see.
        """
        subject = self.record.subject
        if not grants.may(self.actor, action, subject):
            return False
        reached = grants.row_filter(self.actor, subject, action)
        if reached in (EVERYTHING, grants.row_filter(self.actor, subject)):
            return True
        return self.rows(action).filter(pk=target.pk).order_by().exists()

    def joined(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The same objects, read together with their summary row, whose values get names of their own.

        Where every object has the row, the join may be an inner one; that lets the row's index drive the order.
        Names of their own, because Django answers a negated filter over a reverse relation by a subquery.
        """
        if names := referred.named(self):
            rows = rows.annotate(**names)
        summary = self.record.summary
        if summary is None:
            return rows
        of = {f"{summary.relation}__laboratory": self.laboratory}
        rows = rows.annotate(**{summary.name: FilteredRelation(summary.relation, condition=Q(**of))})
        values = {self.paths[f.name]: F(f.path) for f in self.fields.values() if self.in_summary(f)}
        if self.every_row_has_summary:
            # First the filter, so that there is one inner join, then the names, which use it.
            rows = rows.filter(**{f"{summary.name}__laboratory": self.laboratory})
            key = F(f"{summary.name}__{summary.key}")
        else:
            key = F("pk")
        named: models.QuerySet[Any] = rows.annotate(**values, summary_key=key)
        return named

    def values_of(self, target: models.Model) -> Values | None:
        """The values of an object in hand as its list would show them, by field name.

        Reads only what other tables say; None when the actor may not see the object.
        """
        seen = self.rows().filter(pk=target.pk)
        if grants.row_filter(self.actor, self.record.subject) != EVERYTHING and not seen.exists():
            return None
        values: Values = {}
        others, figures = [], []
        for name, field in self.fields.items():
            if self.in_summary(field):
                figures.append(field)
            elif field.is_elsewhere:
                others.append(field)
            else:
                values[name] = field.key_of(target)
        if others:
            rows = self.joined(seen) if referred.named(self) else seen
            values |= _named(others, rows.values_list(*(self.paths[field.name] for field in others)))
        return values | (self._figures(target, figures) if figures else {})

    def _figures(self, target: models.Model, fields: list[Field]) -> Values:
        """What the summary row says of one object."""
        summary = self.record.summary
        assert summary is not None
        model: Any = self.record.model._meta.get_field(summary.relation).related_model
        rows = model.objects.filter(**{f"{summary.key}_id": target.pk, "laboratory": self.laboratory})
        start = len(summary.name) + 2
        return _named(fields, rows.values_list(*(field.path[start:] for field in fields)))

    def in_summary(self, field: Field) -> bool:
        """Whether the field lives in the summary row."""
        summary = self.record.summary
        return summary is not None and field.path.startswith(f"{summary.name}__")

    def _path(self, field: Field) -> str:
        return (
            f"summary_{field.name}"
            if self.in_summary(field)
            else referred.guarded_path(self, field) or field.path
        )

    def read(self, tree: Filter) -> Filter:
        """`tree` with text turned into values of the fields' kinds; InputError for what does not fit."""
        match tree:
            case Condition(name, op, value):
                field = self.field(name, "filter")
                if op not in field.kind.operators:
                    raise InputError("filter_operator", "Unknown filter operator: {op}.", op=op)
                return Condition(name, op, _operand(field, op, value))
            case Not(part):
                return Not(self.read(part))
            case And(parts):
                return And(tuple(self.read(part) for part in parts))
            case Or(parts):
                return Or(tuple(self.read(part) for part in parts))

    def q(self, tree: Filter, paths: Mapping[str, str] | None = None) -> Q:
        """The condition of a tree that `read` gave back; `paths` instead of the catalogue's own."""
        usable = {name: path for name, path in (paths or self.paths).items() if self.fields[name].filter}
        return to_q(self.bound(tree), usable)

    def bound(self, tree: Filter) -> Filter:
        """`tree` with the values of the person and the day, in comparisons that the database knows."""
        match tree:
            case Condition(name, op, value):
                return self._bound_condition(name, op, value)
            case Not(part):
                return Not(self.bound(part))
            case And(parts):
                return And(tuple(self.bound(part) for part in parts))
            case Or(parts):
                return Or(tuple(self.bound(part) for part in parts))

    def _bound_condition(self, name: str, op: str, value: Any) -> Filter:
        field = self.field(name, "filter")
        if name not in self.fields or referred.guarded_path(self, field):
            return reach.condition(self, name, op, value) or NOTHING
        plain = field.column is None and field.kind.json_type in (str, list[str])
        if op == "empty" and plain and not field.kind.numeric:
            # Text columns hold "" where nothing was entered.
            return Condition(name, "eq" if value else "ne", "")
        if isinstance(field.kind, Tags):
            return kinds_tags.condition(name, op, value)
        given = value if isinstance(value, tuple) else (value,)
        if isinstance(field.kind, Reference) and field.kind.place in given:
            return self._own_place(name, op, field.kind.place, given)
        if isinstance(field.kind, Date):
            given = tuple(days.day_of(v) for v in given)
        return Condition(name, op, given if isinstance(value, tuple) else given[0])

    def _own_place(self, name: str, op: str, place: str, given: tuple[Any, ...]) -> Filter:
        """A condition that names the person or the person's unit, with the units below it."""
        keys = (value for value in given if value != place)
        own = self._units() if place == "@unit" else (self.actor.user_id,)
        found = Condition(name, "in", (*keys, *(key for key in own if key is not None)))
        return Not(found) if op == "ne" else found

    def _units(self) -> tuple[int, ...]:
        """The keys of the person's unit and of those below it. One query."""
        if not self.actor.unit_path:
            return ()
        units = OrgUnit.objects.filter(path__startswith=self.actor.unit_path).order_by()
        return tuple(units.values_list("pk", flat=True))


class Plain(Catalogue):
    """A catalogue without the fields that are worked out from its others."""

    computes = False


def _named(fields: list[Field], rows: models.QuerySet[Any]) -> Values:
    """The first of `rows` by the names of its fields."""
    row = next(iter(rows[:1]), (None,) * len(fields))
    return {field.name: value for field, value in zip(fields, row, strict=True)}


def _operand(field: Field, op: str, value: Any) -> Any:
    if op == "empty":
        return value in (True, 1, "1", "true")
    if op == "in":
        return tuple(
            _scalar(field, v) for v in (value if isinstance(value, (tuple, list)) else str(value).split(","))
        )
    return _scalar(field, value)


def _scalar(field: Field, value: Any) -> Any:
    if isinstance(value, bool) and field.kind.json_type is bool:
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InputError("filter_malformed", "The filter cannot be read.")
    return field.kind.read(str(value))
