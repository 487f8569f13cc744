"""What a fresh data folder needs: units, people with passwords, or a one-time link for the first administrator."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import OrgUnit, User
from hengke.modules.activities.demo import make_demo_activities
from hengke.modules.customers.models import Customer

INSTITUTION = "省计量科学研究院（示例）"
# (user name, name, role, unit): one log-in per role; the second manager makes scopes visible.
PEOPLE = [
    ("suozhang", "方国栋", Role.DIRECTOR, INSTITUTION),
    ("jingli", "陈一鸣", Role.ACCOUNT_MANAGER, "客户一部"),
    ("jingli2", "李响", Role.ACCOUNT_MANAGER, "客户二部"),
    ("yewu", "周敏", Role.BUSINESS_DESK, "业务大厅"),
    ("shizhuren", "王蕾", Role.LABORATORY_HEAD, "长度室"),
    ("admin", "孙佳", Role.ADMINISTRATOR, INSTITUTION),
    ("xitong", "钱进", Role.SYSTEM_ADMINISTRATOR, INSTITUTION),
    ("anquan", "安宁", Role.SECURITY_ADMINISTRATOR, INSTITUTION),
    ("shenji", "申正", Role.AUDIT_ADMINISTRATOR, INSTITUTION),
]
DEPARTMENTS = ("客户一部", "客户二部", "业务大厅")


def logins_path() -> Path:
    return Path(settings.DATA_DIR) / "logins.json"


def logins() -> list[dict[str, str]]:
    """Demo log-ins whose password has not been changed: user name, name, role, password."""
    if not logins_path().exists():
        return []
    kept: list[dict[str, str]] = json.loads(logins_path().read_text(encoding="utf-8"))
    users = {user.username: user for user in User.objects.filter(username__in=[k["username"] for k in kept])}
    return [k for k in kept if k["username"] in users and k["hash"] == users[k["username"]].password]


def make_demo_people() -> None:
    """Units and one person per role with a random password; repairs a run that was cut off."""
    with transaction.atomic():
        units = {INSTITUTION: _unit(INSTITUTION, UnitKind.INSTITUTION, None)}
        for name in DEPARTMENTS:
            units[name] = _unit(name, UnitKind.DEPARTMENT, units[INSTITUTION])
        for name in sorted({unit for *_rest, unit in PEOPLE} - units.keys()):
            units[name] = _unit(name, UnitKind.LABORATORY, units[INSTITUTION])
        entries = []
        for username, name, role, unit in PEOPLE:
            password = secrets.token_urlsafe(9)
            user = User.objects.filter(username=username).first() or User(
                username=username, name=name, role=role
            )
            user.unit = units[unit]
            user.set_password(password)
            user.save()
            entries.append(
                {
                    "username": username,
                    "name": name,
                    "role": role,
                    "password": password,
                    "hash": user.password,
                }
            )
        _write_private(logins_path(), json.dumps(entries, ensure_ascii=False, indent=1))


def assign_demo_owners() -> None:
    """Give every demo customer without one an account manager, alternating, so that scopes can be seen."""
    managers = list(User.objects.filter(role=Role.ACCOUNT_MANAGER).order_by("pk"))
    for place, manager in enumerate(managers):
        mine = Customer.objects.filter(owner=None, origin="demo", deleted_at=None)
        ids = [pk for pk in mine.values_list("pk", flat=True) if pk % len(managers) == place]
        for start in range(0, len(ids), 5_000):
            Customer.objects.filter(pk__in=ids[start : start + 5_000]).update(
                owner=manager, unit_id=manager.unit_id
            )


def give_demo_work() -> None:
    """Owners for the demo's customers, and what these people did and will do."""
    assign_demo_owners()
    make_demo_activities()


def make_link() -> str:
    """The path of the one-time administrator link; the same until it has been used."""
    path = Path(settings.DATA_DIR) / "welcome.token"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(32))
    return f"/welcome/{path.read_text().strip()}"


def link_is_valid(token: str) -> bool:
    """Whether the link has been made, has not been used, and nobody administers yet."""
    path = Path(settings.DATA_DIR) / "welcome.token"
    if not path.exists() or User.objects.filter(role=Role.ADMINISTRATOR).exists():
        return False
    return secrets.compare_digest(path.read_text().strip().encode(), token.encode())


def make_administrator(*, username: str, name: str, password: str) -> User:
    """Use the link: make the administrator and destroy the token."""
    with transaction.atomic():
        unit = OrgUnit.objects.filter(parent=None).first() or _unit("本院", UnitKind.INSTITUTION, None)
        user = User.objects.create_user(username, name, Role.ADMINISTRATOR, password, unit=unit)
        events.record("user.created", actor=Actor.system(), subject=user, payload={"role": user.role})
    (Path(settings.DATA_DIR) / "welcome.token").unlink(missing_ok=True)
    return user


def _unit(name: str, kind: str, parent: OrgUnit | None) -> OrgUnit:
    unit, _created = OrgUnit.objects.get_or_create(name=name, defaults={"kind": kind, "parent": parent})
    return unit


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
