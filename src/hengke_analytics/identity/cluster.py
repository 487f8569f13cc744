"""Nodes joined into customers, strongest link first, without chaining strangers together.

Two guards: a name belongs to one customer, so links that contradict each other share its probability; and two
clusters may only join when nothing in them contradicts: codes, known customers, decisions, places and names in full.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hengke_analytics.identity.compare import place
from hengke_analytics.identity.names import Relation, relate
from hengke_analytics.identity.nodes import Node
from hengke_analytics.identity.unite import Unions

_MAX_COMPARED = 12  # names per cluster that a joining cluster is compared with, heaviest first


@dataclass(slots=True)
class _Cluster:
    members: list[int]
    codes: set[str]
    known: set[int]
    barred: set[int]  # nodes that a person said are not these


@dataclass(slots=True)
class Clusters:
    """The representative of each node and the weakest link that holds it; links that guards refused."""

    unions: Unions
    probability: list[float]
    refused: list[int] = field(default_factory=list)


def opposed(a: Node, b: Node) -> bool:
    """Whether two nodes cannot be one customer by what they say themselves."""
    if a.known is not None and b.known is not None:
        return a.known != b.known
    if a.codes and b.codes:
        return not a.codes & b.codes
    if place(a, b) == 0:
        return True
    relation = relate(a.parts, b.parts)
    if a.parts.complete and b.parts.complete:
        return relation in (Relation.DIFFERENT, Relation.GAPPED)
    return relation is Relation.DIFFERENT and min(len(a.parts.stem), len(b.parts.stem)) >= 4


def share(
    nodes: list[Node], pairs: npt.NDArray[np.int64], bits: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Probability of each link after its strongest contradicting rival at either end took its share.

    p = o / (1 + o + r), o the odds of the link, r those of the rival.
    """
    odds = np.exp2(np.clip(bits, -40, 40))
    rivals = np.zeros(len(pairs))
    links: dict[int, list[int]] = {}
    friends = {(i, j) for (i, j), weight in zip(pairs.tolist(), bits.tolist(), strict=True) if weight > 0}
    for number, (i, j) in enumerate(pairs.tolist()):
        if bits[number] > -8:
            links.setdefault(i, []).append(number)
            links.setdefault(j, []).append(number)
    for node, mine in links.items():
        if len(mine) > 1:
            _share_at(nodes, node, pairs, odds, rivals, mine, friends)
    result: npt.NDArray[np.float64] = odds / (1 + odds + rivals)
    return result


def _share_at(
    nodes: list[Node], node: int, pairs: npt.NDArray[np.int64], odds: npt.NDArray[np.float64],
    rivals: npt.NDArray[np.float64], mine: list[int], friends: set[tuple[int, int]],
) -> None:  # fmt: skip
    """Raise `rivals` of each link of one node to the odds of its best contradicting link there.

    Two far ends that are themselves more likely one customer than not do not contradict each other.
    """
    mine.sort(key=lambda n: -odds[n])
    mine = mine[:60]
    ends = [int(pairs[n, 0] + pairs[n, 1] - node) for n in mine]
    for at, link in enumerate(mine):
        for other, rival in enumerate(mine):
            if odds[rival] <= max(rivals[link], odds[link] * 1e-4):
                break
            i, j = sorted((ends[at], ends[other]))
            if other != at and (i, j) not in friends and opposed(nodes[i], nodes[j]):
                rivals[link] = odds[rival]
                break


def join(
    nodes: list[Node], pairs: npt.NDArray[np.int64], chance: npt.NDArray[np.float64], automatic: float,
    same: list[tuple[int, int]], different: list[tuple[int, int]],
) -> Clusters:  # fmt: skip
    """Kruskal over links of at least `automatic`, each guarded; decisions and known customers come first."""
    unions = Unions(len(nodes))
    clusters = {i: _Cluster([i], set(n.codes), set() if n.known is None else {n.known}, set()) for i, n in enumerate(nodes)}
    for i, j in different:
        clusters[i].barred.add(j)
        clusters[j].barred.add(i)
    held: dict[int, list[tuple[int, float]]] = {}
    for i, j in [*same, *_same_known(nodes)]:
        _merge(unions, clusters, held, i, j, 1.0)
    refused = []
    for number in np.lexsort((pairs[:, 1], pairs[:, 0], -chance)).tolist():
        if chance[number] < automatic:
            break
        i, j = int(pairs[number, 0]), int(pairs[number, 1])
        a, b = clusters[unions.find(i)], clusters[unions.find(j)]
        if a is b:
            continue
        if _may_join(nodes, a, b):
            _merge(unions, clusters, held, i, j, float(chance[number]))
        else:
            refused.append(number)
    return Clusters(unions, _weakest(nodes, clusters, held), refused)


def _same_known(nodes: list[Node]) -> list[tuple[int, int]]:
    first: dict[int, int] = {}
    return [(first.setdefault(n.known, i), i) for i, n in enumerate(nodes) if n.known is not None]


def _merge(
    unions: Unions, clusters: dict[int, _Cluster], held: dict[int, list[tuple[int, float]]], i: int, j: int, p: float
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
    held.setdefault(i, []).append((j, p))
    held.setdefault(j, []).append((i, p))


def _may_join(nodes: list[Node], a: _Cluster, b: _Cluster) -> bool:
    """No contradiction in codes, known customers, decisions; and names that agree with one another."""
    if (a.known and b.known and a.known != b.known) or (a.codes and b.codes and not a.codes & b.codes):
        return False
    if a.barred.intersection(b.members) or b.barred.intersection(a.members):
        return False
    left, right = _heaviest(nodes, a), _heaviest(nodes, b)
    against = 0
    for x in left:
        for y in right:
            if opposed(x, y):
                if x.parts.complete and y.parts.complete:
                    return False
                against += 1
    return 2 * against <= len(left) * len(right)


def _heaviest(nodes: list[Node], cluster: _Cluster) -> list[Node]:
    by_text: dict[int, Node] = {}
    for i in cluster.members:
        node = nodes[i]
        if node.text not in by_text or by_text[node.text].lines < node.lines:
            by_text[node.text] = node
    return sorted(by_text.values(), key=lambda n: (not n.parts.complete, -n.lines, n.text))[:_MAX_COMPARED]


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
