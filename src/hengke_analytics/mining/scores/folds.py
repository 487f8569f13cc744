"""Which rows are trained on and which are tested: stratified, in whole groups, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.inputs import Floats, Integers

Rows = NDArray[np.int64]
Split = tuple[Rows, Rows]


@dataclass(frozen=True)
class Order:
    """What binds the rows: a group that no split divides, and a time before which nothing is known."""

    group: Integers | None = None
    time: Floats | None = None

    def take(self, rows: Rows) -> Order:
        """The same for some rows."""
        return Order(
            None if self.group is None else self.group[rows], None if self.time is None else self.time[rows]
        )

    @property
    def words(self) -> str:
        """ "stratified", "grouped", "time" or "time_grouped"."""
        if self.time is not None:
            return "time" if self.group is None else "time_grouped"
        return "stratified" if self.group is None else "grouped"


def splits(target: Floats, order: Order, *, folds: int, repeats: int = 1, seed: int = 0) -> list[Split]:
    """(training rows, test rows); every split has both outcomes on both sides.

    In order of time the rows are cut into `folds` + 1 stretches, and each but the first is tested on all rows
    before it (fewer splits where a stretch has one outcome only), so a repetition would change nothing.
    InputError `too_few_cases` when no such split exists.
    """
    kept = possible_splits(target, order, folds=folds, repeats=repeats, seed=seed)
    if not kept:
        raise InputError(
            "too_few_cases",
            "Too few cases of one outcome to train on some and test on others: {positives} against {negatives}.",
            positives=int(target.sum()), negatives=int((1 - target).sum()),
        )  # fmt: skip
    return kept


def possible_splits(
    target: Floats, order: Order, *, folds: int, repeats: int = 1, seed: int = 0
) -> list[Split]:
    """The same, and an empty list when there is none."""
    if order.time is not None:
        found = list(_in_time(order, folds))
    else:
        found = [
            split
            for repeat in range(repeats)
            for split in _shuffled(target, order.group, _possible(target, order.group, folds), seed + repeat)
        ]
    return [(train, test) for train, test in found if _both(target[train]) and _both(target[test])]


def _possible(target: Floats, group: Integers | None, folds: int) -> int:
    """No more folds than there are cases, or groups with cases, of the rarer outcome; at least two."""
    fewest = min(
        len(np.flatnonzero(target == side) if group is None else np.unique(group[target == side]))
        for side in (0, 1)
    )
    return max(2, min(folds, fewest))


def _shuffled(target: Floats, group: Integers | None, folds: int, seed: int) -> Iterator[Split]:
    place = _dealt(target, seed, folds) if group is None else _dealt_groups(target, group, seed, folds)
    for fold in range(folds):
        yield np.flatnonzero(place != fold), np.flatnonzero(place == fold)


def _dealt(target: Floats, seed: int, folds: int) -> Integers:
    """A fold for each row: each outcome is shuffled and dealt out in turn."""
    chooser = np.random.default_rng(seed)
    place = np.empty(len(target), dtype=np.int64)
    begin = 0
    for side in (1, 0):
        rows = chooser.permutation(np.flatnonzero(target == side))
        place[rows] = (np.arange(len(rows)) + begin) % folds
        begin += len(rows)
    return place


def _dealt_groups(target: Floats, group: Integers, seed: int, folds: int) -> Integers:
    """A fold for each group: those with most cases first, each to the fold that lacks such cases most."""
    _, member = np.unique(group, return_inverse=True)
    positives = np.bincount(member, weights=target)
    sizes = np.bincount(member).astype(np.float64)
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    order = shuffled[np.lexsort((-sizes[shuffled], -positives[shuffled]))]
    wanted = np.array([max(positives.sum(), 1.0), sizes.sum()]) / folds
    held = np.zeros((folds, 2))
    chosen = np.empty(len(sizes), dtype=np.int64)
    for one in order:
        has = np.array([positives[one], sizes[one]])
        fullness = ((held + has) / wanted)[:, 0 if positives[one] else 1]
        chosen[one] = int(np.lexsort((held[:, 1], fullness))[0])
        held[chosen[one]] += has
    return np.asarray(chosen[member])


def _in_time(order: Order, folds: int) -> Iterator[Split]:
    """Equal moments are never divided; a group that is tested is taken out of the training rows."""
    assert order.time is not None
    cuts = np.unique(np.quantile(order.time, np.arange(1, folds + 1) / (folds + 1), method="higher"))
    stretch = np.searchsorted(cuts, order.time, side="right")
    for number in range(1, len(cuts) + 1):
        train, test = stretch < number, stretch == number
        if order.group is not None:
            train &= ~np.isin(order.group, order.group[test])
        yield np.flatnonzero(train), np.flatnonzero(test)


def _both(target: Floats) -> bool:
    return bool(0 < target.sum() < len(target))
