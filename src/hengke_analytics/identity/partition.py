"""Nodes parted into clusters: what each cluster knows, and the links that hold it."""

from __future__ import annotations

from dataclasses import dataclass

from hengke_analytics.identity.nodes import Node
from hengke_analytics.identity.unite import Unions

_MAX_COMPARED = 12  # names per cluster that a joining cluster is compared with, heaviest first


@dataclass(slots=True)
class Cluster:
    """Nodes taken for one customer."""

    members: list[int]
    codes: set[str]
    known: set[int]
    barred: set[int]  # nodes that a person said are not these
    told: bool = False  # joined by a person or an earlier run, whatever the names say

    def free_to_join(self, other: Cluster) -> bool:
        """No contradiction in codes, known customers or decisions."""
        if self.known and other.known and self.known != other.known:
            return False
        if self.codes and other.codes and not self.codes & other.codes:
            return False
        return not (self.barred.intersection(other.members) or other.barred.intersection(self.members))


class Partition:
    """Every node in one cluster; clusters only grow."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.unions = Unions(len(nodes))
        self.clusters = {
            i: Cluster([i], set(n.codes), set() if n.known is None else {n.known}, set())
            for i, n in enumerate(nodes)
        }
        self._held: dict[int, list[tuple[int, float]]] = {}

    def of(self, i: int) -> Cluster:
        """The cluster of a node."""
        return self.clusters[self.unions.find(i)]

    def merge(self, i: int, j: int, p: float) -> None:
        """Join the clusters of two nodes by a link of probability `p`."""
        a, b = self.unions.find(i), self.unions.find(j)
        if a == b:
            return
        top = self.unions.join(a, b)
        gone = self.clusters.pop(a + b - top)
        kept = self.clusters[top]
        kept.members += gone.members
        kept.codes |= gone.codes
        kept.known |= gone.known
        kept.barred |= gone.barred
        kept.told |= gone.told
        self._held.setdefault(i, []).append((j, p))
        self._held.setdefault(j, []).append((i, p))

    def heaviest(self, cluster: Cluster) -> list[int]:
        """One node for each name of a cluster: names in full first, then by lines."""
        nodes = self.nodes
        by_text: dict[int, int] = {}
        for i in cluster.members:
            held = by_text.setdefault(nodes[i].text, i)
            if nodes[held].lines < nodes[i].lines:
                by_text[nodes[i].text] = i
        found = sorted(by_text.values(), key=lambda i: (not nodes[i].parts.complete, -nodes[i].lines, i))
        return found[:_MAX_COMPARED]

    def weakest(self) -> list[float]:
        """Weakest link on the way from each node to its cluster's heaviest node; 1.0 for a single node."""
        weakest = [1.0] * len(self.nodes)
        for cluster in self.clusters.values():
            if len(cluster.members) == 1:
                continue
            centre = max(cluster.members, key=lambda i: (self.nodes[i].lines, -self.nodes[i].row))
            seen, way = {centre}, [centre]
            while way:
                i = way.pop()
                for j, p in self._held.get(i, []):
                    if j not in seen:
                        seen.add(j)
                        way.append(j)
                        weakest[j] = min(weakest[i], p)
            weakest[centre] = max(weakest[i] for i in cluster.members if i != centre)
        return weakest
