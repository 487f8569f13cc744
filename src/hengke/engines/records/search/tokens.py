"""Text as tokens that find it: whole, by any part, by pinyin, by initials.

Chinese runs become overlapping pairs of characters on consecutive positions, so that a phrase of pairs finds
exactly
the substrings, and a prefix finds a single character. Whole texts carry the mark "^", pinyin the mark "~", so
that
neither is found by accident. One stream of tokens serves SQLite and PostgreSQL.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from itertools import accumulate
from operator import add
from pathlib import Path
from typing import Any

START, SOUND = "^", "~"
MAX_TEXT = 200
MAX_START = 40
MAX_SOUND = 32
MIN_DIGITS = 3
SYLLABLES = 8
MAX_INITIALS = 16
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_PHONE = re.compile(r"\+?[\d\s()\-]{7,}")
_LEGAL = re.compile(r"(?:股份|集团)?有限(?:责任)?公司|股份公司|总公司|公司|集团")


def normal(text: str) -> str:
    """One form of width, case and script: ＡＢ華興 -> ab华兴."""
    if text.isascii():
        return text[:MAX_TEXT].lower()
    return unicodedata.normalize("NFKC", text[:MAX_TEXT]).lower().translate(_simplified())


def index_tokens(texts: list[str], codes: list[str]) -> list[str]:
    """The tokens of an entry: `texts` are also found by sound, `codes` (numbers, phones, models) are not."""
    places: list[str] = []
    others: list[str] = []
    for text in texts:
        runs = _placed(normal(text), places, others)
        if runs:
            others.append(START + "".join(runs)[:MAX_START])
            others += sounds(runs, SOUND)
    for code in codes:
        clean = normal(code)
        runs = _placed(clean, places, others)
        if runs:
            others.append("".join(runs))
            if _PHONE.fullmatch(clean.strip()):
                others += _endings(re.sub(r"\D", "", clean))
    return [*places, *dict.fromkeys(others)]


def _placed(clean: str, places: list[str], others: list[str]) -> list[str]:
    """Enter the runs of a text: what stands on consecutive places, and what stands for itself."""
    runs: list[str] = _RUN.findall(clean)
    for run in runs:
        if _is_han(run):
            places += pairs(run)
            places.append(run[-1])
        else:
            others += _code_tokens(run)
    return runs


def pairs(run: str) -> list[str]:
    """Overlapping pairs of characters: 合肥供 -> 合肥, 肥供."""
    return list(map(add, run, run[1:]))


def _code_tokens(run: str) -> list[str]:
    """A code, the words and numbers within it, and the endings of long numbers."""
    parts = [run] if run.isdecimal() or run.isalpha() else _PARTS.findall(run)
    tokens = [run, *parts[1:]]
    for part in parts:
        if len(part) > MIN_DIGITS + 2 and part.isdigit():
            tokens += _endings(part)
    return tokens


def _endings(digits: str) -> list[str]:
    return [digits[i:] for i in range(len(digits) - MIN_DIGITS + 1)]


def sounds(runs: list[str], mark: str = "") -> list[str]:
    """Pinyin and initials of the Chinese runs from every syllable on, each after `mark`; what only says the legal
    form begins none.
    """
    text = "".join([run for run in runs if _is_han(run)])
    syllables = spell(text)
    legal = _LEGAL.search(text, 1)
    begins = range(legal.start() if legal else len(syllables))
    whole, first = "".join(syllables), "".join([syllable[0] for syllable in syllables])
    # Where each syllable begins; cutting one text costs less than joining syllables anew for each of them.
    at = [0, *accumulate(map(len, syllables))]
    ends = at[SYLLABLES:] + at[-1:] * SYLLABLES
    full = [mark + whole[at[i] : ends[i]][:MAX_SOUND] for i in begins]
    return full + [mark + first[i : i + MAX_INITIALS] for i in begins]


def spell(text: str) -> list[str]:
    """Toneless syllables; phrases decide about characters with several readings (重庆 is chongqing)."""
    found = list(map(_letters.__getitem__, text))
    phrases, at = _phrases(), 0
    while at < len(text) - 1:
        starting = phrases.get(text[at : at + 2])
        for length in starting or ():
            phrase = _phrase(text[at : at + length])
            if len(phrase) == length:
                found[at : at + length] = phrase
                at += length - 1
                break
        at += 1
    return found


def _is_han(run: str) -> bool:
    return run[0] >= "\u3400"


def query_runs(text: str) -> list[str]:
    """The runs of a question, in its normal form."""
    return _RUN.findall(normal(text))


class _Letters(dict[str, str]):
    """The first reading of a character; itself when it has none."""

    def __missing__(self, character: str) -> str:
        readings = _pypinyin("pinyin_dict.json").get(str(ord(character)))
        self[character] = _toneless(readings.partition(",")[0]) if readings is not None else character
        return self[character]


_letters = _Letters()


class _Simplified(dict[int, int]):
    """Traditional to simplified; what stays is kept too, for a missing key costs `translate` an exception."""

    def __missing__(self, character: int) -> int:
        self[character] = character
        return character


@cache
def _simplified() -> dict[int, int]:
    """Traditional to simplified, one character for one, from OpenCC's own table."""
    lines = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs_ = (line.split() for line in lines)
    return _Simplified(
        {ord(pair[0]): ord(pair[1]) for pair in pairs_ if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1}
    )


@lru_cache(maxsize=50_000)
def _phrase(text: str) -> tuple[str, ...]:
    """The reading of a phrase; empty when it is none, or just reads as its characters do."""
    spelt = tuple(_toneless(readings[0]) for readings in _pypinyin("phrases_dict.json").get(text, ()))
    return () if spelt == tuple(map(_letters.__getitem__, text)) else spelt


@cache
def _phrases() -> dict[str, tuple[int, ...]]:
    """The two characters with which phrases begin, and how long those phrases are, the longest first."""
    found: dict[str, set[int]] = {}
    for phrase in _pypinyin("phrases_dict.json"):
        if 1 < len(phrase) <= 4:
            found.setdefault(phrase[:2], set()).add(len(phrase))
    return {beginning: tuple(sorted(lengths, reverse=True)) for beginning, lengths in found.items()}


@cache
def _pypinyin(name: str) -> dict[str, Any]:
    """A file of pypinyin; importing the package would first train a segmenter that nobody asks here."""
    place = find_spec("pypinyin")
    assert place is not None
    assert place.origin is not None
    found: dict[str, Any] = json.loads(Path(place.origin).with_name(name).read_text("utf-8"))
    return found


@cache
def _toneless(syllable: str) -> str:
    """A syllable without its tone."""
    plain = "".join(
        c for c in unicodedata.normalize("NFD", syllable.replace("ü", "v")) if not unicodedata.combining(c)
    )
    return plain.replace("ɡ", "g")
