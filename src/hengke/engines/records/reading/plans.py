"""Help SQLite to walk an order's index when a condition fits many rows; PostgreSQL knows that by itself.

SQLite estimates every city to be of average size, takes the city's index and sorts all its rows. When the
bounded count
has shown that there are many, walking the index of the order until a page is full reads far fewer. A unary
plus keeps
the condition's own index out of the choice and changes nothing else.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from hengke.engines.access import labels, unindexed  # noqa: F401  (registers the lookup)
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.declarations import Field, column_of
from hengke.kernel.filters import Filter, conditions


def walking_paths(catalogue: Catalogue, order: str, where: Filter) -> dict[str, str]:
    """The catalogue's paths with own text columns taken from the row, unless an index leads to one of their values and
    through its rows in the order of the path `order`: then it is better than walking.
    """
    equal = {c.field for c in conditions(where) if c.op == "eq"} - {
        c.field for c in conditions(where) if c.op != "eq"
    }
    meta: Any = catalogue.record.model._meta
    led = {index.fields[0] for index in meta.indexes if index.fields[1:2] == [order]}
    return {
        name: f"{path}__unindexed"
        if _own_text(catalogue, catalogue.fields[name]) and not (name in equal and path in led)
        else path
        for name, path in catalogue.paths.items()
    }


def is_walkable(catalogue: Catalogue, field: Field) -> bool:
    """Whether an index leads through the rows in the order of `field`."""
    column: Any = column_of(type(catalogue.record), field)
    if field.column is not None:
        return bool(column.db_index)
    # The summary's indexes begin with the laboratory, those of made objects with their kind.
    place = 1 if catalogue.in_summary(field) or labels.is_made(catalogue.record.subject) else 0
    leading = (
        index.fields[place].lstrip("-") for index in column.model._meta.indexes if len(index.fields) > place
    )
    return column.db_index or column.unique or column.name in leading


def _own_text(catalogue: Catalogue, field: Field) -> bool:
    column = column_of(type(catalogue.record), field)
    return isinstance(column, models.CharField) and "__" not in field.path
