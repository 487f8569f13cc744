"""Dimensions of an institution's own: fields that it added to customers, and how many rows of an object name one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.custom import definitions
from hengke.engines.records.custom.columns import ReferenceColumn
from hengke.engines.records.reading import referred
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field, RecordType
from hengke.engines.records.schema.kinds import Choice, Reference
from hengke.kernel.filters import EVERYTHING
from hengke.modules.customers.models import Customer
from hengke.modules.insight.services.own import CUSTOMERS, is_word

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr import types as ir

    from hengke_analytics.cube import Dimension

TABLE = "dim_own"
SUBJECT = Customer._meta.label_lower
_FEW = ("0", "1", "2–4", "5+")


def dimensions(actor: Actor, backend: Backend) -> list[Dimension]:
    """Those that the warehouse at hand knows; field rights are judged by who asks."""
    if TABLE not in backend.list_tables():
        return []
    columns = set(backend.table(TABLE).columns)
    words = [_word(actor, field) for field in definitions.fields_of(CUSTOMERS) if is_word(field)]
    return [d for d in (*words, *_counts(actor)) if d.name in columns]


def _word(actor: Actor, field: Field) -> Dimension:
    from hengke_analytics.cube import Dimension

    plain = not isinstance(field.kind, Reference) and not getattr(field.kind, "choices", ())
    return Dimension(
        field.name, str(field.label), "customer", ("customer",), partial(_column, field.name), own=True,
        many=not getattr(field.kind, "choices", ()), words=None if plain else partial(_words, actor, field),
        subject=SUBJECT, field=field.name, sensitivity=field.sensitivity,
    )  # fmt: skip


def _column(name: str, table: ir.Table) -> ir.Value:
    return table[name]


def _words(actor: Actor, field: Field, keys: set[Any]) -> Mapping[Any, str]:
    """Names of members: of a choice its word, of a reference the name as far as the person may see it."""
    kind = field.kind
    if isinstance(kind, Reference) and kind.model is not None:
        wanted = [int(key) for key in keys if str(key).isdigit()]
        rows = referred.visible(actor, kind.model).filter(pk__in=wanted).values_list("pk", kind.by)
        return {str(pk): str(name) for pk, name in rows}
    offered: Iterable[tuple[str, Any]] = (
        kind.choices if isinstance(kind, Choice) else getattr(kind, "choices", ())
    )
    return {key: str(words) for key, words in offered}


def _counts(actor: Actor) -> Iterator[Dimension]:
    """One for each field of an object that refers to customers; only for who sees all of its rows."""
    for record in registry.made():
        if not grants.may(actor, "view", record.subject):
            continue
        if grants.row_filter(actor, record.subject) == EVERYTHING:
            for field in definitions.fields_of(record.slug):
                if isinstance(field.column, ReferenceColumn) and field.column.to is Customer:
                    yield _count(record, field)


def _count(record: RecordType, field: Field) -> Dimension:
    from hengke_analytics.cube import Dimension
    from hengke_analytics.warehouse.own import count_column

    name = count_column(record.slug, field.name)
    label = _("Number: %(what)s (%(field)s)") % {"what": record.label, "field": field.label}
    return Dimension(
        name, label, "customer", ("customer",), partial(_few, name), own=True, order=_FEW, subject=record.subject,
        field=field.name, sensitivity=field.sensitivity,
    )  # fmt: skip


def _few(name: str, table: ir.Table) -> ir.Value:
    """None, one, some, many: a customer that no row names stands under 0."""
    from hengke_analytics.shapes import ibis

    n = table[name].fill_null(0)
    return ibis.cases((n == 0, _FEW[0]), (n == 1, _FEW[1]), (n < 5, _FEW[2]), else_=_FEW[3])
