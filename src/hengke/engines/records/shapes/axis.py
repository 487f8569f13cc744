"""A timeline: objects as bars on an axis of days, by one date or from one to another, in rows by a field."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hengke.engines.records.reading import referred
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema.declarations import BOOKKEEPING, Field
from hengke.engines.records.schema.kinds import Moment, Reference
from hengke.engines.records.schema.kinds_tags import Tags, split
from hengke.engines.records.shapes import calendar, groups
from hengke.kernel import clock
from hengke.kernel.errors import InputError

SPANS = {"month": 1, "quarter": 3, "year": 12}
LIMIT = 300


@dataclass(frozen=True)
class Bar:
    """One object: days of the axis before it, days that it takes, days after it; where it goes on beyond the axis."""

    pk: int
    title: str
    before: int
    days: int
    after: int
    words: str
    tone: str
    earlier: bool
    later: bool


@dataclass(frozen=True)
class Lane:
    """The objects of one value of the field that the timeline is grouped by."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Mark:
    """A part of the axis: its words and how many days it has."""

    label: str
    days: int
    now: bool


@dataclass(frozen=True)
class Axis:
    """The days shown, its parts, the lanes, and the days that lead to the neighbours."""

    span: str
    first: date
    last: date
    before: date
    after: date
    marks: Sequence[Mark]
    lanes: Sequence[Lane]
    more: bool

    @property
    def days(self) -> int:
        """How many days the axis has."""
        return (self.last - self.first).days + 1


def offered(catalogue: Catalogue) -> bool:
    """Whether the list shows a way to its timeline: some day says more than when the object was made or changed."""
    return any(field.name not in BOOKKEEPING for field in calendar.fields(catalogue))


def ends(catalogue: Catalogue, by: Field) -> list[Field]:
    """The fields that can end a bar which begins by `by`."""
    return [field for field in calendar.fields(catalogue) if field.name != by.name]


def end_of(catalogue: Catalogue, by: Field, name: str | None) -> Field | None:
    """The end that the address names ("-" for none), or the declared one; InputError for what is no day."""
    usable = {field.name: field for field in ends(catalogue, by)}
    if name:
        if name != "-" and name not in usable:
            raise InputError("calendar_field", "A calendar cannot be made by this field.")
        return usable.get(name)
    return usable.get(catalogue.record.calendar_end) if by.name == catalogue.record.calendar else None


def read(query: Query, by: Field, until: Field | None, span: str, at: str) -> Axis:
    """The month, quarter or year around the day `at` (today when empty) with what lies in it. One query."""
    if span not in SPANS:
        raise InputError("axis_span", "Choose month, quarter or year.")
    day = calendar.day_of(at)
    first, last = _bounds(span, day)
    found = _rows(query, by, until, first, last)
    lanes: dict[str, list[Bar]] = {}
    for labels, bar in (_placed(query, by, row, first, last) for row in found[:LIMIT]):
        for label in labels:
            lanes.setdefault(label, []).append(bar)
    ordered = [
        Lane(label, lanes[label]) for label in sorted(lanes, key=lambda label: (label == _("empty"), label))
    ]
    return Axis(
        span, first, last, first - timedelta(days=1), last + timedelta(days=1), list(_marks(span, first, last)),
        ordered, len(found) > LIMIT,
    )  # fmt: skip


def _bounds(span: str, day: date) -> tuple[date, date]:
    length = SPANS[span]
    month = (day.month - 1) // length * length + 1
    end = month + length - 1
    return date(day.year, month, 1), date(day.year, end, months.monthrange(day.year, end)[1])


def _marks(span: str, first: date, last: date) -> Iterator[Mark]:
    """Days of a month, weeks of a quarter, months of a year."""
    today, begin = clock.today(), first
    while begin <= last:
        if span == "month":
            end, label = begin, str(begin.day)
        elif span == "quarter":
            end, label = begin + timedelta(days=6 - begin.weekday()), f"{begin.month}-{begin.day}"
        else:
            end = begin.replace(day=months.monthrange(begin.year, begin.month)[1])
            label = date_format(begin, "M")
        end = min(end, last)
        yield Mark(label, (end - begin).days + 1, begin <= today <= end)
        begin = end + timedelta(days=1)


def _rows(query: Query, by: Field, until: Field | None, first: date, last: date) -> list[tuple[Any, ...]]:
    """Key, title, begin, end, and what it is grouped by; what overlaps the days, in the order of beginning."""
    catalogue = query.catalogue
    begin, end = catalogue.paths[by.name], catalogue.paths[until.name] if until else ""
    low, high = _edge(by, first), _edge(by, last + timedelta(days=1))
    inside = Q(**{f"{begin}__gte": low})
    if until is not None:
        # What begins before the axis is on it when it ends on it or later.
        inside |= Q(**{f"{end}__gte": _edge(until, first)})
    rows = query.joined().filter(inside, **{f"{begin}__lt": high})
    title = catalogue.paths[catalogue.record.title_field.name]
    grouped = _grouping(catalogue, query.group)
    names = [title, begin, end or begin, *grouped]
    return list(rows.order_by(F(begin).asc(), "pk").values_list("pk", *names)[: LIMIT + 1])


def _edge(field: Field, day: date) -> Any:
    return calendar.begin_of(day) if isinstance(field.kind, Moment) else day


def _grouping(catalogue: Catalogue, name: str) -> list[str]:
    if not name:
        return []
    field = groups.field_of(catalogue, name)
    words = [referred.path(catalogue, field)] if isinstance(field.kind, Reference) else []
    return [catalogue.paths[name], *words]


def _placed(query: Query, by: Field, row: Sequence[Any], first: date, last: date) -> tuple[list[str], Bar]:
    pk, title, begin, end, *grouped = row
    start, stop = _day(begin), max(_day(begin), _day(end if end is not None else begin))
    shown, ends_at = max(start, first), min(stop, last)
    words = str(start) if start == stop else f"{start} – {stop}"
    bar = Bar(
        pk, str(title), (shown - first).days, (ends_at - shown).days + 1, (last - ends_at).days, words,
        by.tone(begin) if by.tone else "", start < first, stop > last,
    )  # fmt: skip
    return _labels(query, grouped), bar


def _labels(query: Query, grouped: Sequence[Any]) -> list[str]:
    if not grouped:
        return [""]
    field = query.catalogue.fields[query.group]
    if isinstance(field.kind, Tags):
        return split(grouped[0]) or [_("empty")]
    return [groups.label(field, grouped[0], grouped[-1])]


def _day(value: Any) -> date:
    day: date = localtime(value).date() if isinstance(value, datetime) else value
    return day
