"""Questions with one wrong, missing, extra or swapped character.

Asked only when the question as it stands finds next to nothing. For Chinese, what is left of the question around the
mistake must be there, and the title is compared afterwards; for pinyin, letters and digits, every text that is one
mistake away is looked up in the index itself.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from hengke.engines.records.search.tokens import (
    MAX_SOUND,
    SOUND,
    START,
    pairs,
    query_runs,
    spell,
)
from hengke.engines.records.search.words import Expression, Phrase, words

SHORTEST_HAN, SHORTEST_LATIN = 4, 5
LONGEST = 12


def questions(runs: Sequence[str]) -> tuple[Expression, Expression]:
    """What to ask: alternatives that are near by themselves, and those whose titles have to be compared."""
    if len(runs) != 1:
        return [], []
    run = runs[0]
    if run[0] >= "\u3400":
        return ([], []) if len(run) < SHORTEST_HAN else (_han_sure(run), _han_parts(run))
    if not run.isascii() or len(run) < SHORTEST_LATIN:
        return [], []
    return words().beginning(list(_latin(run[:LONGEST]))), []


def is_near(run: str, title: str) -> bool:
    """Whether some part of the title is one mistake away from the question."""
    text = "".join(query_runs(title))
    if not text:
        return False
    at = fuzz.partial_ratio_alignment(run, text)
    begin = at.dest_start if at is not None else 0
    ends = range(begin + len(run) - 1, begin + len(run) + 2)
    starts = range(max(0, begin - 1), begin + 2)
    return any(OSA.distance(run, text[start:end], score_cutoff=1) <= 1 for start in starts for end in ends)


def _han_sure(run: str) -> Expression:
    """A character too many, two swapped, or others of the same sound."""
    dropped = {run[:i] + run[i + 1 :] for i in range(len(run))}
    swapped = {run[:i] + run[i + 1] + run[i] + run[i + 2 :] for i in range(len(run) - 1)}
    sound = SOUND + "".join(spell(run))[:MAX_SOUND]
    texts = [text for text in sorted(dropped | swapped) if len(text) > 2]
    return [[Phrase(tuple(pairs(text)))] for text in texts] + [[Phrase((sound,), prefix=True)]]


def _han_parts(run: str) -> Expression:
    """What is left before and after a wrong or a missing character."""
    splits = {(run[:i], run[j:]) for i in range(len(run) + 1) for j in (i, i + 1)}
    return [
        [Phrase(tuple(pairs(part))) for part in split if len(part) > 1]
        for split in sorted(splits)
        if max(map(len, split)) > 1 and split[0] != run and split[1] != run
    ]


def _latin(text: str) -> Iterator[str]:
    """Every token that would begin with a text one mistake away."""
    both = string.ascii_lowercase + string.digits
    letters = string.digits if text.isdigit() else string.ascii_lowercase if text.isalpha() else both
    marks = ("",) if text.isdigit() else ("", SOUND) if text.isalpha() else ("", START)
    for near in sorted(_one_away(text, letters) - {text}):
        for mark in marks:
            yield mark + near


def _one_away(text: str, letters: str) -> set[str]:
    found = set()
    for i in range(len(text) + 1):
        before, after = text[:i], text[i:]
        found |= {before + c + after for c in letters}
        if after:
            found |= {before + c + after[1:] for c in letters} | {before + after[1:]}
        if len(after) > 1:
            found.add(before + after[1] + after[0] + after[2:])
    return {near for near in found if len(near) >= SHORTEST_LATIN - 1}
