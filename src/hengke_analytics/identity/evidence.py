"""Phones, addresses, contacts and codes as keys that can be compared; what is shared by strangers loses
weight.

A key's spread is the number of distinct core names it is seen with. One customer's own phone has spread 1
or 2; the phone of an agent who hands in for thirty customers, or the address of an industrial park, has many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from hengke_analytics.identity.normalise import clean
from hengke_analytics.identity.regions import split_region

OWN_SPREAD, SOME_SPREAD = 2, 5
"""Seen with up to 2 cores: own; up to 5: shared by a few; more: an agent, a park, a switchboard."""

_SEPARATOR = re.compile(r"[,;/、，；|\n]|\s{2,}|或|转\d*")
_DIGITS = re.compile(r"\D+")
_TITLE = re.compile(
    r"(?:先生|女士|小姐|老师|师傅|经理|总经理|主任|主管|科长|部长|处长|所长|院长|厂长|会计|工程师|老板|总|工|姐|哥|队长|站长|"
    r"班长|组长|助理|同志|医生|护士长)+$"
)
_NOT_WORD = re.compile(r"[\W_]+")
_HOUSE = re.compile(r"^(.{2,}?\d+)(?:号|弄|巷|栋|幢|楼|室|$|\D)")
_CODE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{18}$")
_CODE_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@lru_cache(maxsize=1 << 16)
def phone_keys(text: str | None) -> tuple[str, ...]:
    """Mobile numbers whole, land lines without area code; masked, short and constant ones are dropped."""
    if not text:
        return ()
    return tuple(dict.fromkeys(key for part in _SEPARATOR.split(clean(text)) if (key := _phone(part))))


def _phone(part: str) -> str:
    if "*" in part:
        return ""
    digits = _DIGITS.sub("", part).removeprefix("00").removeprefix("86")
    if len(digits) < 7 or len(set(digits)) < 3:
        return ""
    if digits[0] == "0":  # 0551-65128888: area code of 3 digits for 010 and 02x, else 4
        digits = digits[3:] if digits[1] in "12" else digits[4:]
    return digits if len(digits) >= 7 else ""


@lru_cache(maxsize=1 << 16)
def address_key(text: str | None) -> tuple[str, str]:
    """(city code or province code, city|street and number); the key is empty for a place without a street."""
    if not text:
        return "", ""
    region, rest = split_region(_NOT_WORD.sub("", clean(text)), keep=0)
    house = _HOUSE.match(rest)
    street = house[1] if house else rest
    place = region.city or region.province
    return place, f"{place}|{street}" if len(street) >= 3 else ""


@lru_cache(maxsize=1 << 16)
def contact_key(text: str | None) -> tuple[str, bool]:
    """(name without title, whether it is a full name): 王工 gives ('王', False)."""
    if not text:
        return "", False
    name = _TITLE.sub("", _NOT_WORD.sub("", clean(text)))
    return name, len(name) >= 2


def code_key(text: str | None) -> str:
    """A unified social credit code whose check digit holds (GB 32100-2015), else empty."""
    code = (text or "").strip().upper()
    if not _CODE.match(code):
        return ""
    total = sum(_CODE_CHARS.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return code if _CODE_CHARS[(31 - total % 31) % 31] == code[17] else ""


def spreads(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Distinct heads per key from (key, head) pairs."""
    heads: dict[str, set[str]] = {}
    for key, head in pairs:
        heads.setdefault(key, set()).add(head)
    return {key: len(seen) for key, seen in heads.items()}
