"""Align a short query with a full name, gaps allowed, characters weighted by rarity."""

from __future__ import annotations

from collections.abc import Callable, Container

_NEXT = 0.45  # a character right behind the one before it
_WORD = 0.35  # a character that begins region, core or trade
_COVER = 0.40  # how much of the name's own weight the query accounts for
_WHOLE = 0.06  # the query stands in the name without a gap
_HEAD = 0.0  # the first character of the query counts this much more
_SPAN = 0.05  # with gaps, but from the first character of the name to the last word of its body
_TAIL = 0.5  # a character found only behind the body (集团, 股份) counts this much


def align(
    query: str, text: str, starts: Container[int], body: int, weight: Callable[[str], float]
) -> tuple[float, str]:
    """(score 0..1, how: 'same', 'begins', 'inside', 'gapped' or 'partly').

    The best path over positions of the query's characters in `text`, in order; characters not found cost
    their weight. Names are also preferred by how much of their own weight the query accounts for.
    """
    if query == text[:body]:
        return 1.0, "same"
    total = sum(map(weight, query))
    gain, matched, covered, last = _best_path(query, text, starts, body, weight)
    if not matched or not total:
        return 0.0, "partly"
    full = total * (1 + _NEXT) + (_WORD - _NEXT + _HEAD * (1 + _WORD)) * weight(query[0])
    cover = min(1.0, covered / sum(map(weight, text[:body])))
    share = min(1.0, gain / full)
    if matched < len(query):  # what was not found counts against what the rest accounts for
        return min(0.999, share * (1 - _COVER + _COVER * cover)), "partly"
    score = (1 - _COVER) * share + _COVER * cover
    how = "begins" if text.startswith(query) else "inside" if query in text[:body] else "gapped"
    if how != "gapped":
        score += _WHOLE
    elif text[0] == query[0] and body - 2 <= last < body:
        score += _SPAN
    return min(0.999, score), how


_End = tuple[int, float, int, float]  # position, gain, characters matched in the body, their weight


def _best_path(
    query: str, text: str, starts: Container[int], body: int, weight: Callable[[str], float]
) -> tuple[float, int, float, int]:
    """(gain, characters matched, their weight, position of the last) of the best order-preserving path."""
    ends: list[_End] = [(-1, 0.0, 0, 0.0)]
    for place, char in enumerate(query):
        value = weight(char) * (1.0 if place else 1 + _HEAD)
        reached = []
        at = text.find(char)
        while at >= 0:
            reached.append(_step(ends, at, value, at in starts, at < body))
            at = text.find(char, at + 1)
        ends = _frontier(ends, reached)
    last, gain, matched, covered = max(ends, key=lambda end: end[1])
    return gain, matched, covered, last


def _step(ends: list[_End], at: int, value: float, begins: bool, inside: bool) -> _End:
    """The best way to reach position `at` with the next character."""
    best: _End = (at, 0.0, 0, 0.0)
    for position, gain, matched, covered in ends:
        if position >= at:
            break
        bonus = max(_NEXT if position == at - 1 >= 0 else 0.0, _WORD if begins else 0.0)
        total = gain + value * (1 + bonus) * (1.0 if inside else _TAIL)
        if total > best[1]:
            best = (at, total, matched + inside, covered + value * inside)
    return best


def _frontier(ends: list[_End], reached: list[_End]) -> list[_End]:
    """Ends by position, keeping the best of each."""
    best: dict[int, _End] = {}
    for end in (*ends, *reached):
        if end[0] not in best or end[1] > best[end[0]][1]:
            best[end[0]] = end
    return [best[position] for position in sorted(best)]
