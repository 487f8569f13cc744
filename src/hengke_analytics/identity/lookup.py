"""Find the full name behind what a person types: 上汽集团 -> 上海汽车集团股份有限公司.

Characters and neighbouring pairs are looked up in postings; the best candidates are aligned with the query
character by character, gaps allowed, each character weighted by how rare it is (inverse document frequency).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hengke_analytics.identity.align import align
from hengke_analytics.identity.normalise import normalise, trade_words
from hengke_analytics.identity.readings import queries

_COMMON_WORDS = frozenset(("中国", "国际", "集团", "股份", "控股", "有限", "公司"))
_BRANCH = re.compile(r"(?:分公司|分厂|分院|分店|支行|分行|支公司|营业部)$")
_PLACED = re.compile(r"[(（][\u4e00-\u9fff]{2,3}[)）](?!.*[(（])")
_PAIR = 1 << 21
_START = 1 << 62
_ALIGNED = 120  # candidates that are aligned exactly
_SAID = 0.15  # 集团 or 股份 was typed, and the name has it
_SAID_APART = 0.1  # the same, but not right behind the rest
_UNSAID = 0.06
_ALIAS = 0.96  # a reading through a province's alias is a little less likely
_SHORT_ALIAS = 0.92  # and less so when one more character is all there is
_WRITTEN = 0.97  # the places that the name begins with are not part of what tells it apart
_NO_FORM = 0.94  # a full name is looked for: one without legal form is a short form itself
_PART = 0.97  # and a branch, or a subsidiary named after its place in brackets, is rather called by that
_HEADLESS = 0.95  # a short name begins where a word of the name begins
_SPLIT = 0.85  # least of all in the middle of a place: 南航 of 海南|航空
_UNLED = 0.7  # of a name that is found in part, the first two characters are what matters most
_TOO_COMMON = 0.15  # a character in more names than this does not choose candidates when others can


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate: score 0..1, and why."""

    id: Any
    name: str
    score: float
    reasons: tuple[str, ...]


@dataclass(slots=True)
class _Entry:
    id: Hashable
    name: str
    text: str  # body, then the rest of the name
    starts: tuple[int, ...]  # where region, core and trade begin
    body: int  # length of the body
    written: str  # branch and body, or places and stem as written, where that is more than the body
    whole: float  # how much of a full name of its own it is


class NameIndex:
    """An index over names; built once, then kept up to date with `add` and `remove`."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._number: dict[Hashable, int] = {}
        self._exact: dict[str, list[int]] = {}
        self._grams: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._ends: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._postings: npt.NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._weights: dict[str, float] = {}
        self._added: dict[int, list[int]] = {}
        self._removed: set[int] = set()
        self._penalty: npt.NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def __len__(self) -> int:
        return len(self._number)

    @classmethod
    def build(cls, names: pa.Table) -> NameIndex:
        """Index a table with the columns id and name."""
        index = cls()
        grams: list[npt.NDArray[np.int64]] = []
        counts: list[int] = []
        for batch in names.select(["id", "name"]).to_batches(max_chunksize=50_000):
            rows = [
                index._enter(key, name or "")
                for key, name in zip(batch["id"].to_pylist(), batch["name"].to_pylist(), strict=True)
            ]
            grams.append(np.array([g for row in rows for g in row], dtype=np.int64))
            counts += map(len, rows)
        if grams:
            index._pack(np.concatenate(grams), np.repeat(np.arange(len(counts), dtype=np.int32), counts))
        index._penalty = np.array([0.03 * min(len(e.text), 40) for e in index._entries], dtype=np.float32)
        return index

    def add(self, id: Hashable, name: str) -> None:
        """Add a name, or replace the one that `id` had."""
        self.remove(id)
        number = len(self._entries)
        for gram in self._enter(id, name):
            self._added.setdefault(gram, []).append(number)
        self._penalty = np.append(self._penalty, np.float32(0.03 * min(len(self._entries[number].text), 40)))

    def remove(self, id: Hashable) -> None:
        """Forget a name; unknown ids are passed over."""
        number = self._number.pop(id, None)
        if number is not None:
            self._removed.add(number)

    def lookup(self, text: str, limit: int = 10) -> list[Match]:
        """The names most likely meant by `text`, best first; ties by shorter, then smaller name."""
        ranked: dict[int, tuple[float, tuple[str, ...]]] = {}
        whole = normalise(text).text
        for number in self._exact.get(whole, ()) if whole else ():
            if number not in self._removed:
                ranked[number] = (1.0, ("exact",))
        asked, said = queries(text)
        for query, reason in asked:
            for number, score, how in self._aligned(query):
                if reason and how == "partly":
                    continue
                entry = self._entries[number]
                score += sum(_said(word, query, entry.name) for word in said)
                score = min(score, 0.9999) * _likelihood(entry, query, reason)
                if score > ranked.get(number, (0.0, ()))[0]:
                    ranked[number] = (score, (how, reason) if reason else (how,))
        order = sorted(
            ranked, key=lambda n: (-ranked[n][0], len(self._entries[n].text), self._entries[n].name)
        )
        return [
            Match(self._entries[n].id, self._entries[n].name, round(ranked[n][0], 4), ranked[n][1])
            for n in order[:limit]
        ]

    def _enter(self, key: Hashable, name: str) -> set[int]:
        """Append an entry; returns its grams."""
        parts = normalise(name)
        body = parts.body
        offset = len(body) - len(parts.stem)
        at = parts.text.find(parts.stem)
        tail = parts.text[at + len(parts.stem) :] if at >= 0 else ""
        starts = tuple(sorted({0, offset, offset + len(parts.core)}))
        self._number[key] = len(self._entries)
        self._exact.setdefault(parts.text, []).append(len(self._entries))
        branch = _BRANCH.sub("", parts.branch) if _BRANCH.search(parts.branch) else ""
        written = branch + body if branch else parts.head if not parts.head.startswith(body) else ""
        whole = (1.0 if parts.complete else _NO_FORM) * (_PART if branch or _PLACED.search(name) else 1.0)
        self._entries.append(_Entry(key, name, body + tail, starts, len(body), written, whole))
        return _grams(body, offset) | {ord(char) for char in branch}

    def _pack(self, grams: npt.NDArray[np.int64], owners: npt.NDArray[np.int32]) -> None:
        order = np.argsort(grams, kind="stable")
        grams = grams[order]
        self._postings = owners[order]
        first = (
            np.flatnonzero(np.diff(grams, prepend=grams[0] - 1))
            if len(grams)
            else np.zeros(0, dtype=np.int64)
        )
        self._grams = grams[first]
        self._ends = np.append(first, len(grams))

    def _posting(self, gram: int) -> npt.NDArray[np.int32]:
        at = int(np.searchsorted(self._grams, gram))
        packed = self._postings[:0]
        if at < len(self._grams) and self._grams[at] == gram:
            packed = self._postings[self._ends[at] : self._ends[at + 1]]
        added = self._added.get(gram)
        return np.concatenate([packed, np.array(added, dtype=np.int32)]) if added else packed

    def _aligned(self, query: str) -> Iterable[tuple[int, float, str]]:
        for number in self._choose(query):
            score, how = self._align(query, self._entries[number])
            if score > 0.2:
                yield number, score, how

    def _align(self, query: str, entry: _Entry) -> tuple[float, str]:
        """The best alignment with the body, else with all places that the name begins with."""
        score, how = align(query, entry.text, _word_starts(entry), entry.body, self._weight)
        if how != "partly":
            return score, how
        if entry.written:
            again = align(query, entry.written, {0}, len(entry.written), self._weight)
            if again[1] != "partly":
                return again[0] * _WRITTEN, again[1]
        return (score, how) if query[:2] in entry.text else (score * _UNLED, how)

    def _weight(self, char: str) -> float:
        """Inverse document frequency, kept once computed: a few additions do not change it much."""
        known = self._weights.get(char)
        if known is None:
            known = float(np.log(1 + max(len(self._entries), 1) / (1 + len(self._posting(ord(char))))))
            self._weights[char] = known
        return known

    def _choose(self, query: str) -> list[int]:
        """Numbers of the entries that share the most weight with the query."""
        total, weight = len(self._entries), self._weight
        postings = {char: self._posting(ord(char)) for char in dict.fromkeys(query)}
        score = np.zeros(total, dtype=np.float32)
        rare = [c for c, p in postings.items() if len(p) <= _TOO_COMMON * total]
        for char in rare or postings:
            score[postings[char]] += weight(char)
        for a, b in pairwise(query):
            score[self._posting(ord(a) * _PAIR + ord(b))] += 0.4 * (weight(a) + weight(b))
        if query:
            score[self._posting(_START + ord(query[0]))] += 0.5 * weight(query[0])
        if self._removed:
            score[list(self._removed)] = 0
        return _largest(score, self._penalty, _ALIGNED)


def _largest(score: npt.NDArray[np.float32], penalty: npt.NDArray[np.float32], count: int) -> list[int]:
    """Positions of the largest scores after penalties, out of those with at least 0.4 of the best."""
    best = float(score.max(initial=0.0))
    if best <= 0:
        return []
    found = np.flatnonzero(score >= 0.4 * best)
    if len(found) > count:
        final = score[found] - penalty[found]
        found = found[np.argpartition(final, len(found) - count)[-count:]]
    return [int(i) for i in found]


def _said(word: str, query: str, name: str) -> float:
    """What a word such as 集团 adds where the name has it, and takes where not."""
    return _SAID if query + word in name else _SAID_APART if word in name else -_UNSAID


def _likelihood(entry: _Entry, query: str, reason: str) -> float:
    """How much a reading, a name that is no whole one, or a beginning within a word takes away."""
    share = entry.whole
    if reason:
        share *= _SHORT_ALIAS if reason == "alias" and len(query) <= 3 else _ALIAS
    first = entry.text.find(query[:1])
    if first < 0 or first in _word_starts(entry):
        return share
    return share * (_SPLIT if len(entry.starts) > 2 and first < entry.starts[1] else _HEADLESS)


def _word_starts(entry: _Entry) -> set[int]:
    """Where words begin: a short name takes the beginnings of words, 石化 of 石油|化工."""
    words, text, found = _words(), entry.text, set(entry.starts)
    for at in range(len(text) - 1):
        for end in (at + 2, at + 3):
            if text[at:end] in words:
                found.update((at, end))
    return found


@cache
def _words() -> frozenset[str]:
    return frozenset(word for word in trade_words() if len(word) <= 3) | _COMMON_WORDS


def _grams(body: str, offset: int) -> set[int]:
    """Characters, neighbouring pairs, and the characters that begin the name and its stem."""
    codes = [ord(c) for c in body]
    grams = set(codes)
    grams.update(a * _PAIR + b for a, b in pairwise(codes))
    grams.update(_START + code for code in (*codes[:1], *codes[offset : offset + 1]))
    return grams
