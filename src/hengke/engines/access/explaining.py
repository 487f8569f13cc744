"""Why a person can or cannot do something with a record, from the same filters that decide it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengke.engines.access import grants, stamp, standing, table
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.access.scopes import Grant
from hengke.engines.access.scoping import AnyOf, UnitOf
from hengke.kernel.filters import EVERYTHING, matches, within

Row = Mapping[str, Collection[Any]]


@dataclass(frozen=True)
class Reason:
    """One grant of one role, and whether it gives the record; `shared` instead of a grant: somebody shared it.

    `in_scope` tells apart a record outside of the scope from one that the grant's own condition leaves out.
    """

    role: str
    grant: Grant | None
    holds: bool
    in_scope: bool = True

    @property
    def shared(self) -> bool:
        return self.grant is None


def words_of(target: Any) -> Row:
    """The record's values of the words of scopes: at most two queries."""
    model = type(target)
    rows = model._base_manager.filter(pk=target.pk)
    one = {word: _path(path) for word, path in model.scope_paths.items() if not isinstance(path, AnyOf)}
    values = rows.values_list(*one.values()).first() or ()
    found: dict[str, Collection[Any]] = {model._meta.label_lower: (target.pk,)}
    for word, value in zip(one, values, strict=True):
        found[word] = () if value is None else (value,)
    for word, path in model.scope_paths.items():
        if isinstance(path, AnyOf):
            found[word] = set(rows.values_list(path.path, flat=True)) - {None}
    return found


def reasons(actor: Actor, subject: str, row: Row, action: str) -> list[Reason]:
    """Every grant of the actor that speaks of the action, with its answer; no query."""
    given = grants.matching(actor, subject, action)
    found = []
    for grant in given:
        scope = Grant(grant.role, subject, grant.actions, grant.scope)
        in_scope = _holds(grants.rows_of(actor, scope), row)
        holds = in_scope and _holds(grants.rows_of(actor, grant), row)
        found.append(Reason(grant.role, grant, holds, in_scope))
    shared = grants.shared_rows(actor, subject, action, given) if given else []
    if any(_holds(part, row) for part in shared):
        found.append(Reason("", None, True))
    return found


def can(actor: Actor, subject: str, row: Row, action: str) -> bool:
    """Whether the actor may do `action` with the record; the same answer as `visible_to`."""
    return any(reason.holds for reason in reasons(actor, subject, row, action))


def who_can(subject: str, row: Row, action: str) -> list[tuple[User, list[Reason]]]:
    """Every person who may, with the reasons; seven queries however many people there are."""
    people = list(User.objects.filter(is_active=True).select_related("unit").order_by("name"))
    found = []
    for person, actor in zip(people, actors_of(people), strict=True):
        giving = [reason for reason in reasons(actor, subject, row, action) if reason.holds]
        if giving:
            found.append((person, giving))
    return found


def actors_of(people: Sequence[User]) -> list[Actor]:
    """The actors of several people at once."""
    number = stamp.current()
    stand = standing.of_many([person.pk for person in people], number) if number else {}
    table.of(number)
    found = []
    for person in people:
        person.__dict__["rights_stamp"] = 0
        plain = Actor.of(person)
        found.append(plain.standing_at(stand.get(person.pk, standing.NOWHERE)))
    return found


def _holds(tree: Any, row: Row) -> bool:
    return tree == EVERYTHING or matches(within(tree, row), row)


def _path(path: Any) -> str:
    return f"{path.column.removesuffix('_id')}__path" if isinstance(path, UnitOf) else str(path)
