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
_OTHERS = 200_000  # about so many pairs of strangers are kept for training


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidate pairs worth keeping with their levels, (n, 2) and (n, len(COMPARISONS))."""

    pairs: npt.NDArray[np.int64]
    levels: npt.NDArray[np.int8]
    others: npt.NDArray[np.int8]  # levels of a sample of those left out: training needs strangers too


def compare(found: Nodes, pairs: npt.NDArray[np.int64]) -> Compared:
    """Levels of every pair whose names relate, or whose own evidence agrees although the names differ."""
    nodes, kept, rows, others = found.nodes, [], [], []
    relations: dict[tuple[int, int], Relation] = {}
    every = 1 + len(pairs) // _OTHERS
    for number, (i, j) in enumerate(pairs.tolist()):
        a, b = nodes[i], nodes[j]
        key = (a.text, b.text) if a.text < b.text else (b.text, a.text)
        relation = relations.get(key)
        if relation is None:
            relation = relations[key] = relate(a.parts, b.parts)
        if relation or _overlap(a, b) >= 2:
            kept.append((i, j))
            rows.append(_levels(found, a, b, relation))
        elif number % every == 0:
            others.append(_levels(found, a, b, relation))
    return Compared(np.array(kept, dtype=np.int64).reshape(-1, 2), _array(rows), _array(others))


def _overlap(a: Node, b: Node) -> int:
    """Kinds of evidence in common; a code alone is enough to be looked at."""
    if not a.codes.isdisjoint(b.codes):
        return 2
    return 3 - (
        a.phones.isdisjoint(b.phones)
        + a.addresses.isdisjoint(b.addresses)
        + a.contacts.isdisjoint(b.contacts)
    )


def _array(rows: list[tuple[int, ...]]) -> npt.NDArray[np.int8]:
    return np.array(rows, dtype=np.int8).reshape(-1, len(COMPARISONS))


def _levels(found: Nodes, a: Node, b: Node, relation: Relation) -> tuple[int, ...]:
    spread = found.spread
    return (
        int(relation),
        _rarity(found, a, b, relation),
        place(a, b),
        form(a, b),
        _shared(a.phones, b.phones, spread),
        _shared(a.addresses, b.addresses, spread),
        _contact(a, b, spread),
        UNKNOWN if not (a.codes and b.codes) else int(bool(a.codes & b.codes)),
    )


def _rarity(found: Nodes, a: Node, b: Node, relation: Relation) -> int:
    """How rare what both names share is, 0 (华兴) to 3, by the commoner reading: a slip makes any name look
    rare."""
    if relation <= Relation.NEAR:  # the cores differ: their rarity says nothing
        return UNKNOWN
    with_trade = relation >= Relation.STEM
    common = _common_place(a, b)
    return min(found.rarity.level(p, with_trade, common) for p in (a.parts, b.parts))


def _common_place(a: Node, b: Node) -> str:
    """The city, else the province, that both names give: only strangers there could be meant."""
    p, q = a.parts.region, b.parts.region
    return p.city if p.city == q.city and p.city else p.province if p.province == q.province else ""


def place(a: Node, b: Node) -> int:
    """Where both are said to be.

    4 same city or county in both names, 3 same city by an address, 2 one place contains the other,
    1 an address speaks against it, 0 the names themselves do.
    """
    p, q = a.parts.region, b.parts.region
    if any(x and y and x != y for x, y in ((p.province, q.province), (p.city, q.city), (p.county, q.county))):
        return 0
    if p.city and q.city:
        return 4 if p.county == q.county else 0 if a.parts.local and b.parts.local else 2
    cities_a, cities_b = ({p.city} if p.city else a.cities), ({q.city} if q.city else b.cities)
    if cities_a and cities_b:
        return 3 if cities_a & cities_b else 1
    if p.province and q.province:
        return 2
    return (
        _nested(p.province, cities_b)
        if p.province
        else _nested(q.province, cities_a)
        if q.province
        else UNKNOWN
    )


def _nested(province: str, cities: frozenset[str] | set[str]) -> int:
    if not cities:
        return UNKNOWN
    return 2 if any(city[:2] == province for city in cities) else 1


def form(a: Node, b: Node) -> int:
    """2 same legal form, 1 another form of company, 0 company against works, unknown when one is not
    written."""
    mine, theirs = a.parts.legal, b.parts.legal
    if not (mine and theirs):
        return UNKNOWN
    return 2 if mine == theirs else int(mine[:4] == theirs[:4])


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
