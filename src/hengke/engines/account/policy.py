"""How people of each role log in: one table of defaults, and rows where an institution decided otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.account.models import LoginPolicy

SUBJECT = "access.policy"


@dataclass(frozen=True)
class Policy:
    """Whether a second step is required, and when a session ends: unused for `idle`, in any case after `absolute`."""

    second_step: bool = False
    idle: timedelta = timedelta(hours=8)
    absolute: timedelta = timedelta(hours=24)


DEFAULT = Policy()


def of(role: str) -> Policy:
    """The policy of a role (one query)."""
    row = LoginPolicy.objects.filter(role=role).first()
    return DEFAULT if row is None else _read(row)


def table(roles: Iterable[str]) -> dict[str, Policy]:
    """The policy of each of these roles (one query)."""
    rows = {row.role: _read(row) for row in LoginPolicy.objects.all()}
    return {role: rows.get(role, DEFAULT) for role in roles}


def change(role: str, policy: Policy, *, actor: Actor) -> None:
    """Set the policy of a role; it holds from each person's next log-in."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        before = journal.states(LoginPolicy.objects.filter(role=role))
        values = {
            "second_step": policy.second_step,
            "idle_minutes": policy.idle // timedelta(minutes=1),
            "absolute_minutes": policy.absolute // timedelta(minutes=1),
        }
        LoginPolicy.objects.update_or_create(role=role, defaults=values)
        event = events.record("policy.changed", actor=actor, payload={"role": role, **values})
        journal.write(event, LoginPolicy, before, journal.states(LoginPolicy.objects.filter(role=role)))


def _read(row: LoginPolicy) -> Policy:
    return Policy(
        second_step=row.second_step,
        idle=timedelta(minutes=row.idle_minutes),
        absolute=timedelta(minutes=row.absolute_minutes),
    )
