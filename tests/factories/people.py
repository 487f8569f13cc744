"""People of every role in two departments and two laboratories, for tests of rights."""

from __future__ import annotations

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import OrgUnit, User

PASSWORD = "a long test password 7"  # one hash for all people keeps the tests fast
_hashed = ""


def unit(name: str, kind: str = UnitKind.DEPARTMENT, parent: OrgUnit | None = None) -> OrgUnit:
    """The unit of that name, made when there is none."""
    found = OrgUnit.objects.filter(name=name).first()
    return found or OrgUnit.objects.create(name=name, kind=kind, parent=parent)


def person(username: str, role: str = Role.DIRECTOR, at: OrgUnit | None = None) -> User:
    """Somebody who can log in with PASSWORD."""
    global _hashed
    user = User(username=username, name=username, role=role, unit=at)
    if not _hashed:
        user.set_password(PASSWORD)
        _hashed = user.password
    user.password = _hashed
    user.save()
    return user


def actor(username: str, role: str = Role.DIRECTOR, at: OrgUnit | None = None) -> Actor:
    """The actor of a new person."""
    return Actor.of(person(username, role, at))
