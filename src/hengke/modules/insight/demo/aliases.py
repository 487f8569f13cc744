"""How a registered name looks in ledgers: shortened, misspelt, traditional, with a department or a space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from . import words
from .names import Parts, region_short


def aliases(rng: Random, parts: Parts, extra: int, *, short: bool = False) -> list[tuple[str, float]]:
    """The names a customer is entered under, with weights; `short` forces the short name among them."""
    found = {parts.full: 1.0}
    if short:
        found[parts.core + parts.short] = 0.25
    for variant in rng.sample(_VARIANTS, k=min(extra, len(_VARIANTS))):
        name = variant(rng, parts)
        if len(name) > 1:
            found.setdefault(name, rng.uniform(0.05, 0.45))
    return list(found.items())


def _region_dropped(rng: Random, parts: Parts) -> str:
    return replace(parts, place="", bracketed=False).full if parts.core else parts.full


def _region_changed(rng: Random, parts: Parts) -> str:
    if not parts.core or not parts.word:
        return parts.full
    city, province = parts.city.name, parts.city.province
    place = rng.choice([city, region_short(city), province, province + city])
    return replace(parts, place=place, bracketed=False).full


def _short_with_region(rng: Random, parts: Parts) -> str:
    return (region_short(parts.city.name) if parts.core else parts.place) + parts.core + parts.short


def _short_name(rng: Random, parts: Parts) -> str:
    return parts.core + parts.short if parts.core else parts.place + parts.short


def _bare_core(rng: Random, parts: Parts) -> str:
    return parts.core if parts.legal and len(parts.core) > 2 else _short_name(rng, parts)


def _legal_dropped(rng: Random, parts: Parts) -> str:
    return replace(parts, legal="").full


def _legal_changed(rng: Random, parts: Parts) -> str:
    swapped = {"有限公司": "有限责任公司", "有限责任公司": "有限公司", "集团有限公司": "集团"}
    return replace(parts, legal=swapped.get(parts.legal, parts.legal)).full


def _misspelt(rng: Random, parts: Parts) -> str:
    """One wrong character, or one left out."""
    name = parts.full
    places = [place for place, char in enumerate(name) if char in words.CONFUSED]
    if places and rng.random() < 0.75:
        place = rng.choice(places)
        return name[:place] + words.CONFUSED[name[place]] + name[place + 1 :]
    place = rng.randrange(len(name))
    return name[:place] + name[place + 1 :] if len(name) > 6 else name


def _traditional(rng: Random, parts: Parts) -> str:
    return parts.full.translate(words.TRADITIONAL)


def _spaced(rng: Random, parts: Parts) -> str:
    name = parts.full
    place = rng.randrange(1, len(name))
    return name[:place] + rng.choice([" ", "\u3000"]) + name[place:]


def _other_width(rng: Random, parts: Parts) -> str:
    """Half-width brackets, or full-width digits; names without either get their place in brackets."""
    if parts.bracketed:
        return parts.full.replace("（", "(").replace("）", ")")
    if any(char.isdigit() for char in parts.full):
        return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in parts.full)
    if not parts.legal or not parts.place:
        return parts.full
    return f"{parts.core}({region_short(parts.place)}){parts.word}{parts.legal}"


def _department(rng: Random, parts: Parts) -> str:
    if not parts.word:
        return f"{parts.full}{rng.choice(['(个人)', '（个人）'])}"
    unit = rng.choice(words.DEPARTMENTS)
    return parts.full + rng.choice([unit, f"({unit})", f"（{unit}）", f"-{unit}"])


_VARIANTS: list[Callable[[Random, Parts], str]] = [
    _region_dropped,
    _region_changed,
    _short_with_region,
    _short_name,
    _bare_core,
    _legal_dropped,
    _legal_changed,
    _misspelt,
    _traditional,
    _spaced,
    _other_width,
    _department,
]
