"""Why a pair is proposed: one reason per comparison that spoke, with its weight in bits and both sides'
words."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from hengke_analytics.identity.compare import COMPARISONS
from hengke_analytics.identity.model import Model
from hengke_analytics.identity.names import Relation
from hengke_analytics.identity.nodes import Node

REASON = pa.struct(
    [("code", pa.string()), ("weight", pa.float64()), ("left", pa.string()), ("right", pa.string())]
)

CODES: dict[str, tuple[str, ...]] = {
    "name": tuple(f"name_{relation.name.lower()}" for relation in Relation),
    "rarity": ("core_common", "core_uncommon", "core_rare", "core_unique"),
    "place": ("place_differs", "place_address_differs", "place_contains", "place_same_address", "place_same"),
    "form": ("form_differs", "form_similar", "form_same"),
    "phone": ("phone_differs", "phone_shared_by_many", "phone_shared_by_few", "phone_same"),
    "address": ("address_differs", "address_shared_by_many", "address_shared_by_few", "address_same"),
    "contact": ("contact_differs", "contact_weak", "contact_shared_by_few", "contact_same"),
    "code": ("code_differs", "code_same"),
}
"""Reason code of each comparison's levels; faces say them in words."""


def reasons(a: Node, b: Node, levels: list[int], model: Model) -> list[dict[str, Any]]:
    """Reasons, heaviest first."""
    found = [
        {
            "code": CODES[name][level],
            "weight": round(model.weights[name][level], 2),
            "left": _words(a, b, name),
            "right": _words(b, a, name),
        }
        for name, level in zip(COMPARISONS, levels, strict=True)
        if level >= 0
    ]
    return sorted(found, key=lambda reason: -abs(reason["weight"]))


def _words(node: Node, other: Node, comparison: str) -> str:
    """What one side says; for evidence in common, just the common part."""
    parts = node.parts
    plain = {"name": node.name, "rarity": parts.core, "form": parts.legal}
    if comparison in plain:
        return plain[comparison]
    if comparison == "place":
        return parts.region.short or ", ".join(sorted(node.cities))
    field = {"phone": "phones", "address": "addresses", "contact": "contacts", "code": "codes"}[comparison]
    mine: frozenset[str] = getattr(node, field)
    shown = sorted(mine & getattr(other, field)) or sorted(mine)
    return ", ".join(word.split("|")[-1] for word in shown[:3])
