"""What a person may mean by a short name: the query without what stock exchanges add, and other readings of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengke_analytics.identity.normalise import clean, normalise
from hengke_analytics.identity.regions import ALIASES, province_short, split_region

_BOARD_PREFIX = re.compile(r"^(?:\*?st|s\*?st|xd|xr|dr|[nc](?=[\u4e00-\u9fff]{3}))(?=[\u4e00-\u9fff])")
_BOARD_SUFFIX = re.compile(r"(?<=[\u4e00-\u9fff])(?:[-](?:u|w|uw|v|wd|b)|[abh]股?|股份|集团|控股|实业)$")
_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]?(?![0-9])")
_DIGITS = "零一二三四五六七八九"


def queries(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """(the query without what stock exchanges add, and other readings of it; words of its ending)."""
    flat = re.sub(r"\s+", "", clean(text)).replace("(", "").replace(")", "")
    bare = _BOARD_PREFIX.sub("", flat)
    said = []
    while (ending := _BOARD_SUFFIX.search(bare)) and ending.start() >= 2:
        bare = bare[: ending.start()]
        said.append(ending[0])
    body = normalise(bare).body or bare
    return [(body, ""), *_readings(body)], [word for word in said if len(word) > 1]


def _readings(body: str) -> Iterator[tuple[str, str]]:
    """Other ways to say it: a province's alias written out, a place put first, numbers in characters."""
    if body[:1] in ALIASES and len(body) > 1:
        yield province_short(ALIASES[body[0]]) + body[1:], "alias"
    place, rest = split_region(body)
    if place.short and len(rest) >= 2 and body.startswith(place.short):
        yield rest + place.short, "place"
    for size in range(2, min(5, len(body) - 1)):
        place, rest = split_region(body[-size:], keep=0)
        if place.province and not rest:
            yield body[-size:] + body[:-size], "place"
    if _NUMBER.search(body):
        yield _NUMBER.sub(lambda found: _spoken(int(found[0])), body), "number"


def _spoken(number: int) -> str:
    """A number below 100 in characters: 14 -> 十四."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
