"""What a text asks for: mentions of a need in a sentence that wishes, asks or complains."""

from __future__ import annotations

import re

from hengke_analytics.mining.text.lexicon import NEEDS, WISHES
from hengke_analytics.mining.text.sentiment import score

_SENTENCE = re.compile(r"[。！？!?\n]+")


def needs(text: str) -> list[str]:
    """Codes of the needs that a text voices, each once, in the order of the list."""
    voiced = [part for part in _SENTENCE.split(text) if _asks(part)]
    return [need for need, words in NEEDS.items() if any(word in part for part in voiced for word in words)]


def _asks(sentence: str) -> bool:
    return any(word in sentence for word in WISHES) or score(sentence) < 0
