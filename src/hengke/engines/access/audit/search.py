"""The event stream as a question: who, what, about which object, when, which words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.timezone import get_current_timezone

from hengke.engines.access.audit import words
from hengke.engines.access.models import Event, RowJournal
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.kernel.period import YEARS

WORDS = frozenset({"person", "kind", "object", "from", "to", "q"})
PAGING = frozenset({"after", "before"})
SYSTEM = "system"
ROWS = 50


@dataclass(frozen=True)
class Question:
    """The filters of the audit page, as they stand in its address; "" or None for none."""

    person: str = ""
    kind: str = ""
    object: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""

    @classmethod
    def read(cls, params: QueryDict) -> Question:
        """InputError for an unknown word or a value that is none."""
        unknown = set(params) - WORDS - PAGING - {"export_reason", "form", "csrfmiddlewaretoken"}
        if unknown:
            raise InputError("unknown_parameter", "This address is not valid.")
        person, about = params.get("person", ""), params.get("object", "")
        label, _colon, key = about.partition(":")
        if (person and person != SYSTEM and not is_whole(person[:18])) or (key and not is_whole(key[:18])):
            raise InputError("unknown_parameter", "This address is not valid.")
        return cls(
            person, params.get("kind", "")[:60], f"{label[:60]}{_colon}{key[:18]}", _day(params.get("from", "")),
            _day(params.get("to", "")), params.get("q", "").strip()[:100],
        )  # fmt: skip

    def events(self) -> QuerySet[Event]:
        """The events that fit, without order."""
        found = Event.objects.filter(self._who(), self._what(), self._about(), self._when())
        if self.text:
            found = found.annotate(words=Cast("payload", TextField())).filter(self._says())
        return found

    def values(self) -> dict[str, str]:
        """The filters that are set, by their words in the address."""
        days = {"from": self.first, "to": self.last}
        given = {"person": self.person, "kind": self.kind, "object": self.object, "q": self.text}
        return {name: str(value) for name, value in (given | days).items() if value}

    def _who(self) -> Q:
        if self.person == SYSTEM:
            return Q(actor=None)
        return Q(actor_id=int(self.person[:18])) if self.person else Q()

    def _what(self) -> Q:
        if self.kind in words.GROUPS:
            return words.GROUPS[self.kind][1]
        return Q(kind=self.kind) if self.kind else Q()

    def _about(self) -> Q:
        label, _colon, key = self.object.partition(":")
        if not label:
            return Q()
        of = Q(subject_type=label)
        if not key:
            return of
        of &= Q(subject_id=int(key))
        # An event about many objects names none of them, but journals each.
        of |= Q(pk__in=RowJournal.objects.filter(model=label, row_id=int(key)).values("event_id"))
        # What happened to what belongs to a customer happened to the customer, too.
        return of | Q(party_id=int(key)) if words.is_party(label) else of

    def _when(self) -> Q:
        found = Q()
        if self.first:
            found &= Q(at__gte=_midnight(self.first))
        if self.last:
            found &= Q(at__lt=_midnight(self.last + timedelta(days=1)))
        return found

    def _says(self) -> Q:
        # SQLite keeps JSON text with Chinese escaped, PostgreSQL shows it as it is.
        escaped = json.dumps(self.text)[1:-1]
        said = Q(words__icontains=self.text) | Q(words__icontains=escaped)
        kinds = words.known_kinds(self.text)
        return said | Q(address__startswith=self.text) | Q(device__icontains=self.text) | Q(kind__in=kinds)


def page(question: Question, after: str, before: str) -> tuple[list[Event], bool, bool]:
    """Events newest first around a key, and whether there are newer and older ones; one query."""
    found: QuerySet[Event, Any] = question.events().select_related("actor")
    if is_whole(before):
        rows = list(found.filter(pk__gt=int(before[:18])).order_by(F("pk").asc())[: ROWS + 1])
        return rows[:ROWS][::-1], len(rows) > ROWS, True
    if is_whole(after):
        found = found.filter(pk__lt=int(after[:18]))
    rows = list(found.order_by("-pk")[: ROWS + 1])
    return rows[:ROWS], is_whole(after), len(rows) > ROWS


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=text[:60])
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, get_current_timezone())
