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
from pathlib import Path
from typing import Any

START, SOUND = "^", "~"
MAX_TEXT = 200
MAX_START = 40
MAX_SOUND = 32
MIN_DIGITS = 3
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
    others: dict[str, None] = {}
    for text, heard in [(text, True) for text in texts] + [(code, False) for code in codes]:
        clean = normal(text)
        runs = _RUN.findall(clean)
        if not runs:
            continue
        for run in runs:
            if _is_han(run):
                places += [*pairs(run), run[-1]]
            else:
                others.update(dict.fromkeys(_code_tokens(run)))
        if heard:
            others[START + "".join(runs)[:MAX_START]] = None
            others.update(dict.fromkeys([SOUND + sound for sound in sounds(runs)]))
        else:
            others["".join(runs)] = None
            if _PHONE.fullmatch(clean.strip()):
                others.update(dict.fromkeys(_endings(re.sub(r"\D", "", clean))))
    return [*places, *others]


def pairs(run: str) -> list[str]:
    """Overlapping pairs of characters: 合肥供 -> 合肥, 肥供."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _code_tokens(run: str) -> list[str]:
    """A code, the words and numbers within it, and the endings of long numbers."""
    parts = _PARTS.findall(run)
    tokens = [run, *parts[1:]]
    for part in parts:
        if part.isdigit() and len(part) > MIN_DIGITS + 2:
            tokens += _endings(part)
    return tokens


def _endings(digits: str) -> list[str]:
    return [digits[i:] for i in range(len(digits) - MIN_DIGITS + 1)]


def sounds(runs: list[str]) -> list[str]:
    """Pinyin and initials of the Chinese runs from every syllable on; what only says the legal form begins
    none.
    """
    text = "".join([run for run in runs if _is_han(run)])
    syllables = spell(text)
    legal = _LEGAL.search(text, 1)
    begins = range(legal.start() if legal else len(syllables))
    full = ["".join(syllables[i : i + 8])[:MAX_SOUND] for i in begins]
    first = "".join([syllable[0] for syllable in syllables])
    return full + [first[i : i + 16] for i in begins]


def spell(text: str) -> list[str]:
    """Toneless syllables; phrases decide about characters with several readings (重庆 is chongqing)."""
    beginnings = _beginnings()
    found: list[str] = []
    at = 0
    while at < len(text):
        lengths = (4, 3, 2) if text[at : at + 2] in beginnings else ()
        for length in lengths:
            phrase = _phrase(text[at : at + length])
            if len(phrase) == length:
                found += phrase
                at += length
                break
        else:
            found.append(_letter(text[at]))
            at += 1
    return found


def _is_han(run: str) -> bool:
    return run[0] >= "\u3400"


def query_runs(text: str) -> list[str]:
    """The runs of a question, in its normal form."""
    return _RUN.findall(normal(text))


@cache
def _simplified() -> dict[int, str]:
    """Traditional to simplified, one character for one, from OpenCC's own table."""
    lines = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs_ = (line.split() for line in lines)
    return {ord(pair[0]): pair[1] for pair in pairs_ if len(pair) > 1 and len(pair[0]) == 1}


@cache
def _letter(character: str) -> str:
    """The first reading of a character; itself when it has none."""
    readings = _pypinyin("pinyin_dict.json").get(str(ord(character)))
    return _toneless(readings.partition(",")[0]) if readings is not None else character


@lru_cache(maxsize=50_000)
def _phrase(text: str) -> tuple[str, ...]:
    """The reading of a phrase; empty when it is none, or just reads as its characters do."""
    spelt = tuple(_toneless(readings[0]) for readings in _pypinyin("phrases_dict.json").get(text, ()))
    return () if spelt == tuple(map(_letter, text)) else spelt


@cache
def _beginnings() -> frozenset[str]:
    """The two characters with which phrases begin."""
    return frozenset(phrase[:2] for phrase in _pypinyin("phrases_dict.json") if len(phrase) <= 4)


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
