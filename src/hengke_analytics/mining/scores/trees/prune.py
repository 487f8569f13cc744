"""Reduced-error pruning (Quinlan 1987): a branch that does not pay on held-out cases becomes a leaf."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hengke_analytics.mining.scores.inputs import Integers
from hengke_analytics.mining.scores.trees.cases import Cases
from hengke_analytics.mining.scores.trees.grow import Limits, Method, Node, grow

HELD_OUT = 1 / 3


def grow_pruned(cases: Cases, method: Method, limits: Limits, *, seed: int = 0) -> Node:
    """Grow on two thirds of each class and prune on the third."""
    held = held_out(cases.target, seed)
    return prune(grow(cases.take(np.flatnonzero(~held)), method, limits), cases.take(np.flatnonzero(held)))


def prune(node: Node, held: Cases) -> Node:
    """From the leaves upwards: without branches where that makes no more errors on the `held` cases."""
    return _prune(node, held, np.arange(len(held.target)))[0]


def held_out(target: Integers, seed: int) -> np.ndarray:
    """A third of each class, rounded down."""
    chooser = np.random.default_rng(seed)
    chosen = np.zeros(len(target), dtype=bool)
    for code in np.unique(target):
        rows = chooser.permutation(np.flatnonzero(target == code))
        chosen[rows[: int(len(rows) * HELD_OUT)]] = True
    return chosen


def _prune(node: Node, held: Cases, rows: Integers) -> tuple[Node, int]:
    """The pruned node and its errors on `rows`."""
    as_leaf = int((held.target[rows] != node.majority).sum())
    if not node.children:
        return node, as_leaf
    codes = held.codes[rows, node.feature]
    pruned = {branch: _prune(child, held, rows[codes == branch]) for branch, child in node.children.items()}
    unknown = rows[~np.isin(codes, list(node.children))]
    errors = sum(found for _, found in pruned.values()) + int((held.target[unknown] != node.majority).sum())
    if as_leaf <= errors:
        return node.leaf(), as_leaf
    return replace(node, children={branch: child for branch, (child, _) in pruned.items()}), errors
