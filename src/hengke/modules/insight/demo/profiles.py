"""What the ledger shows of a customer besides its names: contacts and phones, addresses, code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from . import names, register, words
from .catalog import City, cities, trades
from .choices import Choices, Texts
from .codes import credit_code, landline, mobile
from .noise import Ints
from .population import NEVER, Population
from .register import Area, Register
from .seasons import Calendar

CODE_KINDS = {
    "company": "91",
    "factory": "91",
    "station": "91",
    "shop": "92",
    "hospital": "12",
    "clinic": "12",
    "school": "12",
    "bureau": "11",
    "person": "",
}
SEPARATOR = "\t"  # between a contact and the phone: both are drawn together


@dataclass(frozen=True, slots=True)
class Addresses:
    """Per customer county and street, without province and city; `later` holds from the day `moved` on."""

    street: Texts
    later: Texts
    moved: Ints


@dataclass(frozen=True, slots=True)
class Contacts:
    """`sets` holds people with phones; customer i sends one of set `first[i]` + days of `since[i]` past.

    `agent` gives the set of each agent.
    """

    sets: Choices
    first: Ints
    since: Ints
    agent: Ints


@dataclass(frozen=True, slots=True)
class Profiles:
    """All that identifies customers; `code` is blank for persons."""

    register: Register
    names: Ints
    code: Texts
    addresses: Addresses
    contacts: Contacts


def build(people: Population, seed: int, calendar: Calendar) -> Profiles:
    rng = Random(seed * 1_000_003 + 5)
    areas = [_area(rng, cities()[city]) for city in people.city.tolist()]
    named = register.build(people, areas, seed)
    return Profiles(
        register=named,
        names=named.firsts(),
        code=_codes(people, areas, seed),
        addresses=_addresses(rng, people, areas, calendar),
        contacts=_contacts(rng, people, named, calendar),
    )


def _area(rng: Random, city: City) -> Area:
    return city.areas[int(rng.random() ** 1.3 * len(city.areas))]


def _codes(people: Population, areas: list[Area], seed: int) -> Texts:
    codes = np.full(len(people), "", dtype=object)
    for number, (trade, (area, _)) in enumerate(zip(people.trade.tolist(), areas, strict=True)):
        if kind := CODE_KINDS[trades()[trade].shape]:
            codes[number] = credit_code(kind, area, number, seed)
    return codes


def _addresses(rng: Random, people: Population, areas: list[Area], calendar: Calendar) -> Addresses:
    """Three makers in ten sit in a park and share its address; one customer in twelve moves."""
    street, later = (np.full(len(people), "", dtype=object) for _ in range(2))
    moved = np.full(len(people), NEVER, dtype=np.int64)
    for number, (trade, (_, area)) in enumerate(zip(people.trade.tolist(), areas, strict=True)):
        in_park = trades()[trade].category == "manufacturer" and rng.random() < 0.3
        street[number] = _park(rng, area) if in_park else _street(rng, area)
        if rng.random() < 0.08:
            moved[number], later[number] = rng.randrange(100, calendar.days), _street(rng, area)
    return Addresses(street, later, moved)


def _street(rng: Random, area: str) -> str:
    return f"{area}{rng.choice(words.ROADS)}{rng.randrange(1, 999)}号"


def _park(rng: Random, area: str) -> str:
    """Firms of one park differ in the building only, and half of them leave that out."""
    building = f"{rng.choice('ABCDE')}{rng.randrange(1, 9)}栋" if rng.random() < 0.5 else ""
    return f"{area}{rng.choice(words.PARKS)}{building}"


def _contacts(rng: Random, people: Population, named: Register, calendar: Calendar) -> Contacts:
    sets = Choices()
    first = np.zeros(len(people), dtype=np.int64)
    since = np.full((len(people), 2), NEVER, dtype=np.int64)
    columns = zip(people.trade.tolist(), people.city.tolist(), people.fleet.tolist(), strict=True)
    for number, (trade, city, fleet) in enumerate(columns):
        changes = _changes(rng, fleet, calendar)
        first[number] = len(sets)
        since[number, : len(changes)] = changes
        own = named.current[number] if trades()[trade].shape == "person" else None
        for _ in range(len(changes) + 1):
            sets.add(_team(rng, cities()[city], fleet, own))
    agents = 1 + int(people.agent.max(initial=-1))
    agent = [sets.add([(_person(rng, cities()[0], 0.0), 1.0)]) for _ in range(agents)]
    return Contacts(sets, first, since, np.array(agent, dtype=np.int64))


def _changes(rng: Random, fleet: int, calendar: Calendar) -> list[int]:
    """Up to two days on which other people take over; large customers change more often."""
    leave = min(0.6, 0.15 + 0.06 * math.log1p(fleet))
    times = (rng.random() < leave) + (rng.random() < leave * 0.4)
    return sorted(rng.randrange(60, calendar.days) for _ in range(times))


def _team(rng: Random, city: City, fleet: int, own: str | None) -> list[tuple[str, float]]:
    """Those who come in one period: one to three people."""
    office = 0.25 if fleet > 4 else 0.08
    size = 1 + (fleet > 6) + (fleet > 40)
    return [(_person(rng, city, office, own), rng.uniform(0.3, 1.0)) for _ in range(size)]


def _person(rng: Random, city: City, office: float, name: str | None = None) -> str:
    phone = landline(rng, city) if rng.random() < office else mobile(rng)
    return f"{name or names.person(rng)}{SEPARATOR}{phone}"
