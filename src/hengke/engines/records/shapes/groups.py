"""A list folded to one row per value of a field, with the number of its objects and sums of their amounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateField, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hengke.engines.records.reading import referred
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Date, Money, Reference
from hengke.engines.records.schema.kinds_tags import Tags, split
from hengke.kernel.errors import InputError
from hengke.kernel.filters import And, Condition, Filter

LIMIT = 200


@dataclass(frozen=True)
class Group:
    """One value in words, how many objects have it, their sums with labels, and the list behind it."""

    label: str
    count: int
    sums: tuple[tuple[str, str], ...]
    url: str


@dataclass(frozen=True)
class Groups:
    """The groups with totals over all of them; `more` when there are too many to show."""

    field: Field
    sums: tuple[Field, ...]
    rows: list[Group]
    count: int
    more: bool


def fields(catalogue: Catalogue) -> list[Field]:
    """The fields a list can be folded by: words, choices, references and days, not free text or amounts."""
    folding = ("choice", "reference", "date", "moment", "tags")
    return [f for f in catalogue.with_ability("filter") if f.group or f.kind.control in folding]


def field_of(catalogue: Catalogue, name: str) -> Field:
    """The field to fold by; InputError when the list cannot be folded by it."""
    found = next((field for field in fields(catalogue) if field.name == name), None)
    if found is None:
        raise InputError("group_field", "The list cannot be grouped by this field.")
    return found


def read(query: Query, list_url: str) -> Groups:
    """The groups of `query.group`, days by month, the largest first (months the latest first). One query."""
    catalogue, field = query.catalogue, field_of(query.catalogue, query.group)
    amounts = tuple(f for f in catalogue.with_ability("list") if isinstance(f.kind, Money))[:3]
    rows: Any = query.telling((field, *amounts)).order_by()
    path = catalogue.paths[field.name]
    if isinstance(field.kind, Date):
        rows, path = rows.annotate(group_month=TruncMonth(path, output_field=DateField())), "group_month"
    paths = [path, referred.path(catalogue, field)] if isinstance(field.kind, Reference) else [path]
    sums = {f"sum_{f.name}": Sum(catalogue.paths[f.name]) for f in amounts}
    counted = rows.values(*paths).annotate(number=Count("pk"), **sums)
    order = f"-{path}" if isinstance(field.kind, Date) else "-number"
    ordered = counted.order_by(order, path).values_list(*paths, "number", *sums)
    found = _by_tag(ordered) if isinstance(field.kind, Tags) else list(ordered[: LIMIT + 1])
    groups = [_group(query, field, amounts, row, len(paths), list_url) for row in found[:LIMIT]]
    return Groups(field, amounts, groups, sum(group.count for group in groups), len(found) > LIMIT)


def _by_tag(combinations: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One row per tag from one row per combination of tags; an object with two tags counts under both."""
    found: dict[str, list[Any]] = {}
    for stored, *figures in combinations:
        for tag in split(stored) or [""]:
            if tag not in found:
                found[tag] = figures
            else:
                found[tag] = [(a or 0) + (b or 0) for a, b in zip(found[tag], figures, strict=True)]
    rows = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    return [(tag, *figures) for tag, figures in rows[: LIMIT + 1]]


def _group(
    query: Query, field: Field, amounts: tuple[Field, ...], row: tuple[Any, ...], wide: int, list_url: str
) -> Group:
    value, words = row[0], row[wide - 1]
    count, sums = row[wide], row[wide + 1 :]
    inside = (*query.own, _condition(field, value))
    shown = tuple((_named(f), f.kind.show(s)) for f, s in zip(amounts, sums, strict=True))
    return Group(
        label(field, value, words), count, shown, list_url + query.with_own(inside).address(group=None)
    )


def _named(field: Field) -> str:
    return f"{field.label} {getattr(field.kind, 'unit', '')}".strip()


def label(field: Field, value: Any, words: Any) -> str:
    """A value in words; `words` is the name of a referenced object."""
    if value is None or value == "":
        return _("empty")
    if isinstance(field.kind, Date):
        return date_format(value, "YEAR_MONTH_FORMAT")
    if isinstance(field.kind, Reference):
        return str(words or f"#{value}")
    return field.kind.plain(value)


def _condition(field: Field, value: Any) -> Filter:
    if value is None or value == "":
        return Condition(field.name, "empty", True)
    if not isinstance(field.kind, Date):
        return Condition(field.name, "eq", value)
    first = localtime(value).date() if isinstance(value, datetime) else value
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return And((Condition(field.name, "gte", str(first)), Condition(field.name, "lt", str(after))))
