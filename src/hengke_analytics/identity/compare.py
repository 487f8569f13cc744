"""Each candidate pair as a row of levels, one per comparison; -1 where a side says nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hengke_analytics.identity.evidence import OWN_SPREAD, SOME_SPREAD
from hengke_analytics.identity.names import Relation, relate
from hengke_analytics.identity.nodes import Node, Nodes

COMPARISONS = ("name", "rarity", "place", "form", "phone", "address", "contact", "code")
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidate pairs worth keeping with their levels, (n, 2) and (n, len(COMPARISONS))."""

    pairs: npt.NDArray[np.int64]
    levels: npt.NDArray[np.int8]
    others: npt.NDArray[np.int8]  # levels of the candidates left out: training needs strangers too


def compare(found: Nodes, pairs: npt.NDArray[np.int64]) -> Compared:
    """Levels of every pair whose names relate, or whose own evidence agrees although the names differ."""
    nodes, kept, rows, others = found.nodes, [], [], []
    relations: dict[tuple[int, int], Relation] = {}
    for i, j in pairs.tolist():
        a, b = nodes[i], nodes[j]
        key = (a.text, b.text) if a.text < b.text else (b.text, a.text)
        relation = relations.get(key)
        if relation is None:
            relation = relations[key] = relate(a.parts, b.parts)
        row = _levels(found, a, b, relation)
        if relation or row[4] + row[5] + row[6] >= 6 or row[7] == 1:
            kept.append((i, j))
            rows.append(row)
        else:
            others.append(row)
    return Compared(np.array(kept, dtype=np.int64).reshape(-1, 2), _array(rows), _array(others))


def _array(rows: list[tuple[int, ...]]) -> npt.NDArray[np.int8]:
    return np.array(rows, dtype=np.int8).reshape(-1, len(COMPARISONS))


def _levels(found: Nodes, a: Node, b: Node, relation: Relation) -> tuple[int, ...]:
    spread = found.spread
    return (
        int(relation),
        _rarity(found, a, b) if relation else UNKNOWN,
        place(a, b),
        form(a, b),
        _shared(a.phones, b.phones, spread),
        _shared(a.addresses, b.addresses, spread),
        _contact(a, b, spread),
        UNKNOWN if not (a.codes and b.codes) else int(bool(a.codes & b.codes)),
    )


def _rarity(found: Nodes, a: Node, b: Node) -> int:
    """2: hardly anybody else bears this core name; 1: a few; 0: many (华兴)."""
    count = max(found.core_spread.get(a.parts.core, 0), found.core_spread.get(b.parts.core, 0))
    return 2 if count <= 2 else 1 if count <= 5 else 0


def place(a: Node, b: Node) -> int:
    """4 same city or county in both names, 3 by an address, 2 one contains the other, 1 addresses differ, 0 names differ."""
    p, q = a.parts.region, b.parts.region
    if p.province and q.province and p.province != q.province:
        return 0
    if p.city and q.city:
        return 4 if p.city == q.city else 0
    cities_a, cities_b = ({p.city} if p.city else a.cities), ({q.city} if q.city else b.cities)
    if cities_a and cities_b:
        return 3 if cities_a & cities_b else 1
    if p.province and q.province:
        return 2
    return _nested(p.province, cities_b) if p.province else _nested(q.province, cities_a) if q.province else UNKNOWN


def _nested(province: str, cities: frozenset[str] | set[str]) -> int:
    if not cities:
        return UNKNOWN
    return 2 if any(city[:2] == province for city in cities) else 1


def form(a: Node, b: Node) -> int:
    """1 same kind of legal form, 0 company against works, unknown when one is not written."""
    if not (a.parts.legal and b.parts.legal):
        return UNKNOWN
    return int(a.parts.legal == b.parts.legal)


def _shared(a: frozenset[str], b: frozenset[str], spread: dict[str, int]) -> int:
    """3 own evidence in common, 2 shared by a few strangers, 1 shared by many, 0 nothing in common."""
    if not (a and b):
        return UNKNOWN
    common = a & b
    if not common:
        return 0
    least = min(spread[key] for key in common)
    return 3 if least <= OWN_SPREAD else 2 if least <= SOME_SPREAD else 1


def _contact(a: Node, b: Node, spread: dict[str, int]) -> int:
    """As `_shared`, but a surname alone (王工) also counts a little."""
    level = _shared(a.contacts, b.contacts, spread)
    if level > 0 or not (a.surnames and b.surnames):
        return level
    if level == UNKNOWN:
        return 1 if a.surnames & b.surnames else UNKNOWN
    return level
