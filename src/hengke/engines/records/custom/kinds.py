"""The kinds of fields that an administrator can choose from: how each is stored, entered, compared and shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any, ClassVar

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import is_aware, make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.models import User
from hengke.engines.records.custom import columns, rich
from hengke.engines.records.custom.models import KeptFile
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.kinds import (
    CHOICE_OPERATORS,
    MINUS,
    Choice,
    Date,
    Kind,
    LongText,
    Moment,
    Money,
    Number,
    Phone,
    Reference,
    Text,
    unreadable,
)
from hengke.kernel.period import YEARS

Options = dict[str, Any]
_SEPARATORS = re.compile(r"[,，;；、|\n]")


class YesNo(Kind):
    """Yes, no, or not said."""

    operators = CHOICE_OPERATORS
    control = "choice"
    json_type = bool
    given = (bool,)
    choices: ClassVar[tuple[tuple[str, str | Promise], ...]] = (("true", _("yes")), ("false", _("no")))
    _words: ClassVar[dict[str, bool]] = {
        "true": True, "yes": True, "y": True, "1": True, "是": True, "有": True, "√": True, "对": True,
        "false": False, "no": False, "n": False, "0": False, "否": False, "无": False, "×": False, "错": False,
    }  # fmt: skip

    def read(self, text: str) -> bool:
        value = self._words.get(text.strip().lower())
        if value is None:
            raise unreadable(text)
        return value

    def show(self, value: Any) -> str:
        return escape(self.plain(value))

    def plain(self, value: Any) -> str:
        return "" if value is None else str(self.choices[0][1] if value else self.choices[1][1])


@dataclass(frozen=True)
class MultiChoice(Choice):
    """Several of a few words."""

    control = "choices"
    many = True
    given = (list,)
    json_type = list[str]

    def parse(self, text: str) -> tuple[str, ...]:
        """Words or keys between commas."""
        words = [word.strip() for word in _SEPARATORS.split(text) if word.strip()]
        return tuple(dict.fromkeys(self.read(word) for word in words))

    def label(self, value: Any) -> str:
        """The words of several values, or of one."""
        several = value if isinstance(value, (tuple, list)) else (value,)
        return "、".join(super(MultiChoice, self).label(one) for one in several if one)

    def json(self, value: Any) -> Any:
        return list(value or ())


@dataclass(frozen=True)
class DecimalNumber(Number):
    """A number with a fixed number of decimals; sent as text, so that it stays exact."""

    json_type = str
    given = (str,)
    digits: int = 2

    def read(self, text: str) -> Decimal:
        try:
            value = Decimal(text.strip().replace(",", ""))
            exact = value.quantize(Decimal(1).scaleb(-self.digits))
        except InvalidOperation:
            raise unreadable(text) from None
        if exact != value or abs(exact) >= 10**15:
            raise unreadable(text)
        return exact

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value:,.{self.digits}f}".replace("-", MINUS)

    def plain(self, value: Any) -> str:
        return "" if value is None else f"{value:.{self.digits}f}"

    def json(self, value: Any) -> Any:
        return None if value is None else self.plain(value)


class LocalMoment(Moment):
    """A point in time that people write without a time zone: theirs."""

    def parse(self, text: str) -> datetime:
        try:
            found = parse_datetime(text.strip().replace("/", "-"))
        except ValueError:
            found = None
        if found is None:
            day = Date().parse(text.strip())
            if not isinstance(day, date):
                raise unreadable(text)
            found = datetime.combine(day, time.min)
        if found.year not in YEARS:
            raise unreadable(text)
        return found if is_aware(found) else make_aware(found)


class Day(Date):
    """A day; of a moment, the day that it falls on here."""

    def parse(self, text: str) -> Any:
        return super().parse(text.strip().partition(" ")[0] if ":" in text else text)


class Url(Text):
    """An address on the web, opened in a window that knows nothing of ours."""

    def show(self, value: Any) -> str:
        if not value or not str(value).lower().startswith(("http://", "https://")):
            return escape(value or "")
        return f'<a href="{escape(value)}" rel="noopener noreferrer" target="_blank">{escape(value)}</a>'


class Email(Text):
    """An e-mail address that opens the writer's own program."""

    def show(self, value: Any) -> str:
        return f'<a href="mailto:{escape(value)}">{escape(value)}</a>' if value else ""


@dataclass(frozen=True)
class File(Reference):
    """A file of the row's own, kept by key and shown by its name, a picture also as a picture."""

    operators = ("empty",)
    control = "file"
    given = (int,)
    model: type[models.Model] | None = KeptFile

    def named(self, key: Any, words: Any) -> str:
        """The name leads to the file; by the name's ending, a small picture stands before it."""
        if not key or not words:
            return ""
        url = f"/field-files/{key}"
        picture = str(words).lower().endswith(_PICTURES)
        small = f'<img class="thumb" src="{url}/show" alt="" loading="lazy" width="28" height="28">'
        return f'<a class="kept" href="{url}">{small if picture else ""}{escape(words)}</a>'


_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True)
class Offer:
    """A kind on offer: its words, the values' kind and the column, both made from the field's options."""

    key: str
    label: str | Promise
    kind: Callable[[Options], Kind]
    column: Callable[[Options, dict[str, Any]], Any]
    searched: bool = False
    grouped: bool = False
    worked: bool = False
    inline: bool = True


def _text(limit: int) -> Callable[[Options, dict[str, Any]], Any]:
    return lambda _options, common: columns.TextColumn(max_length=limit, validators=_at_most(limit), **common)


def _rich(_options: Options, common: dict[str, Any]) -> Any:
    limit = columns.MAX_LONG
    return rich.RichColumn(max_length=limit, validators=_at_most(limit), **common)


def _at_most(limit: int) -> list[Any]:
    from django.core.validators import MaxLengthValidator

    return [MaxLengthValidator(limit)]


def _number(options: Options, common: dict[str, Any], digits: int) -> Any:
    low, high = (Decimal(options[n]) if options.get(n) not in (None, "") else None for n in ("low", "high"))
    return columns.NumberColumn(digits=digits, low=low, high=high, **common)


def _digits(options: Options) -> int:
    return int(options.get("digits") or 0)


def _choices(options: Options) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(words)) for key, words in options.get("choices", ()))


def _reference(options: Options) -> Reference:
    record = registry.by_slug(options["of"])
    return Reference(record.model, record.title_field.path)


def _worked_kind(options: Options) -> Kind:
    """The kind of what a formula or roll-up gives."""
    if options.get("money"):
        return Money()
    if options["type"] == "number":
        return DecimalNumber(_digits(options)) if _digits(options) else Number()
    return {"date": Day(), "bool": YesNo()}.get(options["type"], Text())


def _worked_column(options: Options, common: dict[str, Any]) -> Any:
    if options["type"] == "number":
        return columns.NumberColumn(digits=_digits(options), **common)
    made = {"date": columns.DateColumn, "bool": columns.YesNoColumn}
    return made.get(options["type"], columns.TextColumn)(**common)


_OFFERS = (
    Offer("text", _("Text"), lambda o: Text(), _text(columns.MAX_TEXT), searched=True),
    Offer("long", _("Long text"), lambda o: LongText(), _text(columns.MAX_LONG), searched=True),
    Offer("rich", _("Formatted text"), lambda o: rich.RichText(), _rich, searched=True),
    Offer("number", pgettext_lazy("kind of field", "Number"),
          lambda o: DecimalNumber(_digits(o)) if _digits(o) else Number(),
          lambda o, c: _number(o, c, _digits(o))),
    Offer("money", _("Amount"), lambda o: Money(), lambda o, c: _number(o, c, 2)),
    Offer("date", _("Date"), lambda o: Day(), lambda o, c: columns.DateColumn(**c)),
    Offer("moment", _("Date and time"), lambda o: LocalMoment(), lambda o, c: columns.MomentColumn(**c)),
    Offer("yesno", _("Yes or no"), lambda o: YesNo(), lambda o, c: columns.YesNoColumn(**c), grouped=True),
    Offer("choice", _("Choice"), lambda o: Choice(_choices(o)), _text(columns.MAX_TEXT), grouped=True),
    Offer("choices", _("Several choices"), lambda o: MultiChoice(_choices(o)),
          lambda o, c: columns.ManyColumn(**c)),
    Offer("reference", _("Reference"), _reference,
          lambda o, c: columns.ReferenceColumn(to=registry.by_slug(o["of"]).model, **c)),
    Offer("person", _("Person"), lambda o: Reference(User), lambda o, c: columns.ReferenceColumn(to=User, **c)),
    Offer("file", pgettext_lazy("kind of field", "File"), lambda o: File(),
          lambda o, c: columns.ReferenceColumn(to=KeptFile, **c), inline=False),
    Offer("url", _("Web address"), lambda o: Url(),
          lambda o, c: columns.UrlColumn(max_length=columns.MAX_TEXT, **c)),
    Offer("phone", _("Telephone"), lambda o: Phone(), _text(60), searched=True),
    Offer("email", _("E-mail"), lambda o: Email(), lambda o, c: columns.EmailColumn(**c), searched=True),
    Offer("formula", _("Formula"), lambda o: _worked_kind(o), lambda o, c: _worked_column(o, c), worked=True),
    Offer("rollup", _("Roll-up"), lambda o: _worked_kind(o), lambda o, c: _worked_column(o, c), worked=True),
)  # fmt: skip
OFFERS: dict[str, Offer] = {offer.key: offer for offer in _OFFERS}
