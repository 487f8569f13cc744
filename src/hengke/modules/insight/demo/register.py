"""The register of names: every organisation gets one of its own, and the aliases it is entered under."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

import numpy as np

from . import names
from .aliases import aliases
from .catalog import City, Trade, cities, trades
from .choices import Choices
from .noise import Ints
from .population import NEVER, Population

FIRMS = ("company", "factory")
TWIN_SHARE = 0.03  # firms whose short name another firm, in another prefecture, bears too

Area = tuple[str, str]  # six-digit code, name


@dataclass(slots=True)
class Register:
    """`sets` holds the aliases: of customer i `first[i]`, and after a renaming `first[i] + 1`.

    `current` is the registered name in the end, `formerly` the one before it, by customer. A firm of `_twins`
    waits for another of its trade that shall bear the same short name.
    """

    sets: Choices = field(default_factory=Choices)
    first: list[int] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    formerly: dict[int, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _twins: dict[str, names.Parts] = field(default_factory=dict)

    def firsts(self) -> Ints:
        return np.array(self.first, dtype=np.int64)

    def enter(self, rng: Random, trade: Trade, city: City, area: str, fleet: int) -> names.Parts:
        """Name the next customer; large ones are entered in more ways."""
        parts, twin = self._draw(rng, trade, city, area)
        self.first.append(self.sets.add(aliases(rng, parts, _extra(rng, fleet), short=twin)))
        self.current.append(parts.full)
        return parts

    def rename(self, rng: Random, old: names.Parts, fleet: int) -> None:
        """Give the latest customer a second set of names; some clerks go on writing the old one."""
        parts = names.renamed(rng, old)
        while parts.full in self._taken:
            parts = names.renamed(rng, old)
        self._taken.add(parts.full)
        self.sets.add([*aliases(rng, parts, _extra(rng, fleet)), (old.full, 0.1)])
        self.formerly[len(self.current) - 1] = old.full
        self.current[-1] = parts.full

    def _draw(self, rng: Random, trade: Trade, city: City, area: str) -> tuple[names.Parts, bool]:
        """Parts of a free name, and whether the short name is shared with another firm."""
        pending = self._twins.get(trade.code)
        if pending and city != pending.city:
            del self._twins[trade.code]
            parts = names.twin(pending, city)
            if parts.full not in self._taken:
                self._taken.add(parts.full)
                return parts, True
        attempt = 0
        parts = names.draw(rng, trade, city, area, attempt)
        while parts.full in self._taken and trade.shape != "person":  # persons do share names
            attempt += 1
            parts = names.draw(rng, trade, city, area, attempt)
        self._taken.add(parts.full)
        shared = trade.shape in FIRMS and trade.code not in self._twins and rng.random() < TWIN_SHARE
        if shared:
            self._twins[trade.code] = parts
        return parts, shared


def build(people: Population, areas: list[Area], seed: int) -> Register:
    """Names for all customers; about 40 µs each."""
    rng, register = Random(seed * 1_000_003 + 3), Register()
    columns = (
        people.trade.tolist(),
        people.city.tolist(),
        people.fleet.tolist(),
        people.renamed.tolist(),
        areas,
    )
    for trade, city, fleet, renamed, (_, area) in zip(*columns, strict=True):
        parts = register.enter(rng, trades()[trade], cities()[city], area, fleet)
        if renamed < NEVER:
            register.rename(rng, parts, fleet)
    return register


def _extra(rng: Random, fleet: int) -> int:
    return min(9, int(rng.random() * (1.8 + 1.7 * math.log1p(fleet))))
