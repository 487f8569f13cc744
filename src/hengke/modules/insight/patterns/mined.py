"""Patterns in the lines that a person may see, at thresholds that the person chooses; kept until the next build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.services.foresight import patterns

KEPT = 32
BASKETS = ("customer", "order")
SUPPORTS = (1, 2, 3, 5, 10, 20)
CONFIDENCES = (20, 30, 50, 70, 90)
USUAL = {"customer": 2, "order": 1}


@dataclass(frozen=True)
class Asked:
    """Baskets by customer or by order, thresholds in percent, and an item that rules must hold."""

    by: str = "customer"
    support: int = 2
    confidence: int = 50
    item: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Asked:
        """From a request; InputError for what cannot be a threshold."""
        by = parameters.get("by") or BASKETS[0]
        if by not in BASKETS:
            raise InputError("unknown_field", "Unknown field: {field}.", field=by[:60])
        support = _percent(parameters.get("support") or str(USUAL[by]))
        return cls(
            by,
            support,
            _percent(parameters.get("confidence") or "50"),
            parameters.get("item", "")[:200].strip(),
        )

    def url(self, **changes: Any) -> str:
        """The query string with some words changed."""
        words = {
            "by": self.by,
            "support": self.support,
            "confidence": self.confidence,
            "item": self.item,
        } | changes
        return urlencode({name: value for name, value in words.items() if value != ""})


@dataclass(frozen=True)
class Mined:
    """Rules as rows, strongest first, and in how many baskets."""

    baskets: int
    items: int
    rows: list[dict[str, Any]]


def rules(actor: Actor, asked: Asked, action: str = "view") -> Mined:
    """The rules of the lines with which the actor may do `action`; NotFound before the first warehouse."""
    who = replace(actor, name="", channel="")
    return _rules(who, asked.by, asked.support, asked.confidence, action, facts.build_number())


def sequences(actor: Actor) -> list[dict[str, Any]]:
    """What follows what in the lines that the actor may see, the surest first."""
    return _sequences(replace(actor, name="", channel=""), facts.build_number())


@lru_cache(maxsize=KEPT)
def _rules(actor: Actor, by: str, support: int, confidence: int, action: str, build: int | None) -> Mined:
    from hengke_analytics.mining.patterns.rules import table

    bought = patterns.read(facts.visible(actor, "facts", action), by)
    if not bought.num_rows:
        return Mined(0, 0, [])
    made, found = patterns.rules_of(bought, Fraction(support, 100), Fraction(confidence, 100))
    rows: list[dict[str, Any]] = table(found, made).to_pylist() if found else []
    return Mined(made.count, len(made.item_names), rows)


@lru_cache(maxsize=KEPT)
def _sequences(actor: Actor, build: int | None) -> list[dict[str, Any]]:
    import numpy as np

    histories, _last = patterns.histories_of(facts.visible(actor, "facts"))
    names = [str(name) for name in histories.item_names.to_pylist()]
    found = sorted(patterns.followings_of(histories), key=lambda each: (-each.confidence, -each.customers))
    return [
        {
            "before": "、".join(names[item] for items in each.before for item in items),
            "then": "、".join(names[item] for item in each.then), "customers": each.customers,
            "confidence": each.confidence, "days": int(np.median(each.days)), "again": each.before[-1] == each.then,
        }
        for each in found
    ]  # fmt: skip


def _percent(written: str) -> int:
    if not is_whole(written) or not 1 <= int(written[:4]) <= 100:
        raise InputError("percent_range", "A threshold is a whole percentage from 1 to 100.")
    return int(written)
