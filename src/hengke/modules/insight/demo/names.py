"""Names of customers: the registered one, and how clerks, agents and old systems write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from . import words
from .catalog import City, Trade

LEGAL_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
LEGAL_WEIGHTS = (76, 12, 8, 4)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a name is made of; a place in brackets stands behind the core: 恒澜（合肥）电子有限公司."""

    city: City
    place: str
    core: str
    word: str
    short: str
    legal: str
    bracketed: bool = False

    @property
    def full(self) -> str:
        if self.bracketed:
            return f"{self.core}（{self.place}）{self.word}{self.legal}"
        return f"{self.place}{self.core}{self.word}{self.legal}"


def draw_core(rng: Random, attempt: int) -> str:
    """A trade name; low places are common (squared chance). Later attempts get a third character."""
    while True:
        first, second = (
            chars[int(rng.random() ** 1.6 * len(chars))] for chars in (words.CORE_FIRST, words.CORE_SECOND)
        )
        core = first + second
        if attempt > 1 or rng.random() < 0.22:
            core += rng.choice(words.CORE_THIRD)
        if first != second and core[:2] not in words.REAL_BRANDS and core not in words.REAL_BRANDS:
            return core


def draw(rng: Random, trade: Trade, city: City, area: str, attempt: int) -> Parts:
    """Parts of a registered name; `attempt` counts the draws that met a taken name."""
    word, short = rng.choice(trade.words)
    return _SHAPES[trade.shape](rng, Parts(city, city.name, "", word, short, ""), area, attempt)


def renamed(rng: Random, old: Parts) -> Parts:
    """The name after a restructuring (new legal form), a move under another region, or a sale (new core)."""
    kind = rng.random()
    if kind < 0.35 and old.legal:
        return replace(old, legal="股份有限公司" if old.legal != "股份有限公司" else "集团有限公司")
    if kind < 0.5:
        return replace(old, place=region_short(old.city.province), bracketed=False)
    return replace(old, core=draw_core(rng, 2))


def twin(parts: Parts, city: City) -> Parts:
    """Another firm of the same core and trade in another prefecture: both are called by one short name."""
    return replace(parts, city=city, place=region_short(city.name), bracketed=False)


def _factory(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    """A company that makes things; some still call themselves a works (厂)."""
    company = _company(rng, parts, area, attempt)
    return replace(company, legal="厂", bracketed=False) if rng.random() < 0.06 else company


def _company(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    city, legal = parts.city, rng.choices(LEGAL_FORMS, LEGAL_WEIGHTS)[0]
    places = [region_short(city.name), city.name, region_short(city.province), city.province, area, ""]
    place = rng.choices(places, (46, 16, 20, 5, 8 if len(area) > 2 else 0, 5 if attempt else 2))[0]
    bracketed = bool(place) and rng.random() < 0.05
    place = region_short(city.name) if bracketed else place
    return replace(parts, place=place, core=draw_core(rng, attempt), legal=legal, bracketed=bracketed)


def _hospital(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    place = rng.choice([region_short(parts.city.name), parts.city.name, area, parts.city.name + area])
    return replace(parts, place=place, core=draw_core(rng, attempt))


def _clinic(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    core = draw_core(rng, attempt) + ("镇" if "卫生院" in parts.word else "")
    return replace(parts, place=rng.choice([area, parts.city.name + area]), core=core)


def _shop(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    place = rng.choice([area, region_short(parts.city.name), parts.city.name, parts.city.name + area])
    return replace(parts, place=place, core=draw_core(rng, attempt))


def _station(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    if rng.random() < 0.5:
        return _shop(rng, replace(parts, legal=rng.choice(["", "有限公司"])), area, attempt)
    number = rng.randrange(1, 20 + 40 * attempt)
    place = rng.choice(words.PETROL_BRANDS) + region_short(parts.city.name)
    return replace(parts, place=place, core=f"第{number}", short="加油站")


def _bureau(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    """An office of a district that does not exist: no real authority shall owe money in a demo."""
    district = draw_core(rng, attempt) + rng.choice(["区", "县", "新区"])
    return replace(parts, place=rng.choice([parts.city.name, ""]), core=district)


def _person(rng: Random, parts: Parts, area: str, attempt: int) -> Parts:
    return replace(parts, place="", core=person(rng), word="", short="")


def person(rng: Random) -> str:
    return words.SURNAMES[int(rng.random() ** 1.5 * len(words.SURNAMES))] + rng.choice(words.GIVEN)


_SHAPES: dict[str, Callable[[Random, Parts, str, int], Parts]] = {
    "company": _company,
    "factory": _factory,
    "hospital": _hospital,
    "clinic": _clinic,
    "shop": _shop,
    "station": _station,
    "school": _hospital,
    "bureau": _bureau,
    "person": _person,
}


def region_short(region: str) -> str:
    return region.removesuffix("省").removesuffix("市")
