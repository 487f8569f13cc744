"""A list as a question: which rows, in which order, which page. Read from an address, answered in a few
queries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Sum
from django.http import QueryDict

from hengke.engines.records.reading import heirs, keyset, referred, saved
from hengke.engines.records.reading.catalogue import Catalogue, unknown_field
from hengke.engines.records.reading.plans import is_walkable, walking_paths
from hengke.engines.records.reading.preferences import look
from hengke.engines.records.schema.declarations import Field, View, column_of
from hengke.engines.records.schema.kinds import Money
from hengke.engines.records.search.query import matching_ids
from hengke.kernel.errors import InputError
from hengke.kernel.filters import And, Condition, Filter, conditions, from_json, to_json
from hengke.kernel.texts import read_json

PAGE_SIZE = 50
COUNT_LIMIT = 1_000
# Words of the address that are not fields.
STATE = frozenset({"view", "q", "sort", "filter", "group", "cols", "density"})
PAGING = frozenset({"after", "before", "columns", "shape"})


@dataclass(frozen=True)
class Query:
    """What a list shows; `own` are the conditions a person added to those of the view."""

    catalogue: Catalogue
    view: View | None
    own: tuple[Filter, ...]
    sort: str
    q: str = ""
    group: str = ""
    cols: str = ""
    density: str = ""

    @classmethod
    def read(cls, catalogue: Catalogue, params: QueryDict, *, ignore: frozenset[str] = PAGING) -> Query:
        """From the parameters of an address; InputError for anything unknown or malformed."""
        record = catalogue.record
        view = _view(catalogue, params.get("view", ""))
        own = [*_stored(params.get("filter", "")), *_simple(catalogue, params, ignore)]
        sort = params.get("sort") or (view.sort if view else "") or record.sort
        if "sort" not in params and not _sortable(catalogue, sort):
            sort = record.title_field.name
        catalogue.field(sort.removeprefix("-"), "sort")
        for tree in own:
            catalogue.read(tree)
        q = params.get("q", view.q if view else "").strip()[:100]
        group = params.get("group", view.group if view else "")
        if group and not catalogue.field(group).filter:
            raise unknown_field(group)
        return cls(catalogue, view, tuple(own), sort, q, group, *look(params))

    @property
    def where(self) -> Filter:
        """All conditions together."""
        shipped = (self.view.where,) if self.view else ()
        return self.catalogue.read(And(heirs.follow(self.catalogue.record, (*shipped, *self.own))))

    @property
    def order(self) -> keyset.Order:
        name = self.sort.removeprefix("-")
        field = self.catalogue.field(name, "sort")
        path, in_summary = self.catalogue.paths[name], self.catalogue.in_summary(field)
        return keyset.Order(
            path,
            "summary_key" if in_summary else "pk",
            self.sort.startswith("-"),
            _nullable(self.catalogue, field),
        )

    def rows(
        self, action: str = "view", *, paths: Mapping[str, str] | None = None, order: str = ""
    ) -> models.QuerySet[Any]:
        """All objects of the list, without order; `paths` as for `Catalogue.q`, `order` as for `matching_ids`."""
        rows, where = self.catalogue.rows(action, walking=paths is not None), self.where
        own = (self.catalogue.fields.get(c.field) for c in conditions(where))
        if any(field is not None and self.catalogue.in_summary(field) for field in own):
            rows = self.catalogue.joined(rows)
        rows = rows.filter(self.catalogue.q(where, paths))
        if self.q:
            ids = matching_ids(self.catalogue.record, self.q, self.catalogue.actor, order=order)
            rows = rows.filter(pk__in=ids)
        return rows

    def joined(
        self, action: str = "view", *, paths: Mapping[str, str] | None = None, order: str = ""
    ) -> models.QuerySet[Any]:
        """The same with the summary row, for order and values."""
        rows = self.rows(action, paths=paths, order=order)
        return rows if "summary_key" in rows.query.annotations else self.catalogue.joined(rows)

    def telling(self, fields: Iterable[Field]) -> models.QuerySet[Any]:
        """All objects of the list, without order, with what it takes to read these fields."""
        further = any(self.catalogue.in_summary(f) or referred.beyond(self.catalogue, f) for f in fields)
        return self.joined() if further else self.rows()

    def with_own(self, own: Sequence[Filter]) -> Query:
        """The same list with other conditions."""
        return replace(self, own=tuple(own))

    def address(self, **changes: str | None) -> str:
        """The parameters of this list as a query string, with some changed or (None) left out."""
        words: dict[str, str | None] = {
            "view": self.view.key if self.view else None,
            "filter": _compact(self.own),
            "q": self.q if self.q != (self.view.q if self.view else "") else None,
            "group": self.group if self.group != (self.view.group if self.view else "") else None,
            "sort": self.sort if self.sort != self._usual_sort else None,
            "cols": self.cols,
            "density": self.density,
        }
        kept = {key: value for key, value in (words | changes).items() if value}
        return "?" + urlencode(kept) if kept else "?"

    @property
    def _usual_sort(self) -> str:
        return (self.view.sort if self.view else "") or self.catalogue.record.sort


@dataclass(frozen=True)
class Page:
    """Some rows as tuples (primary key first), how many there are at most, and the neighbours' cursors."""

    rows: Sequence[tuple[Any, ...]]
    count: int
    more_than: bool
    previous: str
    next: str
    totals: dict[str, str] = field(default_factory=dict)


def page(
    query: Query,
    paths: Sequence[str],
    *,
    size: int = PAGE_SIZE,
    after: str = "",
    before: str = "",
    totals: Sequence[str] = (),
) -> Page:
    """One page with the values of `paths`; two queries whatever its size, three with `totals` of a short
    list.

    The first query reads at most 1,001 keys: it is the bounded count, and when that is all there are, the
    page is
    sorted among just these keys. Otherwise the list is long, and walking the order's index soon fills a page.
    """
    keys = list(query.rows().values_list("pk", flat=True)[: COUNT_LIMIT + 1])
    many = len(keys) > COUNT_LIMIT
    order, backwards = query.order, bool(before)
    try:
        place = keyset.decode(before or after) if before or after else None
        rows = (
            _long(query, place, backwards, size + 1)
            if many
            else _after(_these(query, keys), order, place, backwards)
        )
        wanted = rows.order_by(*order.by(backwards=backwards)).values_list("pk", order.path, *paths)
        found = list(wanted[: size + 1])
    except (ValueError, TypeError, OverflowError, ValidationError):
        # A cursor of another list: its value is none of this order's column, or no clock reaches it.
        raise keyset.unreadable() from None
    extra, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    older, newer = (bool(after), extra) if not backwards else (extra, True)
    return Page(
        rows=[(row[0], *row[2:]) for row in found],
        count=min(len(keys), COUNT_LIMIT),
        more_than=many,
        previous=keyset.encode(found[0][1], found[0][0]) if older and found else "",
        next=keyset.encode(found[-1][1], found[-1][0]) if newer and found else "",
        totals={} if many or not keys else _totals(query.catalogue, keys, totals),
    )


def _totals(catalogue: Catalogue, keys: list[int], names: Sequence[str]) -> dict[str, str]:
    """Sums of the amounts among `names` over the listed objects, shown as in their cells."""
    summed = {
        name: catalogue.fields[name] for name in names if isinstance(catalogue.fields[name].kind, Money)
    }
    if not summed:
        return {}
    rows = catalogue.joined(catalogue.record.model._default_manager.filter(pk__in=keys))
    sums = rows.aggregate(**{f"total_{name}": Sum(catalogue.paths[name]) for name in summed})
    return {name: field.kind.show(sums[f"total_{name}"]) for name, field in summed.items()}


Place = tuple[Any, int]


def _after(
    rows: models.QuerySet[Any], order: keyset.Order, place: Place | None, backwards: bool
) -> models.QuerySet[Any]:
    return rows if place is None else rows.filter(order.beyond(*place, backwards=backwards))


def _these(query: Query, keys: Any) -> models.QuerySet[Any]:
    return query.catalogue.joined(query.catalogue.record.model._default_manager.filter(pk__in=keys))


def _long(query: Query, place: Place | None, backwards: bool, size: int) -> models.QuerySet[Any]:
    """The rows of a list that is known to be long, so that they are read in the order's own index if it has
    one.
    """
    catalogue, order = query.catalogue, query.order
    name = query.sort.removeprefix("-")
    field = catalogue.field(name, "sort")
    paths = walking_paths(catalogue, order.path, query.where) if is_walkable(catalogue, field) else None
    if catalogue.in_summary(field):
        return _after(query.joined(paths=paths), order, place, backwards)
    # The page's keys come from the object's own table alone, else SQLite may begin with the summary.
    rows = _after(query.rows(paths=paths, order=name), order, place, backwards)
    return _these(query, rows.order_by(*order.by(backwards=backwards)).values("pk")[:size])


def neighbours(query: Query, pk: int) -> tuple[int | None, int | None]:
    """The keys before and after an object in the list; (None, None) when it is not in it. At most three
    queries.
    """
    order = query.order
    rows = query.joined(order=query.sort.removeprefix("-"))
    here = list(rows.filter(pk=pk).values_list(order.path, flat=True)[:1])
    if not here:
        return None, None
    before, after = (
        rows.filter(order.beyond(here[0], pk, backwards=back))
        .order_by(*order.by(backwards=back))
        .values_list("pk")
        .first()
        for back in (True, False)
    )
    return before and before[0], after and after[0]


def _view(catalogue: Catalogue, key: str) -> View | None:
    if not key:
        return None
    for view in visible_views(catalogue):
        if view.key == key:
            return view
    raise InputError("view_unknown", 'There is no view called "{view}".', view=key[:60])


def visible_views(catalogue: Catalogue) -> list[View]:
    """The views all of whose fields exist for the actor: the shipped ones, then the saved ones."""
    return [view for view in catalogue.record.views if saved.usable(catalogue, view)] + saved.views_of(
        catalogue
    )


def _sortable(catalogue: Catalogue, sort: str) -> bool:
    name = sort.removeprefix("-")
    return name in catalogue.fields and catalogue.fields[name].sort


def _stored(text: str) -> list[Filter]:
    if not text:
        return []
    if len(text) > 20_000:
        raise InputError("filter_too_long", "The filter has more than {n} conditions.", n=100)
    try:
        data = read_json(text)
    except InputError:
        raise InputError("filter_malformed", "The filter cannot be read.") from None
    tree = from_json(data)
    # The parts of one "and" are chips of their own.
    return list(tree.parts) if isinstance(tree, And) else [tree]


def _simple(catalogue: Catalogue, params: QueryDict, ignore: frozenset[str]) -> list[Filter]:
    """`?city=合肥市&tier=vip&tier=major&due__lte=@today+30` as conditions."""
    found: list[Filter] = []
    for word, values in params.lists():
        if word in STATE or word in ignore:
            continue
        name, _mark, op = word.partition("__")
        catalogue.field(name, "filter")
        given = [value for value in values if value != ""]
        if len(given) > 1 and not op:
            found.append(Condition(name, "in", tuple(given)))
        else:
            found += [Condition(name, op or "eq", value) for value in given]
    return found


def _compact(own: Sequence[Filter]) -> str | None:
    return json.dumps(to_json(And(tuple(own))), ensure_ascii=False, separators=(",", ":")) if own else None


def _nullable(catalogue: Catalogue, field: Field) -> bool:
    """Whether a value may be missing: the column allows it, or the path leads through another object."""
    column = column_of(type(catalogue.record), field)
    if catalogue.in_summary(field):
        return column.null or not catalogue.every_row_has_summary
    return column.null or field.is_elsewhere
