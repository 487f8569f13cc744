"""Weighted sets of texts, drawn from by whole columns at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .noise import Floats, Ints

Texts = np.typing.NDArray[np.object_]


class Choices:
    """Many small weighted sets in one table; `pick` draws one option of each wanted set.

    Set k holds the options whose cumulative weight lies in (k, k + 1], so one binary search serves a column.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._edges: list[float] = []
        self._sets = 0
        self._frozen: tuple[Texts, Floats] | None = None

    def __len__(self) -> int:
        return self._sets

    def add(self, options: Iterable[tuple[str, float]]) -> int:
        """Add a set of (text, weight > 0); returns its number."""
        known = list(options)
        total, running = sum(weight for _, weight in known), 0.0
        for text, weight in known:
            running += weight
            self._texts.append(text)
            self._edges.append(self._sets + running / total)
        self._edges[-1] = self._sets + 1.0
        self._sets += 1
        return self._sets - 1

    def pick(self, sets: Ints, chance: Floats) -> Texts:
        """One text per place of `sets`; `chance` in [0, 1) decides."""
        texts, edges = self._arrays()
        return texts[np.searchsorted(edges, sets + chance, side="right")]

    def options(self, number: int) -> list[str]:
        """The texts of one set."""
        texts, edges = self._arrays()
        low, high = np.searchsorted(edges, [number, number + 1], side="right")
        return list(texts[low:high])

    def _arrays(self) -> tuple[Texts, Floats]:
        if self._frozen is None:
            self._frozen = (np.array(self._texts, dtype=object), np.array(self._edges))
        return self._frozen
