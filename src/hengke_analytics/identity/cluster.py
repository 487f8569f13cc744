"""Nodes joined into customers, strongest link first, without chaining strangers together.

Two guards: a name belongs to one customer, so links that contradict each other share its probability; and two
clusters may only join when nothing in them contradicts: codes, known customers, decisions, places and names
in full.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hengke_analytics.identity.compare import place
from hengke_analytics.identity.names import Relation, relate
from hengke_analytics.identity.nodes import Node
from hengke_analytics.identity.unite import Unions

_FOE = -2.0  # bits below which two names in full are kept apart even when a third one links both
_SAME_NAME = 0.95  # what a name written alike is worth when only people and telephones differ
_MAX_COMPARED = 12  # names per cluster that a joining cluster is compared with, heaviest first


@dataclass(slots=True)
class _Cluster:
    members: list[int]
    codes: set[str]
    known: set[int]
    barred: set[int]  # nodes that a person said are not these
    told: bool = False  # joined by a person or an earlier run, whatever the names say


@dataclass(slots=True)
class Clusters:
    """The representative of each node and the weakest link that holds it; links that guards refused."""

    unions: Unions
    probability: list[float]
    refused: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opposition:
    """Tells which nodes cannot be one customer. Unlike names are forgiven where all evidence speaks for a
    slip."""

    nodes: list[Node]
    friends: frozenset[tuple[int, int]]  # pairs that are more likely one customer than not
    foes: frozenset[tuple[int, int]]  # pairs whose evidence speaks against it

    def __call__(self, i: int, j: int) -> bool:
        """Whether two nodes contradict each other."""
        a, b = self.nodes[i], self.nodes[j]
        if _excluded(a, b):
            return True
        pair = (i, j) if i < j else (j, i)
        if pair in self.friends:
            return False
        return (pair in self.foes and a.parts.complete and b.parts.complete) or _unlike(a, b)


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


def opposition(nodes: list[Node], pairs: npt.NDArray[np.int64], bits: npt.NDArray[np.float64]) -> Opposition:
    """Opposition of nodes given all scored pairs."""
    friends, foes = (frozenset(map(tuple, pairs[chosen].tolist())) for chosen in (bits > 0, bits < _FOE))
    return Opposition(nodes, friends, foes)


def share(
    against: Opposition, pairs: npt.NDArray[np.int64], bits: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Probability of each link after its strongest contradicting rival at either end took its share.

    p = o / (1 + o + r), o the odds of the link, r those of the rival.
    """
    odds = np.exp2(np.clip(bits, -40, 40))
    rivals = np.zeros(len(pairs))
    links: dict[int, list[int]] = {}
    for number, (i, j) in enumerate(pairs.tolist()):
        if bits[number] > -8:
            links.setdefault(i, []).append(number)
            links.setdefault(j, []).append(number)
    for node, mine in links.items():
        if len(mine) > 1:
            _share_at(against, node, pairs, odds, rivals, mine)
    result: npt.NDArray[np.float64] = odds / (1 + odds + rivals)
    return result


def _share_at(
    against: Opposition, node: int, pairs: npt.NDArray[np.int64], odds: npt.NDArray[np.float64],
    rivals: npt.NDArray[np.float64], mine: list[int],
) -> None:  # fmt: skip
    """Raise `rivals` of each link of one node to the odds of its best contradicting link there."""
    mine.sort(key=lambda n: -odds[n])
    mine = mine[:60]
    ends = [int(pairs[n, 0] + pairs[n, 1] - node) for n in mine]
    for at, link in enumerate(mine):
        for other, rival in enumerate(mine):
            if odds[rival] <= max(rivals[link], odds[link] * 1e-4):
                break
            if other != at and against(ends[at], ends[other]):
                rivals[link] = odds[rival]
                break


def join(
    against: Opposition, pairs: npt.NDArray[np.int64], chance: npt.NDArray[np.float64], automatic: float,
    same: list[tuple[int, int]], different: list[tuple[int, int]],
) -> Clusters:  # fmt: skip
    """Kruskal over links of at least `automatic`, each guarded; decisions and known customers come first."""
    nodes = against.nodes
    unions = Unions(len(nodes))
    clusters = {
        i: _Cluster([i], set(n.codes), set() if n.known is None else {n.known}, set())
        for i, n in enumerate(nodes)
    }
    for i, j in different:
        clusters[i].barred.add(j)
        clusters[j].barred.add(i)
    held: dict[int, list[tuple[int, float]]] = {}
    for i, j in [*same, *_same_known(nodes)]:
        _merge(unions, clusters, held, i, j, 1.0)
        clusters[unions.find(i)].told = True
    refused = []
    for number in np.lexsort((pairs[:, 1], pairs[:, 0], -chance)).tolist():
        if chance[number] < automatic:
            break
        i, j = int(pairs[number, 0]), int(pairs[number, 1])
        a, b = clusters[unions.find(i)], clusters[unions.find(j)]
        if a is b:
            continue
        if _may_join(against, a, b):
            _merge(unions, clusters, held, i, j, float(chance[number]))
        else:
            refused.append(number)
    _reunite(against, unions, clusters, held)
    return Clusters(unions, _weakest(nodes, clusters, held), refused)


def _reunite(
    against: Opposition,
    unions: Unions,
    clusters: dict[int, _Cluster],
    held: dict[int, list[tuple[int, float]]],
) -> None:
    """Parts of one written name that nothing speaks against are one customer: people and telephones change.

    A part that no other name claims goes to the one customer that is known under the name. Where several are, a
    name in full still is one company within a city; else the name is ambiguous and its parts stay apart.
    """
    nodes = against.nodes
    for parts in _parted(nodes, unions):
        claimed = {i for i in parts if _has_other_names(nodes, clusters[unions.find(i)])}
        home = min(claimed, key=parts.index, default=parts[0])
        if len(claimed) > 1 and not nodes[home].parts.complete:
            continue
        for i in parts:
            a, b = clusters[unions.find(home)], clusters[unions.find(i)]
            alone = len(claimed) < 2 or bool(_cities(nodes, a) & _cities(nodes, b))
            if a is not b and alone and _may_join(against, a, b):
                _merge(unions, clusters, held, home, i, _SAME_NAME)


def _cities(nodes: list[Node], cluster: _Cluster) -> set[str]:
    """The cities that the names of a cluster are in, or its addresses where they name none."""
    places = (nodes[i].parts.region.city or nodes[i].cities for i in cluster.members)
    return {city for place in places for city in ({place} if isinstance(place, str) else place)}


def _parted(nodes: list[Node], unions: Unions) -> list[list[int]]:
    """For each name in several clusters its heaviest node in each of them, heaviest first."""
    by_text: dict[int, dict[int, int]] = {}
    for i, node in enumerate(nodes):
        if node.parts.text:
            held = by_text.setdefault(node.text, {})
            top = unions.find(i)
            if top not in held or nodes[held[top]].lines < node.lines:
                held[top] = i
    order = [sorted(held.values(), key=lambda i: (-nodes[i].lines, i)) for held in by_text.values()]
    return [parts for parts in order if len(parts) > 1]


def _has_other_names(nodes: list[Node], cluster: _Cluster) -> bool:
    return len({nodes[i].text for i in cluster.members}) > 1


def _same_known(nodes: list[Node]) -> list[tuple[int, int]]:
    first: dict[int, int] = {}
    return [(first.setdefault(n.known, i), i) for i, n in enumerate(nodes) if n.known is not None]


def _merge(
    unions: Unions,
    clusters: dict[int, _Cluster],
    held: dict[int, list[tuple[int, float]]],
    i: int,
    j: int,
    p: float,
) -> None:
    a, b = unions.find(i), unions.find(j)
    if a == b:
        return
    top = unions.join(a, b)
    gone = clusters.pop(a + b - top)
    kept = clusters[top]
    kept.members += gone.members
    kept.codes |= gone.codes
    kept.known |= gone.known
    kept.barred |= gone.barred
    kept.told |= gone.told
    held.setdefault(i, []).append((j, p))
    held.setdefault(j, []).append((i, p))


def _may_join(against: Opposition, a: _Cluster, b: _Cluster) -> bool:
    """No contradiction in codes, known customers, decisions; and names that agree with one another."""
    if (a.known and b.known and a.known != b.known) or (a.codes and b.codes and not a.codes & b.codes):
        return False
    if a.barred.intersection(b.members) or b.barred.intersection(a.members):
        return False
    left, right = _heaviest(against.nodes, a), _heaviest(against.nodes, b)
    opposed = {(i, j) for i in left for j in right if against(i, j)}
    full = {(i, j) for i, j in opposed if against.nodes[i].parts.complete and against.nodes[j].parts.complete}
    if a.told or b.told:  # what was told may bear several names: one that agrees is enough
        return len(opposed) < len(left) * len(right)
    return not full and 2 * len(opposed) <= len(left) * len(right)


def _heaviest(nodes: list[Node], cluster: _Cluster) -> list[int]:
    """One node for each name of a cluster: names in full first, then by lines."""
    by_text: dict[int, int] = {}
    for i in cluster.members:
        held = by_text.setdefault(nodes[i].text, i)
        if nodes[held].lines < nodes[i].lines:
            by_text[nodes[i].text] = i
    found = sorted(by_text.values(), key=lambda i: (not nodes[i].parts.complete, -nodes[i].lines, i))
    return found[:_MAX_COMPARED]


def _weakest(
    nodes: list[Node], clusters: dict[int, _Cluster], held: dict[int, list[tuple[int, float]]]
) -> list[float]:
    """Weakest link on the way from each node to its cluster's heaviest node; 1.0 for a single node."""
    weakest = [1.0] * len(nodes)
    for cluster in clusters.values():
        if len(cluster.members) == 1:
            continue
        centre = max(cluster.members, key=lambda i: (nodes[i].lines, -nodes[i].row))
        seen, way = {centre}, [centre]
        while way:
            i = way.pop()
            for j, p in held.get(i, []):
                if j not in seen:
                    seen.add(j)
                    way.append(j)
                    weakest[j] = min(weakest[i], p)
        weakest[centre] = max(weakest[i] for i in cluster.members if i != centre)
    return weakest
