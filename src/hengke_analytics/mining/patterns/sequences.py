"""Frequent sequences: PrefixSpan (Pei et al. 2001) over arrays, with item sets as elements.

A pattern grows by an item in a later element or by a further item in its last element. What it needs to grow are
the elements in which its occurrences end; support counts customers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.baskets import Codes
from hengke_analytics.mining.patterns.histories import Histories
from hengke_analytics.mining.patterns.steps import ANY, Limits, Places, first_places, following, spread

#: More patterns than anybody can use.
MOST = 500_000
Pattern = tuple[tuple[int, ...], ...]


def sequences(
    histories: Histories, least: int, limits: Limits = ANY, *, longest: int | None = None
) -> dict[Pattern, int]:
    """Customers of every pattern that at least `least` of them show, with at most `longest` items.

    InputError `too_many_sequences` when the support lets through more than `MOST`.
    """
    found: dict[Pattern, int] = {}
    for pattern, customers in _Search(histories, least, limits, longest).run():
        found[pattern] = customers
        if len(found) > MOST:
            raise InputError(
                "too_many_sequences",
                "More than {most} sequences are that frequent: raise the support.",
                most=MOST,
            )
    return found


class _Search:
    def __init__(self, histories: Histories, least: int, limits: Limits, longest: int | None) -> None:
        self.histories, self.least, self.limits = histories, least, limits
        self.longest = longest or len(histories.item)
        #: Small numbers sort by radix, several times as fast.
        self.narrow = np.int16 if len(histories.item_names) < 2**15 else np.int64
        self.usable: NDArray[np.bool_] = np.ones(len(histories.item_names), np.bool_)

    def run(self) -> Iterator[tuple[Pattern, int]]:
        everything = first_places(self.histories, np.arange(len(self.histories.customer)))
        roots = list(self._extensions(everything, -1))
        self.usable[:] = False
        self.usable[[item for item, _, _ in roots]] = True
        for item, customers, ends in roots:
            yield from self._grow(((item,),), customers, ends)

    def _grow(self, pattern: Pattern, customers: int, ends: Places) -> Iterator[tuple[Pattern, int]]:
        yield pattern, customers
        if sum(map(len, pattern)) >= self.longest:
            return
        last = pattern[-1]
        for item, number, places in self._extensions(ends, last[-1]):
            yield from self._grow((*pattern[:-1], (*last, item)), number, places)
        for item, number, places in self._extensions(following(self.histories, ends, self.limits), -1):
            yield from self._grow((*pattern, (item,)), number, places)

    def _extensions(self, places: Places, beyond: int) -> Iterator[tuple[int, int, Places]]:
        """Items above `beyond` in these elements that enough customers have: item, customers, places."""
        first_row = self.histories.first_row
        row, origin = spread(first_row[places.element], first_row[places.element + 1])
        item = self.histories.item[row]
        kept = self.usable[item] & (item > beyond)
        item, origin = item[kept], origin[kept]
        order = np.argsort(item.astype(self.narrow), kind="stable")
        item, origin = item[order], origin[order]
        counts = self._customers(item, self.histories.customer[places.element[origin]])
        edges = np.searchsorted(item, np.arange(len(counts) + 1))
        for found in np.flatnonzero(counts >= self.least).tolist():
            inside = origin[edges[found] : edges[found + 1]]
            yield found, int(counts[found]), Places(places.element[inside], places.start[inside])

    def _customers(self, item: Codes, customer: Codes) -> Codes:
        fresh = np.ones(len(item), np.bool_)
        fresh[1:] = (item[1:] != item[:-1]) | (customer[1:] != customer[:-1])
        return np.bincount(item[fresh], minlength=len(self.usable))
