"""The words of sentiment, degree, negation, need and wish; they stand in `data/lexicon.txt` for everybody to read."""

from __future__ import annotations

from importlib import resources


def _read() -> dict[str, list[str]]:
    text = (resources.files("hengke_analytics.mining.text") / "data" / "lexicon.txt").read_text("utf-8")
    sections: dict[str, list[str]] = {}
    words: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words.extend(line.split())
    return sections


_SECTIONS = _read()

POSITIVE = frozenset(_SECTIONS["positive"])
NEGATIVE = frozenset(_SECTIONS["negative"])
STRONG = frozenset(_SECTIONS["strong"])
WEAK = frozenset(_SECTIONS["weak"])
NEGATIONS = frozenset(_SECTIONS["negations"])
#: Words of grammar, which say nothing about a text.
STOP = frozenset(_SECTIONS["stop"])
#: What turns a mention into a wish.
WISHES = tuple(_SECTIONS["wishes"])
#: Words of the trade that a general dictionary would cut apart.
TRADE = tuple(_SECTIONS["trade"])
#: Need -> the words that speak of it.
NEEDS = {
    name.removeprefix("need "): tuple(words) for name, words in _SECTIONS.items() if name.startswith("need ")
}
