"""Which incoming line is which stored line: unchanged, a correction, new, or for a person to decide.

A ledger line often has no key of its own: (order, instrument, model, serial) repeats. Lines of one key are
paired by row hash first and by order then (definitions: "Ledger line key and corrections"). The decisions
of a whole file are made before anything is stored, and storing any number of them and then pairing the
whole file again gives the same end: an import that died is simply run again.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from hengke_analytics.warehouse.ledger_key import DIGEST

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

# Filled cells that a correction may alter: a clerk mends an amount, a date, a name, not a whole line.
MOST_CHANGED = 5
# Where several stored lines could be meant, the order alone is weak evidence and the lines must be nearly
# the same.
MOST_CHANGED_AMONG_SEVERAL = 2


class Verdict(IntEnum):
    """What an incoming line is."""

    UNCHANGED = 0
    CORRECTION = 1
    NEW = 2
    REVIEW = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """For incoming line `line`: `stored` is the id it confirms or corrects (-1 for none), `occurrence` its
    number within its key (0 while a person has to decide)."""

    line: int
    verdict: Verdict
    stored: int
    occurrence: int


class Lines:
    """Lines as two hashes, an id and an occurrence number: 44 bytes each, so millions fit.

    For stored lines `ident` is their id and `occurrence` their number within the key, from 1. For incoming
    lines, added in file order, `ident` is the line number.
    """

    def __init__(self) -> None:
        self._keys = bytearray()
        self._rows = bytearray()
        self._idents = array("q")
        self._occurrences = array("i")

    def add(self, ident: int, key_hash: bytes, row_hash: bytes, occurrence: int = 0) -> None:
        """One line."""
        if len(key_hash) != DIGEST or len(row_hash) != DIGEST:
            raise ValueError("hashes of 16 bytes are needed")
        self._keys += key_hash
        self._rows += row_hash
        self._idents.append(ident)
        self._occurrences.append(occurrence)

    def extend(self, idents: list[int], key_hashes: list[bytes], row_hashes: list[bytes]) -> None:
        """Many incoming lines."""
        keys, rows = b"".join(key_hashes), b"".join(row_hashes)
        if not len(keys) == len(rows) == DIGEST * len(idents):
            raise ValueError("hashes of 16 bytes are needed")
        self._keys += keys
        self._rows += rows
        self._idents.extend(idents)
        self._occurrences.extend([0] * len(idents))

    def __len__(self) -> int:
        return len(self._idents)

    def hashes(self) -> Iterator[tuple[bytes, bytes]]:
        """(key hash, row hash) of every line, in order."""
        for at in range(0, len(self._keys), DIGEST):
            yield bytes(self._keys[at : at + DIGEST]), bytes(self._rows[at : at + DIGEST])

    @property
    def keys(self) -> Hashes:
        """Key hashes, shape (n, 2)."""
        return np.frombuffer(bytes(self._keys), np.uint64).reshape(-1, 2)

    @property
    def rows(self) -> Hashes:
        """Row hashes, shape (n, 2)."""
        return np.frombuffer(bytes(self._rows), np.uint64).reshape(-1, 2)

    @property
    def idents(self) -> Ints:
        """Ids or line numbers, shape (n,)."""
        return np.array(self._idents, np.int64)

    @property
    def occurrences(self) -> Ints:
        """Occurrence numbers, shape (n,)."""
        return np.array(self._occurrences, np.int64)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Decisions in file order as arrays of one length, and the stored lines of which nothing came.

    `missing` deletes nothing, unless the import is declared a full snapshot of its period; stored lines
    whose key stands in review are not in it.
    """

    lines: Ints
    verdicts: npt.NDArray[np.uint8]
    stored: Ints
    occurrences: Ints
    missing: Ints

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Decision]:
        columns = (
            self.lines.tolist(),
            self.verdicts.tolist(),
            self.stored.tolist(),
            self.occurrences.tolist(),
        )
        for line, verdict, stored, occurrence in zip(*columns, strict=True):
            yield Decision(line, Verdict(verdict), stored, occurrence)

    def count(self, verdict: Verdict) -> int:
        """How many lines have that verdict."""
        return int(np.count_nonzero(self.verdicts == verdict))


def pair(stored: Lines, incoming: Lines, *, changed: Callable[[int, int], int] | None = None) -> Pairing:
    """Decide for every incoming line, in file order.

    Within a key, lines with equal row hashes are the same. Of the rest, with m stored and n incoming lines:
    m = 0 gives new lines; n >= m pairs the first m by order as corrections and the others are new; 0 < n <
    m goes to review, since nobody can tell which stored line was meant. `changed(id, line)` may count the
    filled cells in which a pair differs; a key with an implausible pair (more than 5, or more than 2 where
    m > 1 or n > 1) goes to review as a whole.
    """
    keys = _same(np.concatenate([stored.keys, incoming.keys]))
    contents = _same(np.column_stack([keys.astype(np.uint64), np.concatenate([stored.rows, incoming.rows])]))
    state = _State(stored, incoming, keys)
    state.pair_equal(contents)
    state.pair_by_order(changed)
    return state.result()


class _State:
    """Positions 0..m-1 are stored lines, m..m+n-1 incoming ones; `partner` is the position paired with, or
    -1."""

    def __init__(self, stored: Lines, incoming: Lines, keys: Ints) -> None:
        self.m, self.n, self.keys = len(stored), len(incoming), keys
        self.ids, self.lines = stored.idents, incoming.idents
        self.numbers = stored.occurrences
        self.key_count = int(keys.max()) + 1 if len(keys) else 0
        # Stored lines by occurrence, incoming ones by place in the file.
        self.order = np.concatenate([self.numbers, np.arange(self.n, dtype=np.int64)])
        self.side = np.arange(self.m + self.n) >= self.m
        self.partner = np.full(self.m + self.n, -1, np.int64)
        self.verdicts = np.full(self.n, Verdict.NEW, np.uint8)

    def pair_equal(self, contents: Ints) -> None:
        """The r-th stored with the r-th incoming line of the same key and content."""
        mine, theirs = self._ranked_pairs(contents, np.arange(self.m + self.n))
        self._join(mine, theirs, Verdict.UNCHANGED)

    def pair_by_order(self, changed: Callable[[int, int], int] | None) -> None:
        """What is left of each key, the first with the first, unless that would be a guess."""
        left = np.flatnonzero(self.partner < 0)
        olds = np.bincount(self.keys[left[~self.side[left]]], minlength=self.key_count)
        news = np.bincount(self.keys[left[self.side[left]]], minlength=self.key_count)
        doubtful = (news > 0) & (news < olds)
        mine, theirs = self._ranked_pairs(self.keys, left)
        if changed is not None:
            several = (olds > 1) | (news > 1)
            for old, new in zip(mine.tolist(), theirs.tolist(), strict=True):
                key = self.keys[old]
                most = MOST_CHANGED_AMONG_SEVERAL if several[key] else MOST_CHANGED
                if not doubtful[key] and changed(int(self.ids[old]), int(self.lines[new - self.m])) > most:
                    doubtful[key] = True
        clear = ~doubtful[self.keys[mine]]
        self._join(mine[clear], theirs[clear], Verdict.CORRECTION)
        waiting = left[self.side[left] & doubtful[self.keys[left]]]
        self.verdicts[waiting - self.m] = Verdict.REVIEW
        self.doubtful = doubtful

    def result(self) -> Pairing:
        """The decisions, with numbers for new occurrences behind the highest stored one of their key."""
        partners = self.partner[self.m :]
        paired = partners >= 0
        stored = np.full(self.n, -1, np.int64)
        stored[paired] = self.ids[partners[paired]]
        occurrences = np.zeros(self.n, np.int64)
        occurrences[paired] = self.numbers[partners[paired]]
        new = np.flatnonzero(self.verdicts == Verdict.NEW)
        highest = np.zeros(self.key_count, np.int64)
        np.maximum.at(highest, self.keys[: self.m], self.numbers)
        new_keys = self.keys[self.m + new]
        occurrences[new] = highest[new_keys] + _ranks(new_keys) + 1
        gone = (self.partner[: self.m] < 0) & ~self.doubtful[self.keys[: self.m]]
        return Pairing(self.lines, self.verdicts, stored, occurrences, self.ids[gone])

    def _ranked_pairs(self, groups: Ints, among: Ints) -> tuple[Ints, Ints]:
        """Positions (stored, incoming) of equal rank within equal group, ranks by `order` on each side."""
        among = among[np.lexsort((self.order[among], self.side[among], groups[among]))]
        olds, news = among[~self.side[among]], among[self.side[among]]
        # (group, rank) is unique on each side, so the pairs are an intersection.
        wide = self.m + self.n + 1
        old_slots = groups[olds] * wide + _ranks(groups[olds])
        new_slots = groups[news] * wide + _ranks(groups[news])
        _, at_old, at_new = np.intersect1d(old_slots, new_slots, assume_unique=True, return_indices=True)
        return olds[at_old], news[at_new]

    def _join(self, mine: Ints, theirs: Ints, verdict: Verdict) -> None:
        self.partner[mine], self.partner[theirs] = theirs, mine
        self.verdicts[theirs - self.m] = verdict


def _same(columns: Hashes) -> Ints:
    """Equal rows get equal small numbers, shape (n,); exact, since all columns are compared."""
    if not len(columns):
        return np.zeros(0, np.int64)
    order = np.lexsort(columns.T)
    ordered = columns[order]
    starts = np.concatenate([[False], (ordered[1:] != ordered[:-1]).any(axis=1)])
    numbers = np.empty(len(columns), np.int64)
    numbers[order] = np.cumsum(starts)
    return numbers


def _ranks(groups: Ints) -> Ints:
    """How many equal numbers stand before each, shape (n,)."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = (
        np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else ordered
    )
    sizes = np.diff(np.append(starts, len(ordered)))
    ranks = np.empty(len(groups), np.int64)
    ranks[order] = np.arange(len(groups)) - np.repeat(starts, sizes)
    return ranks
