"""What a group is like, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.charts import grouped, percent
from hengke.modules.insight.services.foresight.features import WORDS

MONEY = ("year", "price")


def level(name: str) -> str:
    """How far from everybody."""
    return {
        "very_high": pgettext("level", "very high"), "high": pgettext("level", "high"),
        "low": pgettext("level", "low"), "very_low": pgettext("level", "very low"),
    }[name]  # fmt: skip


def name(cluster: dict[str, Any]) -> str:
    """A group by its two most striking traits; one without any is like everybody."""
    told = [f"{_(WORDS[t['column']])} {level(t['level'])}" for t in cluster["traits"][:2]]
    return pgettext("list", ", ").join(told) or _("Like everybody")


def trait(told: dict[str, Any]) -> str:
    """One trait with its figures."""
    return _("{what}: {level}, typically {own} (all: {all})").format(
        what=_(WORDS[told["column"]]), level=level(told["level"]), own=figure(told["column"], told["median"]),
        all=figure(told["column"], told["overall"]),
    )  # fmt: skip


def plain(told: dict[str, Any]) -> str:
    """One trait without figures, for who does not see everybody."""
    return f"{_(WORDS[told['column']])} {level(told['level'])}"


def figure(column: str, value: float) -> str:
    """A number as this column is written."""
    if column == "growth":
        return percent(value)
    return grouped(value, 0)


def reactions() -> list[tuple[str, str]]:
    """Kinds of reactions for a list to choose from."""
    return [
        ("bought", _("Had an item done that is called")), ("laboratory", _("Came to the laboratory")),
        ("silent", _("Has not come")), ("returned", _("Came back within")), ("grew", _("Grew by at least %")),
        ("answered", _("Answered a call or visit")),
    ]  # fmt: skip


def reaction(condition: dict[str, Any]) -> str:
    """One declared reaction as a sentence."""
    said = {
        "bought": _("had “{value}” done in the last {days} days"),
        "laboratory": _("came to {value} in the last {days} days"),
        "silent": _("has not come for {days} days"),
        "returned": _("came back within {days} days"),
        "grew": _("grew by {value}% or more"),
        "answered": _("answered a call or visit in the last {days} days"),
    }[condition["kind"]]
    return said.format(value=condition["value"], days=condition["days"])
