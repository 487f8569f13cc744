"""What tells two nodes apart: codes, known customers, places, names in full, and evidence against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hengke_analytics.identity.compare import place
from hengke_analytics.identity.names import Relation, relate
from hengke_analytics.identity.nodes import Node, Nodes
from hengke_analytics.identity.rarity import Rarity

_FOE = -2.0  # bits below which two names in full are kept apart even when a third one links both


@dataclass(frozen=True, slots=True)
class Opposition:
    """Tells which nodes cannot be one customer. Unlike names are forgiven where all evidence speaks for a
    slip."""

    nodes: list[Node]
    friends: frozenset[tuple[int, int]]  # pairs that are more likely one customer than not
    foes: frozenset[tuple[int, int]]  # pairs whose evidence speaks against it
    rarity: Rarity

    def __call__(self, i: int, j: int) -> bool:
        """Whether two nodes contradict each other."""
        a, b = self.nodes[i], self.nodes[j]
        opposed = a.parts.complete and b.parts.complete and _ordered(i, j) in self.foes
        return opposed or self.by_name(i, j)

    def by_name(self, i: int, j: int) -> bool:
        """Whether two nodes contradict each other in what is certain or in how they are called."""
        a, b = self.nodes[i], self.nodes[j]
        return _excluded(a, b) or (_ordered(i, j) not in self.friends and _unlike(a, b))


def opposition(found: Nodes, pairs: npt.NDArray[np.int64], bits: npt.NDArray[np.float64]) -> Opposition:
    """Opposition of nodes given all scored pairs."""
    friends, foes = (frozenset(map(tuple, pairs[chosen].tolist())) for chosen in (bits > 0, bits < _FOE))
    return Opposition(found.nodes, friends, foes, found.rarity)


def _ordered(i: int, j: int) -> tuple[int, int]:
    return (i, j) if i < j else (j, i)


def _excluded(a: Node, b: Node) -> bool:
    """Different known customers, codes, or places in the names."""
    if a.known is not None and b.known is not None:
        return a.known != b.known
    if a.codes and b.codes:
        return not a.codes & b.codes
    return place(a, b) == 0


def _unlike(a: Node, b: Node) -> bool:
    relation = relate(a.parts, b.parts)
    if a.parts.complete and b.parts.complete:
        return relation <= Relation.NEAR
    return relation is Relation.DIFFERENT and min(len(a.parts.stem), len(b.parts.stem)) >= 4
