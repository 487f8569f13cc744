"""Frequent item sets: Eclat (Zaki 2000) on bit rows, with pairs counted directly.

Every item has one row of bits, one bit per basket; the baskets of a set are the AND of its items' rows.
Pairs are counted by walking through the baskets instead, which is what most of the work would be otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.baskets import Baskets, Codes

#: More sets than anybody can use, and than fit in memory with comfort.
MOST = 2_000_000
_DENSE = 4_096  # so many items have their pairs counted in a square table
_ROOM = 2**27  # bytes for bits that are not packed yet
Bits = NDArray[np.uint64]


def frequent(baskets: Baskets, least: int, *, longest: int | None = None) -> dict[tuple[int, ...], int]:
    """Baskets of every item set that lies in at least `least` of them, by ascending item codes.

    InputError `too_many_sets` when the support lets through more than `MOST`.
    """
    singles = np.bincount(baskets.item, minlength=len(baskets.item_names))
    kept = np.flatnonzero(singles >= least)
    # The rarest first: a set grows from its rarest item, so its bits thin out soonest.
    order = kept[np.argsort(singles[kept], kind="stable")]
    found: dict[tuple[int, ...], int] = {
        (code,): count for code, count in zip(order.tolist(), singles[order].tolist(), strict=True)
    }
    if longest != 1 and len(order) > 1:
        rank = np.full(len(singles), -1, np.int64)
        rank[order] = np.arange(len(order))
        search = _Search(baskets, rank, order, least, longest)
        for ranks, count in search.run():
            found[tuple(sorted(order[list(ranks)].tolist()))] = count
            if len(found) > MOST:
                raise InputError(
                    "too_many_sets",
                    "More than {most} item sets are that frequent: raise the support.",
                    most=MOST,
                )
    return found


class _Search:
    """Depth first over items by rank; `partners[i]` are the later items that pair with i often enough."""

    def __init__(self, baskets: Baskets, rank: Codes, order: Codes, least: int, longest: int | None) -> None:
        self.least, self.longest, self.items = least, longest, len(order)
        ranks = rank[baskets.item]
        within = ranks >= 0
        self.basket, self.rank = baskets.basket[within], ranks[within]
        first, second, counts = _frequent_pairs(self.basket, self.rank, self.items, least)
        self.pairs = np.column_stack((first, second, counts))
        self.baskets = baskets.count

    def run(self) -> Iterator[tuple[tuple[int, ...], int]]:
        pairs = self.pairs
        for first, second, count in pairs.tolist():
            yield (first, second), count
        if self.longest == 2 or len(pairs) < 3:
            return
        needed = np.unique(pairs[:, :2])
        place = np.full(self.items, -1, np.int64)
        place[needed] = np.arange(len(needed))
        bits = self._bit_rows(place, len(needed))
        for start, end in _runs(pairs[:, 0]):
            if end - start > 1:
                partners = pairs[start:end, 1]
                rows = bits[place[partners]] & bits[place[pairs[start, 0]]]
                yield from self._grow((int(pairs[start, 0]),), partners, rows)

    def _grow(
        self, prefix: tuple[int, ...], tail: Codes, rows: Bits
    ) -> Iterator[tuple[tuple[int, ...], int]]:
        """Sets that begin with `prefix` and two or more items of `tail`; `rows[i]` are bits of prefix + tail[i]."""
        for place in range(len(tail) - 1):
            joined = rows[place + 1 :] & rows[place]
            counts = np.bitwise_count(joined).sum(axis=1, dtype=np.int64)
            kept = np.flatnonzero(counts >= self.least)
            if not len(kept):
                continue
            begin, further = (*prefix, int(tail[place])), tail[place + 1 :][kept]
            for item, count in zip(further.tolist(), counts[kept].tolist(), strict=True):
                yield (*begin, item), count
            if len(kept) > 1 and (self.longest is None or len(begin) + 1 < self.longest):
                yield from self._grow(begin, further, joined[kept])

    def _bit_rows(self, place: Codes, count: int) -> Bits:
        words = -(-self.baskets // 64)
        bits, row = np.zeros((count, words), np.uint64), place[self.rank]
        block = max(_ROOM // (words * 64), 1)
        for start in range(0, count, block):
            inside = (row >= start) & (row < start + block)
            there = np.zeros((min(block, count - start), words * 64), np.bool_)
            there[row[inside] - start, self.basket[inside]] = True
            bits[start : start + block] = np.packbits(there, axis=1).view(np.uint64)
        return bits


def _frequent_pairs(basket: Codes, rank: Codes, items: int, least: int) -> tuple[Codes, Codes, Codes]:
    """Pairs (first < second) in at least `least` baskets, by first and second, with their baskets.

    Step d pairs every entry with the d-th after it in the same basket; who has none drops out for good.
    """
    keys, counts = np.zeros(0, np.int64), np.zeros(items * items if items <= _DENSE else 0, np.int64)
    entry, step = np.arange(len(basket)), 1
    while True:
        entry = entry[entry + step < len(basket)]
        entry = entry[basket[entry] == basket[entry + step]]
        if not len(entry):
            break
        one, other = rank[entry], rank[entry + step]
        paired = np.minimum(one, other) * items + np.maximum(one, other)
        if items <= _DENSE:
            counts += np.bincount(paired, minlength=items * items)
        else:
            keys, counts = _added(keys, counts, *np.unique(paired, return_counts=True))
        step += 1
    if items <= _DENSE:
        keys = np.arange(items * items)
    kept = counts >= least
    return keys[kept] // items, keys[kept] % items, counts[kept]


def _added(keys: Codes, counts: Codes, more: Codes, further: Codes) -> tuple[Codes, Codes]:
    every, place = np.unique(np.concatenate((keys, more)), return_inverse=True)
    weights = np.concatenate((counts, further))
    return every, np.bincount(place, weights=weights, minlength=len(every)).astype(np.int64)


def _runs(sorted_values: Codes) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(sorted_values)) + 1
    return zip([0, *edges.tolist()], [*edges.tolist(), len(sorted_values)], strict=True)
