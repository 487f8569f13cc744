"""Filters and changes in words that a person reads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hengke.engines.access.models import User
from hengke.engines.records.catalogue import Catalogue
from hengke.engines.records.declarations import Field
from hengke.engines.records.kinds import Reference
from hengke.kernel.filters import And, Condition, Filter, Not, Or

OPERATORS = {
    "eq": gettext_lazy("is"), "ne": gettext_lazy("is not"), "lt": gettext_lazy("below"),
    "lte": gettext_lazy("at most"), "gt": gettext_lazy("above"), "gte": gettext_lazy("at least"),
    "in": gettext_lazy("one of"), "contains": gettext_lazy("contains"), "startswith": gettext_lazy("starts with"),
    "empty": gettext_lazy("is empty"),
}  # fmt: skip
MAX_SHOWN = 3


def describe(catalogue: Catalogue, tree: Filter) -> tuple[str, str, str]:
    """Label, operator and value of one chip."""
    match tree:
        case Condition(name, op, value):
            field = catalogue.field(name, "filter")
            return str(field.label), str(OPERATORS[op]), _operand(catalogue, field, op, value)
        case Or(parts):
            return "", "", _(" or ").join(_joined(catalogue, part) for part in parts)
        case And(parts):
            return "", "", _(" and ").join(_joined(catalogue, part) for part in parts)
        case Not(part):
            return "", str(_("not")), _joined(catalogue, part)


def _joined(catalogue: Catalogue, tree: Filter) -> str:
    return " ".join(word for word in describe(catalogue, tree) if word)


def _operand(catalogue: Catalogue, field: Field, op: str, value: Any) -> str:
    if op == "empty":
        return str(_("yes") if value in (True, 1, "1", "true") else _("no"))
    values = value if isinstance(value, (tuple, list)) else str(value).split(",") if op == "in" else (value,)
    shown = [_value(field, str(v)) for v in values[:MAX_SHOWN]]
    more = len(values) - MAX_SHOWN
    return ", ".join(shown) + (f" +{more}" if more > 0 else "")


def _value(field: Field, text: str) -> str:
    if text == "@me":
        return str(_("me"))
    if text.startswith("@today"):
        return _day(int(text[6:] or 0))
    if isinstance(field.kind, Reference):
        return reference_words(field.kind, text)
    return field.kind.plain(field.kind.read(text))


def _day(days: int) -> str:
    if days == 0:
        return str(_("today"))
    if days < 0:
        return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def reference_words(kind: Reference, key: Any) -> str:
    """The name of a person or unit; business objects are shown by key, for their names may be out of scope.
    The name of a person or unit; business objects are shown by key, for their names may be out of scope.
    """
    if kind.model is None or kind.model._meta.app_label != User._meta.app_label:
        return f"#{key}"
    name = kind.model._base_manager.filter(pk=int(key)).values_list(kind.by, flat=True).first()
    return str(name or f"#{key}")
