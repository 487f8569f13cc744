"""Align a short query with a full name, gaps allowed, characters weighted by rarity."""

from __future__ import annotations

from bisect import bisect_right

_NEXT = 0.45  # a character right behind the one before it
_WORD = 0.35  # a character that begins region, core or trade
_COVER = 0.30  # how much of the name's own weight the query accounts for
_TAIL = 0.5  # a character found only behind the body (集团, 股份) counts this much


def align(
    query: str, text: str, starts: tuple[int, ...], body: int, weight: dict[str, float]
) -> tuple[float, str]:
    """(score 0..1, how: 'same', 'begins', 'inside', 'gapped' or 'partly').

    The best path over positions of the query's characters in `text`, in order; characters not found cost their
    weight. `weight` holds the query's characters; others weigh as their mean in the cover term.
    """
    if query == text[:body]:
        return 1.0, "same"
    total = sum(weight.get(c, 1.0) for c in query)
    gain, last, matched = _best_path(query, text, starts, body, weight)
    if not matched or not total:
        return 0.0, "partly"
    full = total * (1 + _NEXT) + (_WORD - _NEXT) * weight.get(query[0], 1.0)
    cover = min(1.0, matched / max(1, body))
    score = (1 - _COVER) * min(1.0, gain / full) + _COVER * cover
    how = "begins" if text.startswith(query) else "inside" if query in text else "gapped"
    return min(0.999, score), how if matched == len(query) else "partly"


def _best_path(
    query: str, text: str, starts: tuple[int, ...], body: int, weight: dict[str, float]
) -> tuple[float, int, int]:
    """(gain, last position, characters matched) of the best order-preserving path."""
    ends: list[tuple[int, float, int]] = [(-1, 0.0, 0)]  # (position, gain, matched), by position
    for char in query:
        value = weight.get(char, 1.0)
        reached = []
        at = text.find(char)
        while at >= 0:
            reached.append(_step(ends, at, value, at in starts, at < body))
            at = text.find(char, at + 1)
        ends = _frontier(ends, reached)
    position, gain, matched = max(ends, key=lambda e: e[1])
    return gain, position, matched


def _step(
    ends: list[tuple[int, float, int]], at: int, value: float, begins: bool, inside: bool
) -> tuple[int, float, int]:
    """The best way to reach position `at` with the next character."""
    best, count = 0.0, 0
    for position, gain, matched in ends[: bisect_right(ends, (at, 0.0, 0))]:
        if position >= at:
            break
        bonus = _NEXT if position == at - 1 and position >= 0 else 0.0
        total = gain + value * (1 + max(bonus, _WORD if begins else 0.0)) * (1.0 if inside else _TAIL)
        if total > best:
            best, count = total, matched + inside
    return at, best, count


def _frontier(
    ends: list[tuple[int, float, int]], reached: list[tuple[int, float, int]]
) -> list[tuple[int, float, int]]:
    """Ends by position, keeping the best of each."""
    best: dict[int, tuple[int, float, int]] = {}
    for end in (*ends, *reached):
        if end[0] not in best or end[1] > best[end[0]][1]:
            best[end[0]] = end
    return [best[position] for position in sorted(best)]
