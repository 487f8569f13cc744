"""One pair of names as the review page shows it: both sides, what agrees, and why it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.modules.customers.models import CustomerName
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import LedgerLine, ReviewPair
from hengke.modules.insight.pages import common, words
from hengke.modules.insight.services import thresholds

MOST_VALUES = 3
STRONGEST = 12.0
"""Bits of evidence that fill a bar."""

EVIDENCE_OF = {
    "name": ("name", "core"),
    "form": ("form",),
    "place": ("place",),
    "phone": ("phone",),
    "address": ("address",),
    "contact": ("contact",),
    "code": ("code",),
}
"""Row of the comparison -> first words of the reason codes that speak about it."""


@dataclass
class Side:
    """One of the two names with what its ledger lines say."""

    alias: CustomerName
    lines: int = 0
    first: Any = None
    last: Any = None
    billed: Any = None
    values: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    @property
    def years(self) -> str:
        """Calendar years from the first line to the last."""
        if self.first is None:
            return ""
        return (
            f"{self.first.year}–{self.last.year}"
            if self.first.year != self.last.year
            else str(self.first.year)
        )

    @property
    def region(self) -> str:
        customer = self.alias.customer
        return " ".join(dict.fromkeys(filter(None, (customer.province, customer.city, customer.county))))


def line(pair: ReviewPair, *, current: bool) -> dict[str, Any]:
    """A pair in the list: probability, both names, and how many lines would move."""
    chance = f"{pair.probability:.1%}"
    return {
        "pk": pair.pk, "left": pair.left.text, "right": pair.right.text, "chance": chance, "current": current,
        "bar": charts.scale_bar(pair.probability, width=40, kind="ok" if pair.probability >= 0.8 else "warn"),
        "stake": stake(pair),
    }  # fmt: skip


def stake(pair: ReviewPair) -> str:
    """How many lines a wrong or missed link puts with the wrong customer."""
    lines = min(pair.left.lines, pair.right.lines)
    return ngettext("%(count)s line at stake", "%(count)s lines at stake", lines) % {"count": f"{lines:,}"}


def case(pair: ReviewPair, actor: Actor) -> dict[str, Any]:
    """Everything that the page shows about a pair; the number of queries does not depend on the ledger."""
    sides = _sides(pair, actor)
    left, right = marked(pair.left.text, pair.right.text)
    reasons = [_reason(reason) for reason in pair.reasons]
    return {
        "row": pair,
        "left": left,
        "right": right,
        "sides": sides,
        "chance": f"{pair.probability:.1%}",
        "likely": pair.probability >= 0.8,
        # These two alone would have been linked: what else is known of the two customers speaks against it.
        "held_back": pair.probability >= thresholds.current()[0],
        "stake": stake(pair),
        "rows": _rows(sides, reasons, actor),
        "reasons": sorted(reasons, key=lambda reason: -abs(reason["weight"])),
        "decided": pair.state not in (ReviewState.OPEN, ReviewState.SKIPPED),
    }


def marked(left: str, right: str) -> tuple[SafeString, SafeString]:
    """Both names with the characters marked that the other one does not have there."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    mine: list[tuple[bool, str]] = []
    theirs: list[tuple[bool, str]] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        mine.append((kind == "equal", left[i:j]))
        theirs.append((kind == "equal", right[k:m]))
    return _marked(mine), _marked(theirs)


def _marked(parts: Iterable[tuple[bool, str]]) -> SafeString:
    said = (format_html("{}" if same else "<mark>{}</mark>", text) for same, text in parts if text)
    return format_html_join("", "{}", ((part,) for part in said))


def _sides(pair: ReviewPair, actor: Actor) -> tuple[Side, Side]:
    sides = {alias.pk: Side(alias) for alias in (pair.left, pair.right)}
    lines = LedgerLine.objects.visible_to(actor).filter(LedgerLine.live, alias__in=sides)
    sums: dict[str, Any] = {"count": Count("pk"), "first": Min("submitted_on"), "last": Max("submitted_on")}
    if common.may_see_money(actor):
        sums["billed"] = Sum("billed")
    for alias, *found in lines.values_list("alias").annotate(**sums):
        side = sides[alias]
        side.lines, side.first, side.last, side.billed = (*found, None)[:4]
    shown = [name for name in ("phone", "address", "contact", "code") if not _is_hidden(name, actor)]
    for name in shown:
        counted = lines.exclude(**{name: ""}).values_list("alias", name).annotate(count=Count("pk"))
        for alias, value, count in counted.order_by("-count", name):
            sides[alias].values.setdefault(name, []).append((value, count))
    return sides[pair.left_id], sides[pair.right_id]


def _is_hidden(name: str, actor: Actor) -> bool:
    return name == "phone" and "phone" in grants.hidden(actor, "insight.ledgerline")


def _rows(sides: tuple[Side, Side], reasons: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """The comparison, one row per kind of evidence; rows without anything to say are left out."""
    labels = [
        ("form", _("Legal form"), None), ("place", _("Region"), [side.region for side in sides]),
        ("phone", words.field("phone"), None), ("address", words.field("address"), None),
        ("contact", words.field("contact"), None), ("code", words.field("code"), None),
    ]  # fmt: skip
    rows = []
    for name, label, texts in labels:
        if _is_hidden(name, actor):
            continue
        said = [reason for reason in reasons if reason["about"] == name]
        if texts is None and name == "form":
            texts = [words.legal(said[0][side]) for side in ("left", "right")] if said else ["", ""]
        if texts is None:
            cells = [_some(side.values.get(name, [])) for side in sides]
        else:
            cells = [[text] if text else [] for text in texts]
        if any(cells) or said:
            rows.append({"label": label, "cells": cells, "kind": _agreement(said), "reasons": said})
    return rows


def _some(values: list[tuple[str, int]]) -> list[str]:
    shown = [value for value, _count in values[:MOST_VALUES]]
    more = len(values) - len(shown)
    return [*shown, _("and %(count)d more") % {"count": more}] if more > 0 else shown


def _agreement(reasons: list[dict[str, Any]]) -> str:
    """Colour of a row: the evidence speaks for, weakly, or against."""
    if not reasons:
        return ""
    weight = sum(reason["weight"] for reason in reasons)
    return "same" if weight > 1 else "diff" if weight < -1 else "near"


def _reason(reason: dict[str, Any]) -> dict[str, Any]:
    weight = float(reason["weight"])
    about = next((row for row, heads in EVIDENCE_OF.items() if reason["code"].split("_")[0] in heads), "")
    sign = "+" if weight > 0 else "−" if weight < 0 else ""
    return {
        "about": about,
        "words": words.evidence(reason["code"]),
        "weight": weight,
        "signed": f"{sign}{abs(weight):.1f}",
        "left": reason["left"],
        "right": reason["right"],
        "bar": charts.signed_bar(max(-STRONGEST, min(STRONGEST, weight)), STRONGEST),
    }
