"""What people expect put in the place of the model, with everything above and below following."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.forecast.spreading import Units, spread

Path = tuple[str, ...]
Tree = dict[Path, Units]


@dataclass(frozen=True)
class Correction:
    """`amount` for the months `begin` up to `end` (places in the forecast) of one node together."""

    path: Path
    begin: int
    end: int
    amount: int


def corrected(model: Mapping[Path, Units], corrections: Iterable[Correction]) -> Tree:
    """The forecast of one tree with corrections put in, in their order: a later one has the last word.

    A year is spread over its months as the model has them, a node over its children likewise; what lies above is
    the sum of its children. Corrections of nodes that no longer exist say nothing.
    """
    tree = {path: values.copy() for path, values in model.items()}
    children = _children(tree)
    for each in corrections:
        if each.path in tree and 0 <= each.begin < each.end <= len(tree[each.path]):
            months = tree[each.path][each.begin : each.end]
            tree[each.path][each.begin : each.end] = spread(
                np.array([each.amount]), months[:, None].astype(np.float64)
            )[:, 0]
            _downwards(tree, children, each.path)
            _upwards(tree, children, each.path)
    return tree


def follow(model: Mapping[Path, Units], whole: Units) -> Tree:
    """Another tree of the same whole, whose parts follow what has become of it."""
    tree = {path: values.copy() for path, values in model.items()}
    tree[()] = whole.copy()
    _downwards(tree, _children(tree), ())
    return tree


def _children(tree: Iterable[Path]) -> dict[Path, list[Path]]:
    found: dict[Path, list[Path]] = {}
    for path in tree:
        if path:
            found.setdefault(path[:-1], []).append(path)
    return found


def _downwards(tree: Tree, children: Mapping[Path, Sequence[Path]], path: Path) -> None:
    below = children.get(path, ())
    if below:
        parts = spread(tree[path], np.stack([tree[child] for child in below]).astype(np.float64))
        for child, values in zip(below, parts, strict=True):
            tree[child] = values
            _downwards(tree, children, child)


def _upwards(tree: Tree, children: Mapping[Path, Sequence[Path]], path: Path) -> None:
    while path:
        path = path[:-1]
        tree[path] = np.sum([tree[child] for child in children[path]], axis=0)
