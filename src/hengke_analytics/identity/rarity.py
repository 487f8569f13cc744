"""How many strangers can be expected to bear the same core name and trade, learnt from the names at hand.

华兴 is common because it is seen with many customers, and because 华 and 兴 are common in core names; so a
rare combination of common characters is not taken for a rare name just because it was seen once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from hengke_analytics.identity.normalise import NameParts

LEVELS = (1.0, 0.1, 0.01)
"""Expected strangers at or above the first: level 0 (common); below the last: level 3 (unique)."""

_SUFFIXES = range(2, 7)
_COUNTED = ("chars", "trades", "cores", "stems", "places")
_MIN_BEARERS = 4


def learn_trades(names: Iterable[NameParts]) -> frozenset[str]:
    """Endings of stems that stand behind at least four different cores, more in large collections: the
    trades here."""
    bearers: dict[str, set[str]] = {}
    count = 0
    for parts in names:
        if not parts.complete:
            continue
        count += 1
        for size in _SUFFIXES:
            if len(parts.stem) >= size + 2:
                bearers.setdefault(parts.stem[-size:], set()).add(parts.stem[:-size])
    least = max(_MIN_BEARERS, count // 5000)
    return frozenset(word for word, cores in bearers.items() if len(cores) >= least)


class Rarity:
    """Counts over the distinct names written in full."""

    def __init__(self, names: Iterable[NameParts]) -> None:
        customers = {(p.stem, p.region.city or p.region.province): p for p in names if p.complete and p.stem}
        self.customers = len(customers)
        self._chars = Counter(char for p in customers.values() for char in p.core)
        self._letters = self._chars.total() + 1
        self._trades = Counter(p.trade for p in customers.values())
        self._cores = Counter(p.core for p in customers.values())
        self._stems = Counter(p.stem for p in customers.values())
        self._places = Counter(
            place for p in customers.values() for place in (p.region.city, p.region.province)
        )

    def as_counts(self) -> dict[str, Any]:
        """What was counted, as plain data."""
        counts = {name: dict(getattr(self, f"_{name}")) for name in _COUNTED}
        return {"customers": self.customers, **counts}

    @classmethod
    def from_counts(cls, said: dict[str, Any]) -> Rarity:
        """The same from `as_counts`."""
        rarity = cls([])
        rarity.customers = said["customers"]
        for name in _COUNTED:
            setattr(rarity, f"_{name}", Counter(said[name]))
        rarity._letters = rarity._chars.total() + 1
        return rarity

    def strangers(self, core: str, trade: str | None) -> float:
        """Expected number of other customers with this core (and trade, unless None): the larger of what the
        frequencies of its characters predict and of what is seen; half of what is seen are other
        spellings."""
        predicted = float(self.customers)
        for char in core:
            predicted *= (self._chars[char] + 0.5) / self._letters
        bearers = max(predicted, (self._cores[core] - 1) / 2)
        if trade is None:
            return bearers
        return max(
            bearers * (self._trades[trade] + 0.5) / (self.customers + 1), (self._stems[core + trade] - 1) / 2
        )

    def share(self, place: str) -> float:
        """Share of the customers that are in a city or province by their names; 1 for the empty place."""
        return (self._places[place] + 1) / (self.customers + 1) if place else 1.0

    def level(self, parts: NameParts, with_trade: bool, place: str = "") -> int:
        """0 common to 3 unique, among strangers in `place` (a city or province code; empty: anywhere).

        A short form without a known trade (华兴机) is read as the commonest core in it.
        """
        trade = parts.trade if with_trade else None
        readings = [(parts.core, trade)]
        if not parts.trade:
            readings += [(parts.stem[:n], None) for n in (2, 3, 4) if parts.stem[:n] in self._cores]
        expected = max(self.strangers(*reading) for reading in readings) * self.share(place)
        return sum(expected < bound for bound in LEVELS)
