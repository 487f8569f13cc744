"""Disjoint sets with path halving; the smaller number is always the representative (deterministic)."""

from __future__ import annotations


class Unions:
    """Sets over 0..n-1 that can be joined."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, i: int) -> int:
        """The representative of i's set."""
        parent = self.parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, i: int, j: int) -> int:
        """Join two sets; returns the representative."""
        a, b = sorted((self.find(i), self.find(j)))
        self.parent[b] = a
        return a
