"""Kinds of values: how each is read from text, compared, shown in a cell, exported and typed in the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, ClassVar

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from hengke.engines.records.schema import days
from hengke.kernel.errors import InputError
from hengke.kernel.money import format_money, parse_money
from hengke.kernel.period import YEARS
from hengke.kernel.texts import is_usable

MINUS = "−"
TEXT_OPERATORS = ("eq", "ne", "in", "contains", "startswith", "empty")
RANGE_OPERATORS = ("eq", "ne", "in", "lt", "lte", "gt", "gte", "empty")
CHOICE_OPERATORS = ("eq", "ne", "in", "empty")
_PLACES = {"access.user": "@me", "access.orgunit": "@unit"}


@dataclass(frozen=True)
class Kind:
    """A value of text; the base of every other kind."""

    operators: ClassVar[tuple[str, ...]] = TEXT_OPERATORS
    control: ClassVar[str] = "text"
    json_type: ClassVar[Any] = str
    given: ClassVar[tuple[type, ...]] = (str,)
    numeric: ClassVar[bool] = False
    many: ClassVar[bool] = False

    def parse(self, text: str) -> Any:
        """The whole value that a cell of a file writes; a filter names one of several by `read`."""
        return self.read(text)

    def read(self, text: str) -> Any:
        """The value that `text` writes; InputError `value_unreadable` when it writes none."""
        if not is_usable(text):
            raise unreadable(text)
        return text

    def show(self, value: Any) -> str:
        """Safe markup for a cell."""
        return "" if value is None else escape(str(value))

    def plain(self, value: Any) -> str:
        """Words for a sentence, a csv cell or a chip."""
        return "" if value is None else str(value)

    def said(self, value: Any) -> str:
        """The words by which search finds the value."""
        return str(value)

    def cell(self, value: Any) -> Any:
        """The value for a sheet: a number stays a number, a day stays a day."""
        return self.plain(value)

    def json(self, value: Any) -> Any:
        """The value in the API."""
        return value


class Text(Kind):
    """One line of text."""


class LongText(Kind):
    """Several lines of text."""

    control = "area"


class Phone(Text):
    """A telephone number that can be dialled from the page."""

    def show(self, value: Any) -> str:
        return f'<a href="tel:{escape(value)}">{escape(value)}</a>' if value else ""


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words."""

    operators = CHOICE_OPERATORS
    control = "choice"
    choices: tuple[tuple[str, str | Promise], ...] = ()

    def label(self, value: Any) -> str:
        """The word for a stored value; an unknown one is shown as it is."""
        return next((str(words) for key, words in self.choices if key == value), str(value or ""))

    def read(self, text: str) -> str:
        """Accepts the stored value or its word in the language of the page."""
        for key, words in self.choices:
            if text in (key, str(words)):
                return key
        raise unreadable(text)

    def show(self, value: Any) -> str:
        return escape(self.label(value))

    def plain(self, value: Any) -> str:
        return self.label(value)

    def json(self, value: Any) -> str:
        return str(value or "")


@dataclass(frozen=True)
class Number(Kind):
    """A whole number."""

    operators = RANGE_OPERATORS
    control = "number"
    json_type: ClassVar[Any] = int
    given: ClassVar[tuple[type, ...]] = (int,)
    numeric = True

    def read(self, text: str) -> Any:
        try:
            value = int(text.replace(",", ""))
        except ValueError:
            raise unreadable(text) from None
        # What no database integer can hold is no value of ours.
        if abs(value) >= 2**63:
            raise unreadable(text)
        return value

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value:,}".replace("-", MINUS)

    def cell(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class Percent(Number):
    """A ratio; `signed` shows a change with its sign and colour."""

    json_type = float
    given = (int, float)
    signed: bool = False

    def read(self, text: str) -> float:
        """0.12 and 12% are the same."""
        body = text.rstrip("% ")
        try:
            value = float(body) / (100 if body != text else 1)
        except ValueError:
            raise unreadable(text) from None
        if not abs(value) < 1e15:
            raise unreadable(text)
        return value

    def show(self, value: Any) -> str:
        if value is None:
            return '<span class="flat">–</span>' if self.signed else ""
        if not self.signed:
            return f"{value * 100:,.0f}%"
        way, sign = ("up", "+") if value > 0 else ("down", MINUS) if value < 0 else ("flat", "")
        return f'<span class="{way}">{sign}{abs(value) * 100:,.1f}%</span>'

    def plain(self, value: Any) -> str:
        return "" if value is None else f"{value * 100:.1f}%"


@dataclass(frozen=True)
class Money(Number):
    """An amount in yuan; shown in units of `per` yuan, exported and sent to the cent."""

    json_type = str
    given = (str,)
    per: int = 1
    digits: int = 2

    @property
    def unit(self) -> str:
        return str(_("10,000 yuan")) if self.per == 10_000 else ""

    def read(self, text: str) -> Decimal:
        amount = parse_money(text)
        if not amount.is_finite() or abs(amount) >= 10**16:
            raise unreadable(text)
        return amount

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value / self.per:,.{self.digits}f}".replace("-", MINUS)

    def plain(self, value: Any) -> str:
        return "" if value is None else format_money(value)

    def json(self, value: Any) -> str | None:
        return None if value is None else format_money(value)


@dataclass(frozen=True)
class Date(Kind):
    """A calendar day; filters also take days counted from now, "@today+30", "@month"."""

    operators = RANGE_OPERATORS
    control = "date"
    json_type = date

    def read(self, text: str) -> Any:
        if days.parts(text):
            return text
        try:
            day = parse_date(text.replace("/", "-").replace(".", "-"))
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            raise unreadable(text)
        return day

    def show(self, value: Any) -> str:
        return f'<time datetime="{value}">{value}</time>' if value else ""

    def cell(self, value: Any) -> Any:
        return value


class Moment(Date):
    """A point in time."""

    control = "moment"
    json_type = datetime

    def read(self, text: str) -> Any:
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo and moment.year in YEARS:
            return moment
        return super().read(text)

    def show(self, value: Any) -> str:
        return f'<time datetime="{value.isoformat()}">{self.plain(value)}</time>' if value else ""

    def plain(self, value: Any) -> str:
        if isinstance(value, datetime):
            return f"{localtime(value):%Y-%m-%d %H:%M}"
        return str(value) if value else ""  # a filter by whole days

    def cell(self, value: Any) -> Any:
        return localtime(value).replace(tzinfo=None) if value else None


@dataclass(frozen=True)
class Reference(Kind):
    """Another object, kept by key and shown by the field `by` of its model."""

    operators: ClassVar[tuple[str, ...]] = CHOICE_OPERATORS
    control: ClassVar[str] = "reference"
    json_type = int
    given: ClassVar[tuple[type, ...]] = (int, str)
    model: type[models.Model] | None = None
    by: str = "name"

    @property
    def place(self) -> str:
        """The word for the asking person's own object in a filter: "@me", "@unit", or "" where there is none."""
        return _PLACES.get(self.model._meta.label_lower, "") if self.model else ""

    def read(self, text: str) -> Any:
        return text if text and text == self.place else Number().read(text)

    def named(self, key: Any, words: Any) -> str:
        """Safe markup for the object of this key, whose name is `words`."""
        return escape(words or "")


def unreadable(text: str) -> InputError:
    return InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=text[:60])


def kind_of(column: models.Field[Any, Any]) -> Kind:
    """The kind that a model field has unless the declaration says otherwise."""
    if column.choices:
        return Choice(tuple(column.flatchoices))
    if isinstance(column, models.ForeignKey):
        return Reference(column.related_model)
    kinds: tuple[tuple[type[models.Field[Any, Any]], Kind], ...] = (
        (models.DecimalField, Money()), (models.DateTimeField, Moment()), (models.DateField, Date()),
        (models.FloatField, Percent()), (models.IntegerField, Number()), (models.TextField, LongText()),
    )  # fmt: skip
    return next((kind for kind_class, kind in kinds if isinstance(column, kind_class)), Text())
