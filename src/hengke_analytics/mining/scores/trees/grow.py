"""ID3 (Quinlan 1986): multiway splits by information gain in bits, or by gain ratio as in C4.5."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Integers
from hengke_analytics.mining.scores.trees.cases import Cases

Method = Literal["id3", "c45"]

#: A gain below this is none; two gains closer than this are equal, and the earlier column wins.
NOTHING = 1e-12


@dataclass(frozen=True)
class Node:
    """Cases by class; where it splits, the feature's number, the gain in bits and a child for each branch."""

    counts: Integers
    feature: int | None = None
    gain: float = 0.0
    children: Mapping[int, Node] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many training cases came here."""
        return int(self.counts.sum())

    @property
    def probabilities(self) -> Floats:
        """Laplace: (cases of the class + 1) / (cases + classes)."""
        return np.asarray((self.counts + 1) / (self.counts.sum() + len(self.counts)))

    @property
    def majority(self) -> int:
        """The most frequent class; the first among equals."""
        return int(np.argmax(self.counts))

    def leaf(self) -> Node:
        """The same node without its branches."""
        return Node(self.counts)


@dataclass(frozen=True)
class Limits:
    """When a tree stops to grow: a split needs `fewest` cases in two of its branches, and `depth` bounds it."""

    fewest: int = 1
    depth: int = 64


UNLIMITED = Limits()


def grow(cases: Cases, method: Method = "id3", limits: Limits = UNLIMITED) -> Node:
    """A tree on all cases; a feature is asked once on a way. No split without gain, so a tie of nothing stops."""
    return _grow(cases, np.arange(len(cases.target)), frozenset(), method, limits)


def entropy(counts: Floats | Integers) -> float:
    """−Σ p·log₂ p in bits, with 0·log₂ 0 = 0."""
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def gain(table: Integers) -> float:
    """Entropy of the classes less that within the branches; `table` has a row for each branch."""
    sizes = table.sum(axis=1)
    within = sum(size * entropy(row) for size, row in zip(sizes, table, strict=True) if size)
    return float(entropy(table.sum(axis=0)) - within / sizes.sum())


def gain_ratio(table: Integers) -> float:
    """Gain over the entropy of the branch sizes; 0 where everything takes one branch."""
    split = entropy(table.sum(axis=1))
    return gain(table) / split if split > NOTHING else 0.0


def leaves(node: Node) -> list[Node]:
    """The ends of the tree, from the first branch to the last."""
    if not node.children:
        return [node]
    return [leaf for child in node.children.values() for leaf in leaves(child)]


def visit(node: Node, codes: Integers, seen: Callable[[Node, Node, Integers], None]) -> None:
    """Tell `seen` every step that rows take: from node, to child, numbers of the rows.

    A row whose branch training did not know stays where it is.
    """
    waiting = [(node, np.arange(len(codes)))]
    while waiting:
        here, rows = waiting.pop()
        for branch, child in here.children.items():
            taken = rows[codes[rows, here.feature] == branch]
            if len(taken):
                seen(here, child, taken)
                waiting.append((child, taken))


def probabilities(node: Node, codes: Integers) -> Floats:
    """Laplace probabilities of the classes, one row for each case."""
    found = np.tile(node.probabilities, (len(codes), 1))

    def arrive(_: Node, child: Node, rows: Integers) -> None:
        found[rows] = child.probabilities

    visit(node, codes, arrive)
    return found


def _grow(cases: Cases, rows: Integers, used: frozenset[int], method: Method, limits: Limits) -> Node:
    counts = np.bincount(cases.target[rows], minlength=len(cases.classes))
    if len(used) >= limits.depth or np.count_nonzero(counts) < 2:
        return Node(counts)
    tables = {
        feature: table
        for feature in range(len(cases.branches))
        if feature not in used and _may_split(table := _table(cases, rows, feature), limits.fewest)
    }
    best = _best(tables, method)
    if best is None:
        return Node(counts)
    codes = cases.codes[rows, best]
    children = {
        int(branch): _grow(cases, rows[codes == branch], used | {best}, method, limits)
        for branch in np.unique(codes)
    }
    return Node(counts, best, gain(tables[best]), children)


def _table(cases: Cases, rows: Integers, feature: int) -> Integers:
    width, classes = len(cases.branches[feature].names), len(cases.classes)
    flat = cases.codes[rows, feature] * classes + cases.target[rows]
    return np.bincount(flat, minlength=width * classes).reshape(width, classes)


def _may_split(table: Integers, fewest: int) -> bool:
    return int(np.count_nonzero(table.sum(axis=1) >= fewest)) >= 2


def _best(tables: Mapping[int, Integers], method: Method) -> int | None:
    """The feature with the largest gain; by ratio only among those with at least the average gain (C4.5)."""
    gains = {feature: found for feature, table in tables.items() if (found := gain(table)) > NOTHING}
    if not gains:
        return None
    if method == "c45":
        average = sum(gains.values()) / len(gains)
        gains = {
            feature: gain_ratio(tables[feature])
            for feature, found in gains.items()
            if found >= average - NOTHING
        }
    largest = max(gains.values())
    return next(feature for feature, found in gains.items() if found >= largest - NOTHING)
