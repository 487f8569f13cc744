"""The reasons of a price as sentences, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hengke.modules.catalog.pricing.terms import Step

SENTENCES = {
    "item_price": _("Price of the item: %(price)s"),
    "standard_fee": _("Standard fee since %(from)s: %(price)s %(document)s"),
    "price_list": _("Price list “%(list)s”: %(price)s"),
    "option": _("Option “%(option)s”: + %(more)s"),
    "ceiling": _("Ceiling of the standard fee: %(price)s %(document)s"),
    "by_hand": _("Set by hand: %(price)s"),
    "class_discount": _("Promotion “%(promotion)s”: − %(less)s"),
    "excluded": _("Promotion “%(promotion)s” does not hold for this item"),
    "better_one": _("Promotion “%(promotion)s” is not used: “%(better)s” is better and stands alone"),
    "spend_get": _("Promotion “%(promotion)s”: − %(less)s on the whole"),
    "share": _("Share of promotion “%(promotion)s”: − %(less)s"),
    "not_reached": _("Promotion “%(promotion)s”: %(missing)s more are needed"),
    "gift": _("Promotion “%(promotion)s”: with a gift, %(gift)s"),
    "gift_gone": _("Promotion “%(promotion)s”: no %(gift)s are left"),
}


def sentences(steps: Iterable[Step | Mapping[str, Any]]) -> list[str]:
    """Steps, or what `stored` made of them, as sentences."""
    found = []
    for step in steps:
        code, values = (step.code, step.values) if isinstance(step, Step) else (step["code"], step["values"])
        found.append((str(SENTENCES[code]) % values).strip())
    return found


def stored(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as a record keeps them."""
    return [{"code": step.code, "values": dict(step.values)} for step in steps]
