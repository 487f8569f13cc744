"""A calendar over any day or moment of an object: month, week, day, or a list of what comes."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import localtime, make_aware

from hengke.engines.records.reading import referred
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Date, Moment, Reference
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.kernel.period import YEARS

SPANS = ("month", "week", "day", "list")
LIST_DAYS = 60
LIMIT = 1_000
MOMENT_LENGTH = timedelta(minutes=30)


@dataclass(frozen=True)
class Entry:
    """One object on a day; `start` and `end` are minutes of the day, None where only the day is known."""

    pk: int
    version: int
    title: str
    sub: str
    day: date
    start: int | None
    end: int | None
    at: str
    tone: str
    owner: Any = None
    conflict: bool = False


@dataclass(frozen=True)
class Day:
    """A day of the calendar and what is on it."""

    day: date
    entries: Sequence[Entry]
    inside: bool
    today: bool


@dataclass(frozen=True)
class Span:
    """Some days, the neighbours' days for the arrows, and whether more was found than is shown."""

    name: str
    first: date
    last: date
    before: date
    after: date
    days: Sequence[Day]
    more: bool


def fields(catalogue: Catalogue) -> list[Field]:
    """The fields a calendar can be made by: every day and moment that exists for the person and can be filtered."""
    return [field for field in catalogue.with_ability("filter") if isinstance(field.kind, Date)]


def offered(catalogue: Catalogue) -> bool:
    """Whether the list shows a way to its calendar: one is declared, or an administrator's day makes one."""
    usable = fields(catalogue)
    return bool(usable) and (bool(catalogue.record.calendar) or any(f.column is not None for f in usable))


def field_of(catalogue: Catalogue, name: str) -> Field:
    """The field named in the address, the declared one, or the first; InputError when none can be used."""
    usable = {field.name: field for field in fields(catalogue)}
    wanted = name or catalogue.record.calendar
    if wanted in usable:
        return usable[wanted]
    if name or not usable:
        raise InputError("calendar_field", "A calendar cannot be made by this field.")
    return next(iter(usable.values()))


def read(query: Query, by: Field, span: str, at: str) -> Span:
    """The days of a span around the day `at` (today when empty) with their objects; two queries at most."""
    if span not in SPANS:
        raise InputError("calendar_span", "Choose month, week, day or list.")
    day = day_of(at)
    first, last, before, after = _bounds(span, day)
    entries = _entries(query, by, first, last)
    shown = _with_conflicts(entries[:LIMIT])
    by_day: dict[date, list[Entry]] = {}
    for entry in shown:
        by_day.setdefault(entry.day, []).append(entry)
    today = clock.today()
    days = [
        Day(d, by_day.get(d, ()), span != "month" or d.month == day.month, d == today)
        for d in (first + timedelta(days=n) for n in range((last - first).days + 1))
        if span != "list" or d in by_day
    ]
    return Span(span, first, last, before, after, days, len(entries) > LIMIT)


def moved(field: Field, old: Any, to: date) -> date | datetime:
    """The value on another day: a moment keeps its time of day."""
    if isinstance(field.kind, Moment):
        clock_time = localtime(old).time() if isinstance(old, datetime) else time(9)
        return make_aware(datetime.combine(to, clock_time))
    return to


def day_of(text: str) -> date:
    """The day in an address, today when there is none; InputError for what is no day."""
    if not text:
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # The neighbours of the first and last year would lie outside the calendar.
    if day is None or day.year - 1 not in YEARS or day.year + 1 not in YEARS:
        raise InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=text[:60])
    return day


def _bounds(span: str, day: date) -> tuple[date, date, date, date]:
    """First and last day shown, and a day in the span before and after."""
    if span == "month":
        first = day.replace(day=1)
        last = first + timedelta(days=months.monthrange(day.year, day.month)[1] - 1)
        shown_first = first - timedelta(days=first.weekday())
        shown_last = last + timedelta(days=6 - last.weekday())
        return shown_first, shown_last, first - timedelta(days=1), last + timedelta(days=1)
    if span == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6), first - timedelta(days=7), first + timedelta(days=7)
    if span == "day":
        return day, day, day - timedelta(days=1), day + timedelta(days=1)
    length = timedelta(days=LIST_DAYS)
    return day, day + length - timedelta(days=1), day - length, day + length


def _entries(query: Query, by: Field, first: date, last: date) -> list[Entry]:
    catalogue = query.catalogue
    moment = isinstance(by.kind, Moment)
    path = catalogue.paths[by.name]
    bounds = (
        (begin_of(first), begin_of(last + timedelta(days=1))) if moment else (first, last + timedelta(days=1))
    )
    rows = query.joined().filter(**{f"{path}__gte": bounds[0], f"{path}__lt": bounds[1]})
    title, end, owner = (catalogue.paths[catalogue.record.title_field.name], *_extra(catalogue, by))
    sub = next((f for f in catalogue.fields.values() if f.title == 2), None)
    names = [path, title, end or path, owner or "pk", _words_path(catalogue, sub) if sub else title]
    found = rows.order_by(path, "pk").values_list("pk", "version", *names)[: LIMIT + 1]
    return [
        _entry(by, row, has_end=bool(end), has_owner=bool(owner), has_sub=sub is not None) for row in found
    ]


def begin_of(day: date) -> datetime:
    """The moment at which a day begins here."""
    return make_aware(datetime.combine(day, time.min))


def _extra(catalogue: Catalogue, by: Field) -> tuple[str, str]:
    """Paths of the end and of the person, where the record type has them and the person may see them."""
    end, owner = catalogue.fields.get(catalogue.record.calendar_end), catalogue.fields.get("owner")
    own = by.name == catalogue.record.calendar
    return (catalogue.paths[end.name] if end and own else "", catalogue.paths[owner.name] if owner else "")


def _words_path(catalogue: Catalogue, field: Field) -> str:
    return (
        referred.path(catalogue, field) if isinstance(field.kind, Reference) else catalogue.paths[field.name]
    )


def _entry(by: Field, row: Sequence[Any], *, has_end: bool, has_owner: bool, has_sub: bool) -> Entry:
    pk, version, value, title, end, owner, sub = row
    tone = by.tone(value) if by.tone else ""
    words = str(sub or "") if has_sub else ""
    if not isinstance(value, datetime):
        return Entry(pk, version, str(title), words, value, None, None, "", tone)
    begin = localtime(value)
    until = localtime(end) if has_end and isinstance(end, datetime) and end > value else begin + MOMENT_LENGTH
    start = begin.hour * 60 + begin.minute
    length = max(15, int((until - begin).total_seconds() // 60))
    ends = min(24 * 60, start + length)
    who = owner if has_owner else None
    return Entry(pk, version, str(title), words, begin.date(), start, ends, f"{begin:%H:%M}", tone, who)


def _with_conflicts(entries: Sequence[Entry]) -> list[Entry]:
    """Mark what will overlap for one person; what is past cannot be mended."""
    found: list[Entry] = []
    today = clock.today()
    latest: dict[tuple[date, Any], tuple[int, int]] = {}
    for entry in entries:
        start, ends = entry.start, entry.end
        if start is None or ends is None or entry.owner is None or entry.day < today:
            found.append(entry)
            continue
        key = (entry.day, entry.owner)
        end, place = latest.get(key, (-1, -1))
        if start < end:
            found[place] = replace(found[place], conflict=True)
            entry = replace(entry, conflict=True)
        if ends > end:
            latest[key] = (ends, len(found))
        found.append(entry)
    return found
