"""Filters and changes in words that a person reads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from hengke.engines.access.models import User
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import days
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Date, Reference
from hengke.kernel.filters import And, Condition, Filter, Not, Or

OPERATORS = {
    "eq": gettext_lazy("is"), "ne": gettext_lazy("is not"), "lt": gettext_lazy("below"),
    "lte": gettext_lazy("at most"), "gt": gettext_lazy("above"), "gte": gettext_lazy("at least"),
    "in": gettext_lazy("one of"), "contains": gettext_lazy("contains"), "startswith": gettext_lazy("starts with"),
    "empty": gettext_lazy("is empty"),
}  # fmt: skip
DAY_OPERATORS = {
    "lt": pgettext_lazy("day", "before"), "lte": pgettext_lazy("day", "up to"),
    "gt": pgettext_lazy("day", "after"), "gte": pgettext_lazy("day", "from"),
}  # fmt: skip
MAX_SHOWN = 3


def operator_words(field: Field, op: str) -> str:
    """An operator in words; days come before and after, they are not more or less."""
    return str((DAY_OPERATORS if isinstance(field.kind, Date) else {}).get(op, OPERATORS[op]))


def describe(catalogue: Catalogue, tree: Filter) -> tuple[str, str, str]:
    """Label, operator and value of one chip."""
    match tree:
        case Condition(name, op, value):
            field = catalogue.field(name, "filter")
            return str(field.label), operator_words(field, op), _operand(catalogue, field, op, value)
        case Or(parts):
            return "", "", _(" or ").join(_joined(catalogue, part) for part in parts)
        case And(parts):
            return "", "", _(" and ").join(_joined(catalogue, part) for part in parts)
        case Not(part):
            return "", str(_("not")), _joined(catalogue, part)


def _joined(catalogue: Catalogue, tree: Filter) -> str:
    """A part of a chip; several conditions inside one stand in brackets, lest "and" and "or" run together."""
    words = " ".join(word for word in describe(catalogue, tree) if word)
    return (
        _("(%(words)s)") % {"words": words} if isinstance(tree, (And, Or)) and len(tree.parts) > 1 else words
    )


def _operand(catalogue: Catalogue, field: Field, op: str, value: Any) -> str:
    if op == "empty":
        return str(_("yes") if value in (True, 1, "1", "true") else _("no"))
    values = value if isinstance(value, (tuple, list)) else str(value).split(",") if op == "in" else (value,)
    shown = [_value(field, str(v)) for v in values[:MAX_SHOWN]]
    more = len(values) - MAX_SHOWN
    return ", ".join(shown) + (f" +{more}" if more > 0 else "")


def _value(field: Field, text: str) -> str:
    if isinstance(field.kind, Reference) and text == field.kind.place:
        return place_words(text)
    if isinstance(field.kind, Date) and (relative := days.parts(text)):
        return day_words(*relative)
    if isinstance(field.kind, Reference):
        return reference_words(field.kind, text)
    return field.kind.plain(field.kind.read(text))


def place_words(place: str) -> str:
    """The word for the asking person or the person's unit."""
    return str(_("my unit") if place == "@unit" else _("me"))


def day_words(unit: str, number: int) -> str:
    """A relative day in words."""
    if unit == "today":
        return _day(number)
    if number == 0:
        return str(_STARTS[unit])
    words: dict[str, tuple[str, str]] = {
        "month": (
            ngettext("start of the month %(n)d month ago", "start of the month %(n)d months ago", abs(number)),
            ngettext("start of the month in %(n)d month", "start of the month in %(n)d months", abs(number)),
        ),
        "quarter": (
            ngettext("start of the quarter %(n)d quarter ago", "start of the quarter %(n)d quarters ago", abs(number)),
            ngettext("start of the quarter in %(n)d quarter", "start of the quarter in %(n)d quarters", abs(number)),
        ),
        "year": (
            ngettext("start of the year %(n)d year ago", "start of the year %(n)d years ago", abs(number)),
            ngettext("start of the year in %(n)d year", "start of the year in %(n)d years", abs(number)),
        ),
    }  # fmt: skip
    return words[unit][number > 0] % {"n": abs(number)}


_STARTS = {
    "today": gettext_lazy("today"),
    "month": gettext_lazy("start of this month"),
    "quarter": gettext_lazy("start of this quarter"),
    "year": gettext_lazy("start of this year"),
}


def _day(number: int) -> str:
    if number == 0:
        return str(_("today"))
    if number < 0:
        return ngettext("%(n)d day ago", "%(n)d days ago", -number) % {"n": -number}
    return ngettext("in %(n)d day", "in %(n)d days", number) % {"n": number}


def reference_words(kind: Reference, key: Any) -> str:
    """The name of a person or unit; business objects are shown by key, for their names may be out of scope."""
    if kind.model is None or kind.model._meta.app_label != User._meta.app_label:
        return f"#{key}"
    name = kind.model._base_manager.filter(pk=int(key)).values_list(kind.by, flat=True).first()
    return str(name or f"#{key}")
