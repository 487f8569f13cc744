"""A roll-up: a figure over the objects that refer to this one. Everybody's is reckoned from what they may see.

Whoever may not read the field that is summed, the reference or a field of the condition has no such figure at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Func
from django.db.models.lookups import Exact

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.custom.formula.field import Bound, Outer, subquery
from hengke.engines.records.custom.formula.sources import Source, source_of
from hengke.engines.records.custom.formula.sql import Expr, Part, Place, stored
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.kinds import Reference
from hengke.kernel.errors import HengkeError
from hengke.kernel.filters import EVERYTHING, Filter, conditions, from_json

if TYPE_CHECKING:
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.schema.declarations import Field, RecordType

HOWS = ("count", "sum", "min", "max", "avg")
_FUNCTIONS = {"count": "COUNT", "sum": "SUM", "min": "MIN", "max": "MAX", "avg": "AVG"}


@dataclass(frozen=True)
class Rollup:
    """`how` over the field `what` of objects of `of` whose reference `by` is the object, those that meet `where`."""

    of: str
    by: str
    how: str
    what: str = ""
    where: Filter = EVERYTHING

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Rollup:
        """The stored form."""
        where = from_json(options["where"]) if options.get("where") else EVERYTHING
        return cls(options["of"], options["by"], options["how"], options.get("what", ""), where)

    def binder(self, digits: int) -> Callable[[Catalogue], Bound | None]:
        """What gives the expression for a person."""
        return lambda catalogue: self._bind(catalogue, digits)

    def source(self, others: Catalogue) -> Source | None:
        """What is summed; None for a count and for what does not exist for the person."""
        field = others.fields.get(self.what)
        return source_of(field) if field is not None else None

    def _bind(self, catalogue: Catalogue, digits: int) -> Bound | None:
        from hengke.engines.records.custom import definitions
        from hengke.engines.records.reading.catalogue import Plain

        record = registry.by_slug(self.of)
        if not grants.may(catalogue.actor, "view", record.subject):
            return None
        others = Plain(record, catalogue.actor)
        if not others.readable(self.by) or (self.how != "count" and self.source(others) is None):
            return None
        try:
            where = others.read(self.where)
        except HengkeError:
            return None  # a field of the condition does not exist for this person
        rights = repr(grants.row_filter(catalogue.actor, record.subject))
        key = (
            self,
            digits,
            definitions.known().stamp,
            rights,
            catalogue.actor.user_id if self._is_own else None,
        )
        type_ = source.type if (source := self.source(others)) is not None else "number"
        made = Expr(type_, lambda at: self._sql(at, catalogue, others, where))
        return key, stored(made, digits) if type_ == "number" else made

    @property
    def _is_own(self) -> bool:
        """Whether the condition speaks of the person who asks."""
        return any("@" in repr(condition.value) for condition in conditions(self.where))

    def _sql(self, at: Place, catalogue: Catalogue, others: Catalogue, where: Filter) -> Part:
        quote = at.compiler.connection.ops.quote_name
        pk: Any = catalogue.record.model._meta.pk
        # To SQLite a key is a whole number, and an index over an expression is of no type: the sign takes it away.
        sign = "+" if at.is_lite else ""
        outer = Outer((f"({sign}{quote(at.alias)}.{quote(pk.column)})", ()), pk)
        rows = others.rows()
        if any(
            others.in_summary(others.fields[c.field]) for c in conditions(where) if c.field in others.fields
        ):
            rows = others.joined(rows)
        rows = rows.filter(others.q(where))
        if sum(map(bool, rows.query.alias_refcount.values())) > 1:
            # A join must not count a row twice.
            manager: Any = others.record.model._default_manager
            rows = manager.filter(pk__in=rows.order_by().values("pk"))
        rows = rows.filter(Exact(F(_place(others.fields[self.by])), outer)).order_by()
        source = self.source(others)
        of: Any = source.read() if source is not None else F("pk")
        summed = Func(of, function=_FUNCTIONS[self.how], output_field=models.TextField())
        words, values = subquery(at, rows.annotate(rolled=summed).values("rolled"))
        return (f"COALESCE({words}, 0)" if self.how == "sum" else words), values


def _place(field: Field) -> str:
    """Where the reference keeps its key."""
    return field.path if field.column is not None else f"{field.path}_id"


def references_to(record: RecordType) -> list[tuple[RecordType, Field]]:
    """The references of all record types that lead to this one."""
    from hengke.engines.records.reading.catalogue import Plain

    return [
        (other, field)
        for other in registry.all_records()
        for field in Plain(other, Actor.system()).fields.values()
        if isinstance(field.kind, Reference) and field.kind.model is record.model and not field.is_elsewhere
    ]


def summable(record: RecordType) -> list[tuple[Field, Source]]:
    """The fields of a record type over which something can be reckoned."""
    from hengke.engines.records.reading.catalogue import Plain

    found = ((field, source_of(field)) for field in Plain(record, Actor.system()).fields.values())
    return [
        (field, source) for field, source in found if source is not None and source.type in ("number", "date")
    ]
