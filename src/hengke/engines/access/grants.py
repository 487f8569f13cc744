"""Rights as data: which role may do what with which subject, over which rows, without which fields.

A subject is a model label ("customers.customer") or a page ("insight.dashboard"). The table itself stands in
`faces/roles.py`; this module only knows how to read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from hengke.engines.access.actor import SYSTEM_ROLE, Actor
from hengke.kernel.errors import NotAllowed
from hengke.kernel.filters import EVERYTHING, NOTHING, Condition, Filter, Or, bind


class Scope(Enum):
    """Which rows; each is a filter over the three words that every scoped model knows."""

    OWN = "own"
    UNIT = "unit"
    LABORATORY = "laboratory"
    ALL = "all"

    def as_filter(self) -> Filter:
        return _FILTERS[self]


_FILTERS: dict[Scope, Filter] = {
    Scope.OWN: Condition("owner", "eq", "@me"),
    Scope.UNIT: Or((Condition("owner", "eq", "@me"), Condition("unit", "startswith", "@unit"))),
    Scope.LABORATORY: Condition("laboratory", "eq", "@laboratory"),
    Scope.ALL: EVERYTHING,
}


@dataclass(frozen=True)
class Grant:
    """`role` may do `actions` with `subject` over the rows of `scope`; fields of `hides` sensitivities do not exist."""

    role: str
    subject: str
    actions: frozenset[str]
    scope: Scope = Scope.ALL
    hides: frozenset[str] = frozenset()


_table: dict[tuple[str, str], list[Grant]] = {}


def declare(grants: Iterable[Grant]) -> None:
    """Replace the table of rights; called once at start."""
    _table.clear()
    for grant in grants:
        _table.setdefault((grant.role, grant.subject), []).append(grant)


def declared() -> list[Grant]:
    """Every grant, in the order of declaration."""
    return [grant for group in _table.values() for grant in group]


def _matching(actor: Actor, subject: str, action: str) -> list[Grant]:
    return [g for g in _table.get((actor.role, subject), ()) if action in g.actions]


def may(actor: Actor, action: str, subject: str) -> bool:
    """Whether the actor may do `action` with any row of `subject` at all."""
    return actor.role == SYSTEM_ROLE or bool(_matching(actor, subject, action))


def roles_that_may(action: str, subject: str) -> set[str]:
    """The roles that may do `action` with any row of `subject`."""
    return {g.role for g in declared() if g.subject == subject and action in g.actions}


def require(actor: Actor, action: str, subject: str) -> None:
    """Raise NotAllowed unless `may`."""
    if not may(actor, action, subject):
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")


def hidden(actor: Actor, subject: str) -> frozenset[str]:
    """Sensitivities whose fields do not exist for the actor: hidden only when every view grant hides them."""
    grants = _matching(actor, subject, "view")
    return frozenset.intersection(*(g.hides for g in grants)) if grants else frozenset()


def row_filter(actor: Actor, subject: str, action: str = "view") -> Filter:
    """The rows of `subject` on which the actor may do `action`, with the actor's values filled in."""
    if actor.role == SYSTEM_ROLE:
        return EVERYTHING
    scopes = [g.scope for g in _matching(actor, subject, action)]
    if not scopes:
        return NOTHING
    if Scope.ALL in scopes:
        return EVERYTHING
    # "-" can be no unit, laboratory or person: somebody without one sees nothing through that scope.
    values = {
        "@me": actor.user_id if actor.user_id is not None else -1,
        "@unit": actor.unit_path or "-",
        "@laboratory": actor.laboratory or "-",
    }
    parts = tuple(bind(scope.as_filter(), values) for scope in scopes)
    return parts[0] if len(parts) == 1 else Or(parts)
