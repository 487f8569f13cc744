"""Nodes joined into customers, strongest link first, without chaining strangers together.

Two guards: a name belongs to one customer, so links that contradict each other share its probability; and two
clusters may only join when nothing in them contradicts: codes, known customers, decisions, places and names
in full.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hengke_analytics.identity.nodes import Node
from hengke_analytics.identity.opposition import Opposition
from hengke_analytics.identity.partition import Cluster, Partition
from hengke_analytics.identity.reunite import reunite
from hengke_analytics.identity.unite import Unions


@dataclass(slots=True)
class Clusters:
    """The representative of each node and the weakest link that holds it; links that guards refused."""

    unions: Unions
    probability: list[float]
    refused: list[int] = field(default_factory=list)


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
    partition = Partition(against.nodes)
    for i, j in different:
        partition.of(i).barred.add(j)
        partition.of(j).barred.add(i)
    for i, j in [*same, *_same_known(against.nodes)]:
        partition.merge(i, j, 1.0)
        partition.of(i).told = True
    refused = []
    for number in np.lexsort((pairs[:, 1], pairs[:, 0], -chance)).tolist():
        if chance[number] < automatic:
            break
        i, j = int(pairs[number, 0]), int(pairs[number, 1])
        a, b = partition.of(i), partition.of(j)
        if a is b:
            continue
        if _may_join(against, partition, a, b):
            partition.merge(i, j, float(chance[number]))
        else:
            refused.append(number)
    reunite(against, partition)
    return Clusters(partition.unions, partition.weakest(), refused)


def _same_known(nodes: list[Node]) -> list[tuple[int, int]]:
    first: dict[int, int] = {}
    return [(first.setdefault(n.known, i), i) for i, n in enumerate(nodes) if n.known is not None]


def _may_join(against: Opposition, partition: Partition, a: Cluster, b: Cluster) -> bool:
    """No contradiction in what is certain, and names that agree with one another."""
    if not a.free_to_join(b):
        return False
    left, right = partition.heaviest(a), partition.heaviest(b)
    opposed = {(i, j) for i in left for j in right if against(i, j)}
    full = {(i, j) for i, j in opposed if against.nodes[i].parts.complete and against.nodes[j].parts.complete}
    if a.told or b.told:  # what was told may bear several names: one that agrees is enough
        return len(opposed) < len(left) * len(right)
    return not full and 2 * len(opposed) <= len(left) * len(right)
