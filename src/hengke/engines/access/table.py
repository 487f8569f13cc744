"""The table of rights: what ships, and what an administrator changed on top of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hengke.engines.access.enums import Role
from hengke.engines.access.scopes import Grant, Level, Scope
from hengke.kernel.filters import EVERYTHING, from_json, to_json

Fields = Mapping[str, Level]
NO_FIELDS: Fields = {}


@dataclass
class Table:
    """Grants and levels of fields by (role, subject), hidden menu entries and names by role."""

    grants: dict[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    fields: dict[tuple[str, str], Fields] = field(default_factory=dict)
    hidden_menu: dict[str, frozenset[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


_shipped = Table()
_changed: tuple[int, Table] | None = None
_declared: tuple[Grant, ...] = ()
_alike: dict[str, str] = {}


def declare(grants: Iterable[Grant]) -> None:
    """Replace the shipped table; called once at start."""
    global _declared
    _declared = tuple(grants)
    _build()


def alike(subject: str, model: str) -> None:
    """Who may do something with the subject `model` may do it with `subject`, as long as no grant names that one."""
    _alike[subject] = model
    _build()


def _build() -> None:
    global _shipped, _changed
    _shipped, _changed = Table(), None
    named = {grant.subject for grant in _declared}
    likened = [
        replace(grant, subject=subject)
        for subject, model in _alike.items()
        for grant in _declared
        if grant.subject == model and subject not in named
    ]
    for grant in (*_declared, *likened):
        pair = (grant.role, grant.subject)
        _shipped.grants[pair] = (*_shipped.grants.get(pair, ()), grant)
    for pair, declared in _shipped.grants.items():
        _shipped.fields[pair] = _levels(declared)


def shipped() -> Table:
    """What the product declares."""
    return _shipped


def of(stamp: int) -> Table:
    """The table under a stamp; two queries the first time a process asks, none after that."""
    global _changed
    if not stamp:
        return _shipped
    if _changed is None or _changed[0] != stamp:
        _changed = (stamp, _read())
    return _changed[1]


def role_name(key: str, stamp: int) -> str:
    """What a role is called: by the administrator, else as shipped."""
    return _name(key, of(stamp))


def known_name(key: str) -> str:
    """The same from the table that this process read last."""
    return _name(key, _changed[1] if _changed else _shipped)


def _name(key: str, known: Table) -> str:
    shipped_names = {role.value: str(role.label) for role in Role}
    return known.names.get(key) or shipped_names.get(key, key)


def _levels(grants: Iterable[Grant]) -> Fields:
    """What the grants that show rows hide or mask; a word counts only if every one of them says so."""
    showing = [grant for grant in grants if "view" in grant.actions]
    if not showing:
        return NO_FIELDS
    hidden = frozenset.intersection(*(grant.hides for grant in showing))
    masked = frozenset.intersection(*(grant.hides | grant.masks for grant in showing)) - hidden
    return dict.fromkeys(hidden, Level.HIDDEN) | dict.fromkeys(masked, Level.MASKED)


def _read() -> Table:
    from hengke.engines.access.rows import RoleEntry, RoleRule

    found = Table(dict(_shipped.grants), dict(_shipped.fields), {}, dict(_shipped.names))
    for role, subject, grants, fields in RoleRule.objects.values_list("role", "subject", "grants", "fields"):
        found.grants[role, subject] = tuple(grant_of(role, subject, data) for data in grants)
        found.fields[role, subject] = {name: Level[level.upper()] for name, level in fields.items()}
    for entry in RoleEntry.objects.all():
        found.hidden_menu[entry.key] = frozenset(entry.hidden_menu)
        if entry.name:
            found.names[entry.key] = entry.name
    return found


def grant_of(role: str, subject: str, data: Mapping[str, Any]) -> Grant:
    """A grant from its stored form."""
    where = from_json(data["where"]) if data.get("where") else EVERYTHING
    return Grant(role, subject, frozenset(data["actions"]), Scope(data["scope"]), where=where)


def stored(grant: Grant) -> dict[str, Any]:
    """The stored form of a grant."""
    where = None if grant.where == EVERYTHING else to_json(grant.where)
    return {"actions": sorted(grant.actions), "scope": grant.scope.value, "where": where}
