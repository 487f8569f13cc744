"""How a text sounds, by a stated list of words."""

from __future__ import annotations

from typing import Literal

from hengke_analytics.mining.text.lexicon import NEGATIONS, NEGATIVE, POSITIVE, STRONG, WEAK
from hengke_analytics.mining.text.words import clauses

Tone = Literal["positive", "neutral", "negative"]
_CLEAR = 0.2
_NEAR = 3  # words before a word of feeling that can turn or strengthen it


def score(text: str) -> float:
    """From −1 to 1: the sum of all words of feeling over 1 + the sum of their absolute weights.

    A word counts 1, after a word of degree 1.5 or .5; an odd number of negations before it in the same clause turns
    it and takes a fifth off, for "not bad" is less than "good".
    """
    weights = [weight for words in clauses(text) for weight in _weights(words)]
    return sum(weights) / (1 + sum(map(abs, weights))) if weights else 0.0


def tone(value: float) -> Tone:
    """In words: clear from ±.2 on."""
    if abs(value) < _CLEAR:
        return "neutral"
    return "positive" if value > 0 else "negative"


def _weights(words: list[str]) -> list[float]:
    found = []
    for place, word in enumerate(words):
        if word in POSITIVE or word in NEGATIVE:
            before = words[max(place - _NEAR, 0) : place]
            weight = 1.0 if word in POSITIVE else -1.0
            weight *= 1.5 if STRONG.intersection(before) else 0.5 if WEAK.intersection(before) else 1.0
            turned = sum(each in NEGATIONS for each in before) % 2
            found.append(-0.8 * weight if turned else weight)
    return found
