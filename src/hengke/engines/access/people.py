"""Services over people: who works here, in which roles, where, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse

from hengke.engines.access import events, grants, stamp, table
from hengke.engines.access.actor import Actor
from hengke.engines.access.changes import USERS, Change, changing
from hengke.engines.access.models import Event, OrgUnit, User
from hengke.engines.access.rows import Absence, RoleHolding, Team
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotAllowed, NotFound

FACTS = ("username", "name", "role", "unit_id", "is_active")


def person(pk: int) -> User:
    """The person; NotFound when there is none."""
    found = User.objects.select_related("unit").filter(pk=pk).first()
    if found is None:
        raise NotFound("person_not_found", "This person does not exist.")
    return found


def create(
    *,
    actor: Actor,
    username: str,
    name: str,
    roles: Collection[str],
    unit: OrgUnit | None,
    teams: Collection[Team] = (),
) -> tuple[User, Event]:
    """A person who has no password yet: `one_time_link` lets the person set one."""
    grants.require(actor, "add", USERS)
    main, *more = _roles(actor, roles, held=())
    with changing("user.created", actor=actor) as change:
        user = User(username=username, name=name, role=main, unit=unit)
        user.set_unusable_password()
        user.save()
        _place(user, more, teams)
        change.subject = user
        change.payload = {"username": username, "name": name, "roles": [main, *more], "unit": str(unit or "")}
    assert change.event is not None
    return user, change.event


def update(
    *,
    actor: Actor,
    user: User,
    name: str,
    roles: Collection[str],
    unit: OrgUnit | None,
    teams: Collection[Team],
) -> Event:
    """Change name, roles, unit and teams; holds from the person's next request."""
    grants.require(actor, "change", USERS)
    held = (user.role, *user.holdings.order_by("pk").values_list("role", flat=True))
    main, *more = _roles(actor, roles, held=held)
    with changing("user.changed", actor=actor) as change:
        _watch(change, user)
        old = {"name": user.name, "roles": list(held), "unit": str(user.unit or "")}
        user.name, user.role, user.unit = name, main, unit
        user.save(update_fields=["name", "role", "unit"])
        _place(user, more, teams)
        _see(change, user)
        new = {"name": name, "roles": [main, *more], "unit": str(unit or "")}
        change.subject = user
        change.payload = {"changes": {key: [old[key], new[key]] for key in old if old[key] != new[key]}}
    assert change.event is not None
    return change.event


def set_active(*, actor: Actor, user: User, active: bool) -> Event:
    """Let a person log in or not; the next request of a disabled one is refused."""
    grants.require(actor, "change", USERS)
    if user.pk == actor.user_id and not active:
        raise Conflict("not_oneself", "You cannot disable yourself. Ask another administrator.")
    with changing("user.enabled" if active else "user.disabled", actor=actor) as change:
        change.watch(User.objects.filter(pk=user.pk))
        user.is_active = active
        user.save(update_fields=["is_active"])
        change.see(User.objects.filter(pk=user.pk))
        change.subject, change.payload = user, {"name": user.name}
    assert change.event is not None
    return change.event


def unlock(*, actor: Actor, user: User) -> Event:
    """Let somebody who typed a wrong password too often try again at once."""
    grants.require(actor, "change", USERS)
    return events.record("login.unlocked", actor=actor, subject=user, payload={"username": user.username})


def one_time_link(*, actor: Actor, user: User) -> str:
    """The path under which the person sets a new password once, within the hour."""
    grants.require(actor, "change", USERS)
    if not user.is_active:
        raise Conflict("person_disabled", "This person is disabled. Enable the person first.")
    with transaction.atomic():
        events.record("password.link_made", actor=actor, subject=user)
    return reverse("login-link", args=(user.pk, default_token_generator.make_token(user)))


def stand_in(*, actor: Actor, absent: User, deputy: User, first: date, last: date) -> Event:
    """Let `deputy` work with what `absent` owns from day to day; one arranges it for oneself, or an administrator."""
    _require_own(actor, absent)
    if deputy.pk == absent.pk or not deputy.is_active:
        raise InputError("deputy_unknown", "Choose another person who can log in as the deputy.")
    if last < first or last < clock.today():
        raise InputError("absence_days", "The last day must not lie before the first day or before today.")
    with changing("absence.set", actor=actor) as change:
        row = Absence.objects.create(person=absent, deputy=deputy, first=first, last=last)
        change.see(Absence.objects.filter(pk=row.pk))
        change.subject = absent
        change.payload = {"deputy": deputy.name, "first": first.isoformat(), "last": last.isoformat()}
    assert change.event is not None
    return change.event


def end_absence(*, actor: Actor, row: Absence) -> Event:
    """The person is back."""
    _require_own(actor, row.person)
    with changing("absence.ended", actor=actor) as change:
        change.watch(Absence.objects.filter(pk=row.pk))
        change.subject, change.payload = row.person, {"deputy": row.deputy.name}
        row.delete()
    assert change.event is not None
    return change.event


def _require_own(actor: Actor, absent: User) -> None:
    if absent.pk != actor.user_id:
        grants.require(actor, "change", USERS)


def known_roles(number: int | None = None) -> dict[str, str]:
    """Every role with its name: those that have grants, and those of the institution's own."""
    number = stamp.current() if number is None else number
    known = table.of(number)
    keys = dict.fromkeys([role for role, _subject in known.grants] + list(known.names))
    return {str(key): table.role_name(str(key), number) for key in keys}


def _roles(actor: Actor, roles: Collection[str], held: Collection[str]) -> list[str]:
    """The roles, the main one first; nobody gives away the right to change rights without having it."""
    chosen = list(dict.fromkeys(str(role) for role in roles))
    if not chosen or not set(chosen) <= known_roles().keys():
        raise InputError("role_unknown", "Choose at least one of the roles.")
    new = {*chosen} ^ {*held}
    known = grants.table_of(actor).grants
    powerful = {role for role in new if any(known.get((role, s)) for s in ("access.role", "access.grant"))}
    if powerful and not grants.may(actor, "change", "access.role"):
        raise NotAllowed(
            "powerful_role", "Only those who may change rights can give or take roles that change rights."
        )
    return chosen


def _place(user: User, more: Collection[str], teams: Collection[Team]) -> None:
    RoleHolding.objects.filter(user=user).exclude(role__in=more).delete()
    held = set(RoleHolding.objects.filter(user=user).values_list("role", flat=True))
    RoleHolding.objects.bulk_create([RoleHolding(user=user, role=role) for role in more if role not in held])
    memberships: Any = user.teams
    memberships.set(teams)


def _watch(change: Change, user: User) -> None:
    for rows in _rows_of(user):
        change.watch(rows)


def _see(change: Change, user: User) -> None:
    for rows in _rows_of(user):
        change.see(rows)


def _rows_of(user: User) -> list[Any]:
    through: Any = Team.members.through
    return [
        User.objects.filter(pk=user.pk),
        RoleHolding.objects.filter(user=user),
        through.objects.filter(user=user),
    ]
