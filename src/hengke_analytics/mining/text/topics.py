"""What texts are about: keywords, and topics by non-negative factors of the words (Lee and Seung 1999)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengke_analytics.mining.text.words import content, matrix

_SEED = 20260101


@dataclass(frozen=True)
class Keyword:
    """A word, how often and in how many texts it stands, and how much it tells (mean TF-IDF)."""

    word: str
    count: int
    texts: int
    score: float


@dataclass(frozen=True)
class Topics:
    """The leading words of each topic, and the topic of every text (−1: none of its words)."""

    words: list[list[str]]
    topic: NDArray[np.int64]


def keywords(texts: Sequence[str], most: int = 30) -> list[Keyword]:
    """The words that tell most about these texts."""
    weights, words = matrix(texts, rarest=1)
    if not words:
        return []
    told = np.asarray(weights.mean(axis=0)).ravel()
    among = np.asarray((weights > 0).sum(axis=0)).ravel()
    counts = _counts(texts)
    order = sorted(range(len(words)), key=lambda at: (-told[at], words[at]))[:most]
    return [Keyword(words[at], counts[words[at]], int(among[at]), float(told[at])) for at in order]


def topics(texts: Sequence[str], number: int, leading: int = 6) -> Topics:
    """At most `number` topics, the most frequent first."""
    from sklearn.decomposition import NMF

    weights, words = matrix(texts)
    number = min(number, len(words), len(texts))
    if number < 1:
        return Topics([], np.full(len(texts), -1, np.int64))
    model = NMF(number, init="nndsvda", max_iter=500, random_state=_SEED)
    share = model.fit_transform(weights)
    topic = np.where(share.max(axis=1) > 0, share.argmax(axis=1), -1)
    order = np.argsort(-np.bincount(topic[topic >= 0], minlength=number), kind="stable")
    place = np.empty(number + 1, np.int64)
    place[order], place[-1] = np.arange(number), -1
    leaders = [[words[at] for at in np.argsort(-model.components_[row])[:leading]] for row in order]
    return Topics(leaders, place[topic])


def _counts(texts: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in texts:
        for word in content(text):
            found[word] = found.get(word, 0) + 1
    return found
