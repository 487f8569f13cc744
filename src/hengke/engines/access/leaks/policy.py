"""How far each role may carry data out: declared beside the grants, changed by administrators as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from hengke.engines.access import events
from hengke.engines.access.actor import SYSTEM_ROLE, Actor
from hengke.engines.access.leaks.models import Acceptance, Agreement, RolePolicy
from hengke.engines.access.table import role_name

M = TypeVar("M", bound=Model)
FIELDS = ("rows", "rows_per_day", "reason", "watermark")


@dataclass(frozen=True)
class Policy:
    """`rows` per export and per day, whether an export needs a reason, whether pages carry a watermark."""

    rows: int = 200_000
    rows_per_day: int = 1_000_000
    reason: bool = False
    watermark: bool = False


_declared: dict[str, Policy] = {}


def declare(policies: Mapping[str, Policy]) -> None:
    """Replace the policies that ship with the product; called once at start."""
    _declared.clear()
    _declared.update(policies)


def export_policy(actor: Actor) -> Policy:
    """What holds for the actor's role; one query."""
    if actor.role == SYSTEM_ROLE:
        return Policy()
    return of_role(actor.role, RolePolicy.objects.filter(role=actor.role).values(*FIELDS).first())


def of_role(role: str, stored: Mapping[str, Any] | None) -> Policy:
    """The stored values of a role, or what was declared for it."""
    if not stored:
        return _declared.get(role, Policy())
    return Policy(
        int(stored["rows"]), int(stored["rows_per_day"]), bool(stored["reason"]), bool(stored["watermark"])
    )


def of_user(user: Any) -> Policy:
    """The policy for a person that `beside` has read; no query then."""
    if hasattr(user, "stored_policy"):
        return of_role(user.role, user.stored_policy)
    return of_role(user.role, RolePolicy.objects.filter(role=user.role).values(*FIELDS).first())


def beside(users: QuerySet[M]) -> QuerySet[Any]:
    """Read people together with their policy and the versions of the agreement, in the same query."""
    mine = RolePolicy.objects.filter(role=OuterRef("role")).values(json=JSONObject(**{n: n for n in FIELDS}))
    newest = Agreement.objects.order_by("-version").values("version")
    accepted = Acceptance.objects.filter(user=OuterRef("pk")).order_by("-agreement__version")
    return users.annotate(
        stored_policy=Subquery(mine[:1]),
        agreement=Subquery(newest[:1]),
        accepted=Subquery(accepted.values("agreement__version")[:1]),
    )


def store(role: str, policy: Policy, *, actor: Actor) -> None:
    """Set a role's policy; an event keeps the old and the new values."""
    with transaction.atomic():
        row = RolePolicy.objects.filter(role=role).values(*FIELDS).first()
        old = asdict(of_role(role, row))
        stored, _made = RolePolicy.objects.update_or_create(role=role, defaults=asdict(policy))
        changes = {name: [old[name], new] for name, new in asdict(policy).items() if old[name] != new}
        if changes:
            words = role_name(role, actor.standing.stamp)
            payload = {"name": words, "role": role, "changes": changes}
            events.record("policy.changed", actor=actor, subject=stored, payload=payload)
