"""Services over the institution's shape: units in a tree, teams, territories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.changes import UNITS, changing
from hengke.engines.access.models import Event, OrgUnit, User
from hengke.engines.access.rows import Team, Territory
from hengke.engines.access.scopes import WHERE_OPERATORS, WHERE_WORDS
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.kernel.filters import Condition, conditions, from_json, to_json

Part = Team | Territory


def unit(pk: int) -> OrgUnit:
    """The unit; NotFound when there is none."""
    found = OrgUnit.objects.select_related("parent").filter(pk=pk).first()
    if found is None:
        raise NotFound("unit_not_found", "This unit does not exist.")
    return found


def add_unit(*, actor: Actor, name: str, kind: str, parent: OrgUnit) -> Event:
    """A unit below another one."""
    grants.require(actor, "add", UNITS)
    with changing("unit.added", actor=actor) as change:
        made = OrgUnit.objects.create(name=name, kind=kind, parent=parent)
        change.see(OrgUnit.objects.filter(pk=made.pk))
        change.subject, change.payload = made, {"name": name, "parent": parent.name}
    assert change.event is not None
    return change.event


def rename_unit(*, actor: Actor, target: OrgUnit, name: str, kind: str) -> Event:
    """Another name or kind; a laboratory's name is also what its ledger lines say."""
    grants.require(actor, "change", UNITS)
    with changing("unit.changed", actor=actor) as change:
        change.watch(OrgUnit.objects.filter(pk=target.pk))
        change.payload = {"changes": {"name": [target.name, name], "kind": [target.kind, kind]}}
        target.name, target.kind = name, kind
        target.save(update_fields=["name", "kind"])
        change.see(OrgUnit.objects.filter(pk=target.pk))
        change.subject = target
    assert change.event is not None
    return change.event


def move_unit(*, actor: Actor, target: OrgUnit, parent: OrgUnit) -> Event:
    """Hang a unit with all below it under another one."""
    grants.require(actor, "change", UNITS)
    if parent.path.startswith(target.path):
        raise Conflict("unit_in_itself", "A unit cannot lie within itself. Choose a place outside of it.")
    if target.parent_id is None:
        raise Conflict("unit_is_root", "The institution itself stays at the top.")
    with changing("unit.moved", actor=actor) as change:
        below = OrgUnit.objects.filter(path__startswith=target.path)
        keys = list(below.values_list("pk", flat=True))
        change.watch(below)
        old, target.parent = target.path, parent
        target.save()
        for row in OrgUnit.objects.filter(pk__in=keys).exclude(pk=target.pk):
            OrgUnit.objects.filter(pk=row.pk).update(path=target.path + row.path.removeprefix(old))
        change.see(OrgUnit.objects.filter(pk__in=keys))
        change.subject, change.payload = target, {"name": target.name, "parent": parent.name}
    assert change.event is not None
    return change.event


def remove_unit(*, actor: Actor, target: OrgUnit) -> Event:
    """Take an empty unit away; Conflict while people, units or records belong to it."""
    from django.db.models import ProtectedError

    grants.require(actor, "delete", UNITS)
    with changing("unit.removed", actor=actor) as change:
        change.watch(OrgUnit.objects.filter(pk=target.pk))
        change.payload = {"name": target.name}
        try:
            target.delete()
        except ProtectedError:
            raise Conflict(
                "unit_in_use", "People, units or customers still belong to this unit. Move them first."
            ) from None
    assert change.event is not None
    return change.event


def save_team(*, actor: Actor, name: str, members: Collection[User], target: Team | None = None) -> Event:
    """Make or change a team."""
    return _save(target or Team(), "team", actor, members, name=name)


def save_territory(
    *,
    actor: Actor,
    name: str,
    parent: Territory | None,
    where: Sequence[Any],
    members: Collection[User],
    target: Territory | None = None,
) -> Event:
    """Make or change a territory; `where` is a list of conditions that all hold."""
    target = target or Territory()
    above, seen = parent, {target.pk} - {None}
    while above is not None:
        if above.pk in seen:
            raise Conflict("territory_in_itself", "A territory cannot lie within itself.")
        seen.add(above.pk)
        above = above.parent
    plain = [to_json(checked(condition)) for condition in where]
    return _save(target, "territory", actor, members, name=name, parent=parent, where=plain)


def checked(data: Any) -> Condition:
    """A condition as grants and territories may have it; InputError for any other word or operator."""
    found = conditions(from_json(data))
    if len(found) != 1 or found[0].field not in WHERE_WORDS or found[0].op not in WHERE_OPERATORS:
        raise InputError("condition_not_allowed", "This condition cannot be used in rights.")
    values = found[0].value if isinstance(found[0].value, tuple) else (found[0].value,)
    if not values or not all(isinstance(value, str) and len(value) <= 100 for value in values):
        raise InputError("condition_not_allowed", "This condition cannot be used in rights.")
    return found[0]


def remove(target: Part, *, actor: Actor) -> Event:
    """Take a team or territory away; what it gave its members ends with the next request."""
    grants.require(actor, "delete", UNITS)
    noun = target._meta.model_name
    if isinstance(target, Territory) and target.children.exists():
        raise Conflict(
            "territory_in_use", "Other territories lie within this one. Move or remove them first."
        )
    with changing(f"{noun}.removed", actor=actor) as change:
        # The journal is read backwards: members are put back after their team.
        change.watch(_members(target))
        change.watch(type(target)._default_manager.filter(pk=target.pk))
        change.payload = {"name": target.name}
        target.delete()
    assert change.event is not None
    return change.event


def _save(target: Part, noun: str, actor: Actor, members: Collection[User], **values: Any) -> Event:
    is_new = target.pk is None
    grants.require(actor, "add" if is_new else "change", UNITS)
    if not values["name"].strip():
        raise InputError("name_missing", "Enter a name.")
    if type(target)._default_manager.filter(name=values["name"]).exclude(pk=target.pk).exists():
        raise InputError("name_taken", "There is one of this name already.")
    with changing(f"{noun}.{'added' if is_new else 'changed'}", actor=actor) as change:
        if not is_new:
            change.watch(type(target)._default_manager.filter(pk=target.pk))
            change.watch(_members(target))
        for name, value in values.items():
            setattr(target, name, value)
        target.save()
        target.members.set(members)
        change.see(type(target)._default_manager.filter(pk=target.pk))
        change.see(_members(target))
        change.subject = target
        change.payload = {"name": target.name, "members": sorted(member.name for member in members)}
    assert change.event is not None
    return change.event


def _members(target: Part) -> Any:
    through: Any = type(target).members.through
    return through.objects.filter(**{f"{target._meta.model_name}_id": target.pk})
