"""Rights as data: what may a person do with which subject, over which rows, with which fields.

A subject is a model label ("customers.customer") or a page ("insight.dashboard"). The shipped table stands in
`faces/roles.py`, an administrator's changes in `rows.py`; this module answers questions about a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from hengke.engines.access import table
from hengke.engines.access.actor import SYSTEM_ROLE, Actor
from hengke.engines.access.scopes import Grant as Grant
from hengke.engines.access.scopes import Level as Level
from hengke.engines.access.scopes import Scope as Scope
from hengke.engines.access.table import NO_FIELDS, Fields, Table
from hengke.engines.access.table import declare as declare
from hengke.kernel.errors import NotAllowed
from hengke.kernel.filters import EVERYTHING, NOTHING, And, Condition, Filter, Or, bind, conditions

# What a share for a level lets somebody do whose role may do it with other rows.
SHARED_ACTIONS = {"view": frozenset({"view"}), "change": frozenset({"view", "change", "add"})}
# A key that nobody and nothing has.
NOBODY = -1
NO_PLACE = "-"


def declared() -> list[Grant]:
    """Every shipped grant, in the order of declaration."""
    return [grant for group in table.shipped().grants.values() for grant in group]


def subjects() -> set[str]:
    """Everything that rights can be given for."""
    return {grant.subject for grant in declared()} | {subject for more in _more for subject in more()}


def also_for(more: Callable[[], Iterable[str]]) -> None:
    """Let rights be given for further subjects, which come and go while the product runs."""
    _more.append(more)


_more: list[Callable[[], Iterable[str]]] = []


def table_of(actor: Actor) -> Table:
    """The table that holds for the actor's request."""
    return table.of(actor.standing.stamp)


def matching(actor: Actor, subject: str, action: str) -> list[Grant]:
    """The grants of all the actor's roles that allow `action` with `subject`."""
    if not actor.reaches(subject):
        return []
    known = table_of(actor).grants
    return [g for role in actor.roles for g in known.get((role, subject), ()) if action in g.actions]


def may(actor: Actor, action: str, subject: str) -> bool:
    """Whether the actor may do `action` with any row of `subject` at all."""
    return actor.role == SYSTEM_ROLE or bool(matching(actor, subject, action))


def roles_that_may(actor: Actor, action: str, subject: str) -> set[str]:
    """The roles that may do `action` with any row of `subject`, as the actor's request knows them."""
    known = table_of(actor).grants
    return {
        role
        for (role, about), given in known.items()
        if about == subject and any(action in g.actions for g in given)
    }


def require(actor: Actor, action: str, subject: str) -> None:
    """Raise NotAllowed unless `may`."""
    if not may(actor, action, subject):
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")


class FieldRights:
    """How far the fields of one subject go for one actor."""

    def __init__(self, actor: Actor, subject: str) -> None:
        known, grants = table_of(actor), matching(actor, subject, "view")
        wide = {g.role for g in grants if g.scope is Scope.ALL and g.where == EVERYTHING}
        # See the decision on several roles: one role's figures must not show over another's rows.
        self._judge = max if wide else min
        roles = wide or {g.role for g in grants}
        found = [known.fields.get((role, subject), NO_FIELDS) for role in sorted(roles)]
        self._rules: list[Fields] = found if any(found) and actor.role != SYSTEM_ROLE else []

    def __bool__(self) -> bool:
        """Whether anything is less than free."""
        return bool(self._rules)

    def level(self, *words: str) -> Level:
        """The level of a field known by its name and its sensitivity; the stricter word counts."""
        if not self._rules:
            return Level.WRITE
        return Level(self._judge(min(rule.get(word, Level.WRITE) for word in words) for rule in self._rules))

    def words(self) -> set[str]:
        """Every word that some rule speaks of."""
        return {word for rule in self._rules for word in rule}


def hidden(actor: Actor, subject: str) -> frozenset[str]:
    """Sensitivities and fields that the actor may not read in full: those hidden, and those masked."""
    rights = FieldRights(actor, subject)
    return frozenset(word for word in rights.words() if rights.level(word) < Level.READ)


def row_filter(actor: Actor, subject: str, action: str = "view") -> Filter:
    """The rows of `subject` on which the actor may do `action`, with the actor's values filled in."""
    if actor.role == SYSTEM_ROLE:
        return EVERYTHING
    grants = matching(actor, subject, action)
    parts: list[Filter] = []
    for grant in grants:
        part = rows_of(actor, grant)
        if part == EVERYTHING:
            return EVERYTHING
        if part != NOTHING and part not in parts:
            parts.append(part)
    if grants:
        parts += shared_rows(actor, subject, action, grants)
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def rows_of(actor: Actor, grant: Grant) -> Filter:
    """The rows that one grant gives to the actor."""
    scope = bind(grant.scope.as_filter(), _values(actor))
    if grant.scope is Scope.TERRITORY:
        scope = Or((scope, actor.standing.territory))
    if grant.where == EVERYTHING or scope == NOTHING:
        return scope
    return grant.where if scope == EVERYTHING else And((scope, grant.where))


def shared_rows(actor: Actor, subject: str, action: str, grants: Sequence[Grant]) -> list[Filter]:
    """The rows that others shared with the actor; a record's subject is the word for its key."""
    # Who sees figures of one laboratory only is shown a shared record, but not what other laboratories did.
    narrow = any(grant.scope is Scope.LABORATORY for grant in grants)
    keys: dict[str, set[int]] = {}
    for of, level, shared in actor.standing.shares:
        if action in SHARED_ACTIONS[level] and not (narrow and of != subject):
            keys.setdefault(of, set()).update(shared)
    return [Condition(of, "in", tuple(sorted(keys[of]))) for of in sorted(keys)]


def only_laboratory(actor: Actor, subject: str) -> str:
    """The one laboratory through which the actor sees `subject`, NO_PLACE without one, "" for everything."""
    if any(c.field == "laboratory" for c in conditions(row_filter(actor, subject))):
        return actor.laboratory or NO_PLACE
    return ""


def menu_hides(actor: Actor, entry: str) -> bool:
    """Whether an administrator took this entry out of the menu of every role of the actor."""
    hidden_menu = table_of(actor).hidden_menu
    return bool(hidden_menu) and all(entry in hidden_menu.get(role, ()) for role in actor.roles)


def _values(actor: Actor) -> dict[str, object]:
    # Somebody without a unit, laboratory or team sees nothing through that scope.
    me = actor.user_id if actor.user_id is not None else NOBODY
    us = (me, *(person for person, _name in actor.standing.absent))
    return {
        "@us": us,
        "@team": tuple(sorted({*us, *actor.standing.mates})),
        "@unit": actor.unit_path or NO_PLACE,
        "@laboratory": actor.laboratory or NO_PLACE,
    }


def known_subjects(roles: Iterable[str]) -> list[str]:
    """Every subject that a shipped grant of these roles names."""
    wanted = set(roles)
    return sorted({grant.subject for grant in declared() if grant.role in wanted})
