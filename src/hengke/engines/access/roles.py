"""Services over roles: change what a role may, go back to what shipped, make roles of one's own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from hengke.engines.access import grants, table
from hengke.engines.access.actor import Actor
from hengke.engines.access.changes import ROLES, changing
from hengke.engines.access.models import Event, User
from hengke.engines.access.organisation import checked
from hengke.engines.access.people import known_roles
from hengke.engines.access.rows import RoleEntry, RoleHolding, RoleRule
from hengke.engines.access.scopes import Grant, Level
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.kernel.filters import conditions, to_json


def set_rule(
    role: str, subject: str, *, actor: Actor, given: Sequence[Grant], fields: Mapping[str, Level]
) -> Event:
    """Put `given` and `fields` in the place of everything the role may with the subject; holds at once."""
    grants.require(actor, "change", "access.grant")
    _require_known(role)
    if subject not in grants.subjects():
        raise InputError("subject_unknown", "This is nothing that rights can be given for.")
    for grant in given:
        for condition in conditions(grant.where):
            checked(to_json(condition))
    with changing("role.changed", actor=actor) as change:
        change.watch(RoleRule.objects.filter(role=role, subject=subject))
        row, _made = RoleRule.objects.update_or_create(role=role, subject=subject, defaults={
            "grants": [table.stored(grant) for grant in given],
            "fields": {name: level.name.lower() for name, level in fields.items() if level is not Level.WRITE},
        })  # fmt: skip
        change.see(RoleRule.objects.filter(pk=row.pk))
        change.subject = row
        change.payload = {"role": role, "about": subject, "grants": row.grants, "fields": row.fields}
    assert change.event is not None
    return change.event


def reset_rule(role: str, subject: str, *, actor: Actor) -> Event:
    """Back to what shipped."""
    grants.require(actor, "change", "access.grant")
    with changing("role.reset", actor=actor) as change:
        rows = RoleRule.objects.filter(role=role, subject=subject)
        change.watch(rows)
        if not rows.delete()[0]:
            raise NotFound("nothing_changed", "This is as delivered already.")
        change.payload = {"role": role, "about": subject}
    assert change.event is not None
    return change.event


def create(*, actor: Actor, name: str, like: str = "") -> tuple[str, Event]:
    """A role of one's own, with the rights that the role `like` has now; returns its key and the event."""
    grants.require(actor, "add", ROLES)
    _require_free_name(name)
    known = grants.table_of(actor)
    key = f"own_{secrets.token_hex(6)}"
    with changing("role.created", actor=actor) as change:
        entry = RoleEntry.objects.create(key=key, name=name)
        copied = [(subject, given) for (role, subject), given in known.grants.items() if role == like]
        RoleRule.objects.bulk_create(
            RoleRule(
                role=key, subject=subject, grants=[table.stored(grant) for grant in given],
                fields={n: v.name.lower() for n, v in known.fields.get((like, subject), {}).items()},
            )
            for subject, given in copied
        )  # fmt: skip
        change.see(RoleEntry.objects.filter(pk=entry.pk))
        change.see(RoleRule.objects.filter(role=key))
        change.subject, change.payload = entry, {"role": key, "name": name, "like": like}
    assert change.event is not None
    return key, change.event


def change_entry(role: str, *, actor: Actor, name: str, hidden_menu: Sequence[str]) -> Event:
    """Another name, and entries taken out of the menu of those who hold only such roles."""
    grants.require(actor, "change", ROLES)
    _require_known(role)
    if name:
        _require_free_name(name, but=role)
    with changing("role.changed", actor=actor) as change:
        change.watch(RoleEntry.objects.filter(key=role))
        values: dict[str, Any] = {"name": name, "hidden_menu": sorted(hidden_menu)}
        entry, _made = RoleEntry.objects.update_or_create(key=role, defaults=values)
        change.see(RoleEntry.objects.filter(pk=entry.pk))
        change.subject, change.payload = entry, {"role": role, **values}
    assert change.event is not None
    return change.event


def remove(role: str, *, actor: Actor) -> Event:
    """Take a role of one's own away; Conflict while somebody holds it."""
    grants.require(actor, "delete", ROLES)
    if not is_own(role):
        raise Conflict("role_ships", "Roles that ship cannot be removed; take their rights away instead.")
    if User.objects.filter(role=role).exists() or RoleHolding.objects.filter(role=role).exists():
        raise Conflict("role_held", "Somebody still holds this role. Give these people another one first.")
    with changing("role.removed", actor=actor) as change:
        change.watch(RoleEntry.objects.filter(key=role))
        change.watch(RoleRule.objects.filter(role=role))
        change.payload = {"role": role}
        RoleRule.objects.filter(role=role).delete()
        RoleEntry.objects.filter(key=role).delete()
    assert change.event is not None
    return change.event


def is_own(role: str) -> bool:
    """Whether the institution made the role itself."""
    return role.startswith("own_")


def changed_pairs() -> set[tuple[str, str]]:
    """(role, subject) where an administrator's row stands instead of what shipped."""
    return set(RoleRule.objects.values_list("role", "subject"))


def _require_known(role: str) -> None:
    if role not in known_roles():
        raise NotFound("role_unknown", "This role does not exist.")


def _require_free_name(name: str, but: str = "") -> None:
    if not name.strip() or name in {words for key, words in known_roles().items() if key != but}:
        raise InputError("name_taken", "Enter a name that no other role has.")
