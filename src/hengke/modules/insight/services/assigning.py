"""From clusters of sightings to customers and aliases that stay the same from run to run.

Pure decisions, no reading or writing: a cluster takes over the customer that most of its lines belong to,
and within a name each cluster takes over the alias that most of its lines hang on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from hengke.modules.insight.services.sightings import Archive, Sighting

A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=int)
_KNOWN = 10**12
"""Outweighs any number of lines: a decided name keeps its customer."""


@dataclass
class Plan:
    """`customer_of`: cluster -> existing customer or None for a new one. `alias_of`: (name, cluster) ->
    alias likewise.

    `members`: the sightings of each cluster, by number. `joined`: customer that lost all its names -> who
    has them now.
    """

    members: dict[int, list[int]]
    customer_of: dict[int, int | None]
    alias_of: dict[tuple[str, int], int | None]
    joined: dict[int, int] = field(default_factory=dict)


def plan(sightings: list[Sighting], clusters: list[int], known: Archive) -> Plan:
    """Decide for all clusters; `clusters[i]` is the cluster of sighting i."""
    members: dict[int, list[int]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        members[cluster].append(number)
    votes: Counter[tuple[int, int]] = Counter()
    holds: Counter[tuple[tuple[str, int], int]] = Counter()
    for sighting, cluster in zip(sightings, clusters, strict=True):
        alias = known.alias_of(sighting)
        if alias is not None:
            votes[cluster, alias.customer_id] += (
                _KNOWN if sighting.known is not None else max(1, sighting.lines)
            )
            holds[(sighting.name, cluster), alias.pk] += _KNOWN if alias.decided else max(1, sighting.lines)
    customer_of = _claim(members, votes)
    spots = dict.fromkeys((s.name, cluster) for s, cluster in zip(sightings, clusters, strict=True))
    alias_of = _claim(spots, holds)
    _reuse(alias_of, customer_of, known)
    return Plan(dict(members), customer_of, alias_of, _joined(votes, customer_of))


def _claim(wanting: Iterable[A], votes: Mapping[tuple[A, int], int]) -> dict[A, int | None]:
    """Each gets the one it has most votes for, the most votes first, and nothing twice."""
    given: dict[A, int | None] = dict.fromkeys(wanting)
    taken: set[int] = set()
    for (who, what), _count in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0][1])):
        if given[who] is None and what not in taken:
            given[who] = what
            taken.add(what)
    return given


def _reuse(
    alias_of: dict[tuple[str, int], int | None], customer_of: Mapping[int, int | None], known: Archive
) -> None:
    """A spot without an alias takes an idle one of its text:
    its customer's own, else one that nobody decided.
    """
    taken = set(alias_of.values())
    for (name, cluster), alias in alias_of.items():
        if alias is not None:
            continue
        idle = [a for a in known.by_text.get(name, ()) if a.pk not in taken]
        mine = [a for a in idle if a.customer_id == customer_of[cluster]] or [
            a for a in idle if not a.decided
        ]
        if mine:
            alias_of[name, cluster] = mine[0].pk
            taken.add(mine[0].pk)


def _joined(votes: Mapping[tuple[int, int], int], customer_of: Mapping[int, int | None]) -> dict[int, int]:
    kept = set(customer_of.values())
    heirs: dict[int, tuple[int, int]] = {}
    for (cluster, customer), count in votes.items():
        heir = customer_of[cluster]
        if customer not in kept and heir is not None and count > heirs.get(customer, (0, 0))[0]:
            heirs[customer] = (count, heir)
    return {customer: heir for customer, (_, heir) in heirs.items()}
