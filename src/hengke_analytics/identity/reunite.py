"""Parts of one written name brought together: people and telephones change, a registered name does not.

A part is the share of a name's sightings that one cluster holds. A name in full with its city is registered
once, so its parts are one customer unless a code, a decision or the names beside it say otherwise. A name
without city may be borne by a stranger elsewhere: known cities must agree, and where none is known, customers
that are each known under further names are one only when hardly anybody else can be expected to bear it.
"""

from __future__ import annotations

from hengke_analytics.identity.normalise import NameParts
from hengke_analytics.identity.opposition import Opposition
from hengke_analytics.identity.partition import Cluster, Partition

_SAME_NAME = 0.95  # what a name written alike is worth when only people and telephones differ
_RARE = 2  # level of rarity from which a name without city is taken for one customer's


def reunite(against: Opposition, partition: Partition) -> None:
    """Join the parts of each written name as far as nothing speaks against it.

    A part that no other name claims goes to the one customer that is known under the name. Where several are
    and cannot be joined, the name is ambiguous: it is decided per line, and what fits several stays apart.
    """
    for parts in _parted(partition):
        if any(partition.nodes[i].person for i in parts):  # people share names
            continue
        claimed = [i for i in parts if _has_other_names(partition, i)]
        homes: list[int] = []
        for i in claimed:
            whole = partition.nodes[i].parts.complete
            if not (whole and any(_settle(against, partition, home, i, claimed=True) for home in homes)):
                homes.append(i)
        if len(homes) < 2:
            loose = [i for i in parts if i not in claimed]
            for i in loose if homes else loose[1:]:
                _settle(against, partition, homes[0] if homes else loose[0], i, claimed=False)


def _settle(against: Opposition, partition: Partition, home: int, i: int, *, claimed: bool) -> bool:
    """Join the cluster of `i` to that of `home` where nothing forbids it; whether both are one now."""
    a, b = partition.of(home), partition.of(i)
    if a is b:
        return True
    agree = _one_customer(against, partition, (a, b), partition.nodes[i].parts, claimed=claimed)
    if agree:
        partition.merge(home, i, _SAME_NAME)
    return agree


def _one_customer(
    against: Opposition,
    partition: Partition,
    pair: tuple[Cluster, Cluster],
    name: NameParts,
    *,
    claimed: bool,
) -> bool:
    a, b = pair
    if not a.free_to_join(b) or not _borne_once(against, partition, pair, name, claimed=claimed):
        return False
    if not claimed:
        return True
    left, right = partition.heaviest(a), partition.heaviest(b)
    return not any(against.by_name(i, j) for i in left for j in right)


def _borne_once(
    against: Opposition,
    partition: Partition,
    pair: tuple[Cluster, Cluster],
    name: NameParts,
    *,
    claimed: bool,
) -> bool:
    """Whether no stranger is to be expected under the name."""
    if name.complete and name.region.city:
        return True
    here, there = (_cities(partition, cluster) for cluster in pair)
    if here and there:
        return bool(here & there)
    return not claimed or against.rarity.level(name, with_trade=True) >= _RARE


def _cities(partition: Partition, cluster: Cluster) -> set[str]:
    """The cities that the names of a cluster are in, or its addresses where they name none."""
    nodes = (partition.nodes[i] for i in cluster.members)
    return {c for n in nodes for c in ({n.parts.region.city} if n.parts.region.city else n.cities)}


def _parted(partition: Partition) -> list[list[int]]:
    """For each name in several clusters its heaviest node in each of them, heaviest first."""
    nodes = partition.nodes
    by_text: dict[int, dict[int, int]] = {}
    for i, node in enumerate(nodes):
        if node.parts.text:
            held = by_text.setdefault(node.text, {})
            top = partition.unions.find(i)
            if top not in held or nodes[held[top]].lines < node.lines:
                held[top] = i
    order = [sorted(held.values(), key=lambda i: (-nodes[i].lines, i)) for held in by_text.values()]
    return [parts for parts in order if len(parts) > 1]


def _has_other_names(partition: Partition, i: int) -> bool:
    return len({partition.nodes[k].text for k in partition.of(i).members}) > 1
