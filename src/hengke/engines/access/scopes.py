"""The words rights are declared in: scopes, levels of fields, and the grant itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from hengke.kernel.filters import EVERYTHING, NOTHING, Condition, Filter, Or

# Meant the same to the letter by every database; anything else could show in a report what a list hides.
WHERE_OPERATORS = frozenset({"eq", "ne", "in"})
# What a grant's or a territory's filter may speak of; every scoped model and the warehouse know these words.
WHERE_WORDS = ("province", "city", "county", "category", "ownership", "size", "industry")


class Scope(Enum):
    """Which rows, from narrow to wide; each is a filter over words that scoped models know."""

    SHARED = "shared"
    OWN = "own"
    TEAM = "team"
    UNIT = "unit"
    SUBTREE = "subtree"
    TERRITORY = "territory"
    LABORATORY = "laboratory"
    ALL = "all"

    def as_filter(self) -> Filter:
        """The filter with places such as "@me"; a territory's is put in when the person is known."""
        return _FILTERS[self]


_OWN = Condition("owner", "in", "@us")
_FILTERS: dict[Scope, Filter] = {
    Scope.SHARED: NOTHING,
    Scope.OWN: _OWN,
    Scope.TEAM: Condition("owner", "in", "@team"),
    Scope.UNIT: Or((_OWN, Condition("unit", "eq", "@unit"))),
    Scope.SUBTREE: Or((_OWN, Condition("unit", "startswith", "@unit"))),
    Scope.TERRITORY: _OWN,
    Scope.LABORATORY: Condition("laboratory", "eq", "@laboratory"),
    Scope.ALL: EVERYTHING,
}


class Level(IntEnum):
    """How far a field goes for a role; the number orders them."""

    HIDDEN = 0
    MASKED = 1
    READ = 2
    WRITE = 3


@dataclass(frozen=True)
class Grant:
    """`role` may do `actions` with `subject` over the rows of `scope` for which `where` holds.

    `hides` and `masks` name sensitivities or fields that do not exist, or are shown masked, for the role.
    """

    role: str
    subject: str
    actions: frozenset[str]
    scope: Scope = Scope.ALL
    hides: frozenset[str] = frozenset()
    where: Filter = EVERYTHING
    masks: frozenset[str] = frozenset()
