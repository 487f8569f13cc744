"""Reduced-error pruning."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scores.inputs import Inputs, categories
from hengke_analytics.mining.scores.trees.cases import Cases
from hengke_analytics.mining.scores.trees.grow import UNLIMITED, grow, leaves
from hengke_analytics.mining.scores.trees.prune import grow_pruned, held_out, prune


def cases(first: str, second: str, target: str) -> Cases:
    inputs = Inputs((categories("first", list(first)), categories("second", list(second))))
    return Cases.of(inputs, np.array(list(map(int, target))), ("0", "1"))


def test_a_branch_that_errs_on_held_cases_becomes_a_leaf_and_a_good_one_stays() -> None:
    grown = cases("aaaabbbb", "xxxyxxyy", "00010000"[:4] + "1111")
    root = grow(grown)
    assert len(leaves(root)) == 3  # first, then second under a
    held = grown.take(np.array([0, 1, 3, 3, 4, 5]))
    wrong = Cases(held.branches, held.codes, np.array([0, 0, 0, 0, 1, 1]), held.classes)
    pruned = prune(root, wrong)
    assert len(leaves(pruned)) == 2
    assert pruned.feature == root.feature
    assert len(leaves(prune(root, held))) == 3


def test_equal_errors_prefer_the_smaller_tree() -> None:
    grown = cases("aabb", "xxxx", "0011")
    nobody = grown.take(np.array([], dtype=np.int64))
    assert prune(grow(grown), nobody).children == {}


def test_a_third_of_each_class_is_held_out() -> None:
    target = np.array([0] * 30 + [1] * 9)
    held = held_out(target, seed=0)
    assert (held[:30].sum(), held[30:].sum()) == (10, 3)


def test_noise_is_pruned_away() -> None:
    chooser = np.random.default_rng(1)
    inputs = Inputs(tuple(categories(f"c{n}", list(chooser.choice(list("abcd"), 300))) for n in range(6)))
    noise = Cases.of(inputs, chooser.integers(0, 2, 300), ("0", "1"))
    assert len(leaves(grow_pruned(noise, "id3", UNLIMITED))) < len(leaves(grow(noise))) / 2
